/** What is asked of an import, beside the file: the label, corrections of what would be inferred, and how strict it is. */
import type { ColumnKindName } from './column-profile';
import type { LabelWish } from './label-rule';
import type { FileFormat } from './table-rows';

/** BAD_ROW: the row is one; MISSING: the value counts as missing; CLAMP: it is moved to the bound. */
export type OutOfRangeRule = 'BAD_ROW' | 'MISSING' | 'CLAMP';

/** What a person knows better of a column than its values tell. */
export interface ColumnCorrection {
  readonly name: string;
  readonly kind?: ColumnKindName | null;
  /** Its texts are dates: they become days, and it a column of numbers. */
  readonly isDate?: boolean | null;
  /** What its numbers count, where that is known from before. */
  readonly unit?: string | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly outOfRange?: OutOfRangeRule | null;
  /** Texts that mean "missing" in this column, beside those that always do. */
  readonly missing?: readonly string[] | null;
}

export interface ImportWish {
  readonly label: LabelWish;
  readonly ignoredColumns: readonly string[];
  readonly protectedAttributes: readonly string[];
  readonly maxBadRows: number;
  readonly format?: FileFormat | null;
  readonly columns?: readonly ColumnCorrection[] | null;
  /** Numbers are written as 1.234,5. */
  readonly decimalComma?: boolean | null;
  /** Of rows that are equal in every kept column, only the first is kept. */
  readonly dropDuplicates?: boolean | null;
}
