/**
 * The port through which later modules offer what may be released: they say where the rows are and what is true of them
 * whatever the rows say. Consent, the bound on what one person contributes, clamping, noise and budget are this module's,
 * so that no implementer can forget one of them.
 */
import type { Period } from '../../../kernel/period';
import type { PrivacyBudget } from './privacy-loss';

/** Whole numbers; a value outside of `min` to `max` counts as the nearer of the two. */
export interface ScoreValues {
  readonly kind: 'SCORES';
  readonly min: number;
  readonly max: number;
}

/** Kinds of rows. The labels must not depend on the rows: that a label is there would tell that somebody has such a row. */
export interface LabelValues {
  readonly kind: 'LABELS';
  /** Value of a row → what its bin is called. Rows with any other value are counted under OTHER. */
  labels(period: Period): Promise<ReadonlyMap<string, string>>;
}

/** Rows that are only counted. */
export interface NoValues {
  readonly kind: 'NONE';
}

export type MeasureValues = ScoreValues | LabelValues | NoValues;

export interface ReleasableMeasure {
  /** Unique in its dataset, kebab-case. */
  readonly name: string;
  /** What a row is, in words. */
  readonly describes: string;
  readonly values: MeasureValues;
  /** So many rows of one person in a month count, the earliest ones; the rest is left out. */
  readonly rowsPerPerson: number;
  /** SQL of all rows from $1 on and before $2: `customer_id`, `end_user_id`, `id` (which orders the rows of a person), `value`. */
  readonly rows: string;
}

export interface ReleasableDataset {
  /** Unique, kebab-case. */
  readonly name: string;
  /** What is in it, in words. */
  readonly holds: string;
  /** For each month anew. Its accounting never changes: what was charged before is told in its unit. */
  readonly budget: PrivacyBudget;
  readonly measures: readonly ReleasableMeasure[];
}
