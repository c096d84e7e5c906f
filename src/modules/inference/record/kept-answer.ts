/**
 * Answers that outlive their call: written down in the transaction of their record, so that what is billed can be fetched
 * and what cannot be fetched is not billed, whatever dies in between. The port is implemented by `durable/`.
 */
import type { InferenceRecord } from './inference-record';

export interface KeptAnswer {
  /** The prediction whose answer it is. */
  readonly predictionId: string;
  /** Sealed. */
  readonly answer: string;
  readonly until: Date;
  /** Whether the prediction is put down with its answer: a text that was streamed, and not accepted for later. */
  readonly isNew: boolean;
}

export interface AnswerKeeper {
  /**
   * Keeps the answers of these records, in the open unit of work, by plain statements. Answers the ids of those that nobody
   * wants any more, because their prediction has ended: their records are not to be written.
   */
  keep(records: readonly InferenceRecord[]): Promise<ReadonlySet<string>>;
}
