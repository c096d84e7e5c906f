/** A row as a person has it, written the way a table keeps it: so it can be looked for among the rows of a version. */
import { composed } from '../../../kernel/text';
import { isMissing, readDays, readNumber } from './column-kind';
import type { Cell } from './column-profile';
import type { TableColumn } from './table-file';

/**
 * What a row lacks counts as missing. Empty when no row of these columns can be it; two where its letters can be written in two ways,
 * because data from before texts had one form keeps them as they came.
 */
export function linesOfRow(
  columns: readonly (TableColumn & { readonly unit?: string | null })[],
  row: Readonly<Record<string, unknown>>,
): string[] {
  const known = new Set(columns.map(({ name }) => name));
  if (!Object.keys(row).every((name) => known.has(name))) return [];
  const cells: Cell[] = [];
  for (const { name, kind, unit } of columns) {
    const text = Object.hasOwn(row, name) && row[name] != null ? String(row[name]).trim() : '';
    const read = unit ? readDays : readNumber;
    const cell = isMissing(text) ? null : kind === 'NUMERIC' ? read(text) : text;
    if (kind === 'NUMERIC' && typeof cell === 'string') return [];
    cells.push(cell);
  }
  const line = JSON.stringify(cells);
  return [...new Set([composed(line), line])];
}
