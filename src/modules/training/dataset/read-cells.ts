/** A row of texts as the cells of a table, or why it is none. */
import { AppError } from '../../../kernel/errors';
import { composed } from '../../../kernel/text';
import { pixelsOf } from '../preparation/pixels';
import { isMissing } from './column-kind';
import type { Cell } from './column-profile';
import { readDate } from '../../../kernel/date-days';
import type { KeptColumn } from './table-columns';

export const QUOTED_LENGTH = 40;
/** The smallest picture that shows whether an image can be read at all. */
const TRIAL = { side: 1, width: 1 };

/** `onOutOfRange` hears of each value beyond its range, by the place of its column. */
export function readCells(
  fields: readonly string[],
  columns: readonly KeptColumn[],
  onOutOfRange: (at: number) => void,
): Cell[] | string {
  const cells: Cell[] = [];
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at]!;
    const text = fields[column.index] ?? '';
    let cell: Cell = null;
    if (!isMissing(text) && !column.correction?.missing?.includes(text)) {
      const read = readCell(text, column);
      if (typeof read === 'object') return read.fault;
      cell = read;
      const bound = typeof cell === 'number' ? boundBroken(cell, column) : undefined;
      if (bound !== undefined) {
        onOutOfRange(at);
        const rule = column.correction!.outOfRange ?? 'BAD_ROW';
        if (rule === 'BAD_ROW') return `${text} in ${column.name} is out of range (${rangeOf(column)})`;
        cell = rule === 'CLAMP' ? bound : null;
      }
    }
    if (cell === null && column.isLabel) return `no label (${column.name})`;
    cells.push(cell);
  }
  return cells;
}

function readCell(
  text: string,
  { kind, name, correction, numberOf }: KeptColumn,
): number | string | { readonly fault: string } {
  if (kind === 'IMAGE') {
    const pixels = pixelsOf(TRIAL, text, []);
    return pixels instanceof AppError ? { fault: `${name} holds no image: ${pixels.message}` } : text;
  }
  // ü is one letter: written in two ways within a file it would be two categories, two classes, two groups of people.
  if (kind !== 'NUMERIC') return composed(text);
  if (correction?.isDate)
    return (
      readDate(text) ?? {
        fault: `"${text.slice(0, QUOTED_LENGTH)}" in ${name} is not a date such as 2026-01-31`,
      }
    );
  const value = numberOf(text);
  if (typeof value === 'number') return value;
  switch (value) {
    case 'NOT_FINITE':
      return { fault: `${text} in ${name} is not a number that can be learned from` };
    case 'TOO_LARGE':
      return { fault: `${text.slice(0, QUOTED_LENGTH)} in ${name} is too large` };
    case 'NOT_A_NUMBER':
      return { fault: `"${text.slice(0, QUOTED_LENGTH)}" in ${name} is not a number` };
  }
}

/** The bound that a number breaks; undefined when it breaks none. */
function boundBroken(value: number, { correction }: KeptColumn): number | undefined {
  if (!correction) return undefined;
  if (correction.min != null && value < correction.min) return correction.min;
  if (correction.max != null && value > correction.max) return correction.max;
  return undefined;
}

function rangeOf({ correction }: KeptColumn): string {
  return `${correction?.min ?? '-∞'} to ${correction?.max ?? '∞'}`;
}
