/** What a generation is asked with and answered by, whichever face it comes through. */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { AppError } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import type { TokenRequest } from '../../compute';
import type { Inference } from '../record/inference.entity';
import type { InferenceRecord } from '../record/inference-record';
import type { KeptAnswer } from '../record/kept-answer';

export interface GenerationCall {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  /** Id or name. */
  readonly deployment: string;
  /** One of its versions; absent = the one that routes and feature tests choose. */
  readonly versionId?: string;
  readonly prompt: string;
  readonly parameters: Omit<TokenRequest, 'prompt'>;
  readonly endUserId?: string | null;
  readonly endUserExternalId?: string | null;
  /** Within so many milliseconds its engine must have written the first token. */
  readonly deadlineMs: number;
  /** Within so many the text must be whole; absent = what has begun is finished. */
  readonly completeWithinMs?: number | null;
  readonly signal: CancelSignal;
  /** Makes a repeated call safe: the same text is answered. Heeded by `GenerationStreams`. */
  readonly idempotencyKey?: string | null;
  readonly keeping?: TextKeeping;
}

/** Of a text that can be read again later. It is billed when it is whole, and not at all when it breaks off. */
export interface TextKeeping {
  readonly idempotency: InferenceRecord['idempotency'];
  answerOf(text: FinishedText): KeptAnswer;
}

export interface FinishedText {
  readonly text: string;
  /** The lengths of its chunks, in UTF-16 units. */
  readonly pieces: readonly number[];
  readonly finishReason: FinishReason;
}

export interface GenerationUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export type FinishReason = 'STOP' | 'LENGTH' | 'ERROR';

export interface GenerationChunk {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly text: string;
  /** null until the last chunk. ERROR: the stream broke; what was delivered is billed, and nothing if that is nothing. */
  readonly finishReason: FinishReason | null;
  /** Which one wrote it. */
  readonly versionId: string;
  /** With the last chunk. */
  readonly usage?: GenerationUsage;
  /** With the last chunk, unless nothing was delivered. */
  readonly inference?: Inference;
  readonly feedbackToken?: string;
  /** With ERROR: what to tell of it, where there is more to tell than that its engine failed. */
  readonly brokenBy?: AppError;
}
