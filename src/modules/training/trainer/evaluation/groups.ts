/**
 * Which group of people a row belongs to, by one protected attribute. Numbers with many values become four ranges of
 * about as many people each, because a group of everyone who is 37 tells nothing.
 */
import type { Cell } from '../../dataset/column-profile';
import type { Table } from '../../dataset/table-file';

const FEW_VALUES = 6;
const UNKNOWN = 'unknown';
const QUARTERS = [0.25, 0.5, 0.75];

/** For each protected attribute, the group of each of these rows. */
export function groupsOf(
  table: Table,
  attributes: readonly string[],
  rows: readonly number[],
): Record<string, string[]> {
  return Object.fromEntries(
    attributes.map((attribute) => {
      const ofRow = groupsBy(table, attribute);
      return [attribute, rows.map((row) => ofRow[row]!)];
    }),
  );
}

/** The name of each row's group. @param attribute A column of the table. */
export function groupsBy(table: Table, attribute: string): string[] {
  const at = table.columns.findIndex(({ name }) => name === attribute);
  const cells = table.rows.map((row) => row[at] ?? null);
  const numbers = cells.filter((cell): cell is number => typeof cell === 'number').sort((a, b) => a - b);
  if (new Set(numbers).size <= FEW_VALUES)
    return cells.map((cell) => (cell === null ? UNKNOWN : String(cell)));
  return cells.map(rangesOf(numbers));
}

function rangesOf(sorted: readonly number[]): (cell: Cell) => string {
  const cuts = [...new Set(QUARTERS.map((share) => sorted[Math.floor(share * sorted.length)]!))];
  const names = [
    `below ${cuts[0]}`,
    ...cuts.slice(1).map((cut, index) => `${cuts[index]} to below ${cut}`),
    `${cuts.at(-1)} and above`,
  ];
  return (cell) => (typeof cell === 'number' ? names[cuts.filter((cut) => cell >= cut).length]! : UNKNOWN);
}
