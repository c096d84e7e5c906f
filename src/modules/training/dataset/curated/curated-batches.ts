/**
 * The rows of a version of data with corrections in it, as an import takes them: those of an upload first, as they are kept,
 * then those that reviewers accepted. What does not fit its columns is a bad row that names its feedback.
 */
import fs from 'node:fs';
import type { Cell } from '../column-profile';
import { labelOf, type LabelRule } from '../label-rule';
import { linesOf } from '../table-lines';
import type { RowBatch, TableRow } from '../table-rows';
import type { CuratedRow } from './curated-row-source';
import type { CuratedTarget } from './curated-target';

const ROWS_AT_ONCE = 500;

/** The rows of a table that is kept, their label in the words of the target. @param path of the table. */
export async function* baseBatches(
  path: string,
  rule: LabelRule,
  target: CuratedTarget,
): AsyncGenerator<RowBatch> {
  const names = target.columns.map(({ name }) => name);
  const labelAt = names.indexOf(target.label.column);
  const input = fs.createReadStream(path, 'utf8') as AsyncIterable<string>;
  let line = 0;
  let rows: TableRow[] = [];
  for await (const text of linesOf(input)) {
    // The first line names the columns.
    if (line++ === 0) continue;
    const cells = JSON.parse(text) as Cell[];
    if (target.classes) cells[labelAt] = target.classes.cells[labelOf(rule, cells[labelAt]!)]!;
    rows.push({ line: line - 1, fields: cells.map(textOf) });
    if (rows.length < ROWS_AT_ONCE) continue;
    yield { names, rows };
    rows = [];
  }
  if (rows.length > 0) yield { names, rows };
}

/** An accepted row under the columns of the target. @param line its number in the whole. */
export function curatedRow(
  { feedbackId, inputs, answer }: CuratedRow,
  target: CuratedTarget,
  line: number,
): TableRow {
  const { columns, label } = target;
  const fault = (why: string): TableRow => ({ line, fields: [], fault: `feedback ${feedbackId}: ${why}` });
  const names = columns.map(({ name }) => name);
  const strange = Object.keys(inputs).find((name) => name === label.column || !names.includes(name));
  if (strange !== undefined) return fault(`the data has no column ${strange}`);
  const cell = cellOf(answer, target);
  if (cell === undefined) return fault(`${JSON.stringify(answer)} is ${whatItIsNot(target)}`);
  const fields = names.map((name) => (name === label.column ? textOf(cell) : textOf(inputs[name]).trim()));
  return { line, fields };
}

function cellOf(answer: string | number, { classes }: CuratedTarget): Cell | undefined {
  if (!classes) return typeof answer === 'number' ? answer : undefined;
  return classes.cells[classes.labels.indexOf(String(answer))];
}

function whatItIsNot({ classes }: CuratedTarget): string {
  return classes ? `none of the classes ${classes.labels.join(', ')}` : 'no number';
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
