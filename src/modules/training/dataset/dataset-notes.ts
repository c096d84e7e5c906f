/** What a person should know of data before training on it, in sentences: nothing here is wrong enough to refuse it. */
import type { ColumnFigures, ColumnKindName } from './column-profile';

export interface NotedTable {
  readonly rows: number;
  readonly duplicateRows: number | null;
  readonly columns: readonly (Pick<ColumnFigures, 'missing' | 'distinct' | 'outOfRange'> & {
    readonly name: string;
    readonly kind: ColumnKindName;
  })[];
  readonly label: { readonly labels: readonly string[]; readonly classes: readonly number[] };
}

const MOSTLY = 0.5;
const RARE = 0.05;
const NOTED = 20;

export function notesOn({ rows, duplicateRows, columns, label }: NotedTable): string[] {
  const notes: string[] = [];
  const percent = (part: number): string => `${Math.round((100 * part) / rows)} %`;
  for (const { name, kind, missing, distinct, outOfRange } of columns) {
    if (missing === rows) notes.push(`${name} has no value at all.`);
    else if (distinct === 1 && kind !== 'IMAGE')
      notes.push(`${name} is the same in every row that has it: nothing can be learned from it.`);
    if (missing > MOSTLY * rows && missing < rows)
      notes.push(`${name} is missing in ${percent(missing)} of the rows.`);
    if (outOfRange > 0) notes.push(`${name} was out of range in ${outOfRange} rows.`);
  }
  if (duplicateRows)
    notes.push(
      `${duplicateRows} rows are equal to an earlier one. Equal rows may lie on both sides of a split and flatter a model.`,
    );
  label.classes.forEach((count, index) => {
    if (count < RARE * rows)
      notes.push(
        `Only ${percent(count)} of the rows are ${label.labels[index]}. Consider balancing the classes.`,
      );
  });
  return notes.slice(0, NOTED);
}
