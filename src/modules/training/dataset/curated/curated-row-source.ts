/**
 * What training must know of the rows that people corrected and reviewers accepted, which are kept later in the house. Whether
 * a row may be learned from is asked each time it is touched, by the consent of its person as it stands in that moment.
 */
import type { DatasetVersion } from '../dataset-version.entity';
import { rowsTakenBack } from '../../training.errors';

/** Where a row lies, without what it holds. */
export interface CuratedRowPlace {
  readonly customerId: string;
  readonly id: string;
  readonly feedbackId: string;
  /** The version whose answer was corrected. */
  readonly modelVersionId: string;
}

export interface CuratedRow extends CuratedRowPlace {
  /** By the names of the version's inputs, personal data masked. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The right answer: the name of a class, or a number. */
  readonly answer: string | number;
}

export interface CuratedQuestion {
  readonly modelId: string;
  /** Null = of all. */
  readonly customerId: string | null;
  /** A version of data whose rows are wanted too; null without. */
  readonly alsoIn: string | null;
}

export interface CuratedRowSource {
  /** The version of data that this job has made already; undefined when it has made none. */
  madeBy(jobId: string): Promise<string | undefined>;
  /** Those that may be learned from now, oldest first. */
  standing(question: CuratedQuestion): Promise<CuratedRowPlace[]>;
  /** What they hold, in their order; those that may not be learned from any more are left out. */
  open(places: readonly CuratedRowPlace[]): Promise<CuratedRow[]>;
  /** How many rows of a version of data may still be learned from. */
  standingIn(datasetVersionId: string): Promise<number>;
  /** Within the transaction that adds the version. @throws Error when one of them may not be learned from any more. */
  keepUse(datasetVersionId: string, jobId: string, places: readonly CuratedRowPlace[]): Promise<void>;
}

/** The rows as training asks for them; who keeps them is said once the house is put together. */
export class CuratedRows {
  private given: CuratedRowSource | undefined;

  use(source: CuratedRowSource): void {
    this.given = source;
  }

  get source(): CuratedRowSource {
    if (!this.given) throw new Error('nobody keeps rows from feedback');
    return this.given;
  }

  /** Before anything is learned from data, once more. @throws AppError CONFLICT when people took back what is in it. */
  async assertAllStand({ id, curatedRows }: Pick<DatasetVersion, 'id' | 'curatedRows'>): Promise<void> {
    if (curatedRows === 0) return;
    const gone = curatedRows - (await this.source.standingIn(id));
    if (gone > 0) throw rowsTakenBack(id, gone);
  }
}
