/**
 * Which groups of people a table of counts tells. Those of a few people are not even in it. But the groups of an attribute add up to all rows,
 * and the parts of a group to the group: of one that is left out, the rest tells. Where what is left is few, the smallest group
 * beside it is not told either, until nothing few is left (secondary suppression of table cells).
 */
import { type CellSum, derivableFew } from './derivable-cells';

/** In fewer people somebody could be recognised. */
export const SMALLEST_GROUP = 5;
/** Of an intersection of more, the parts are told only where nobody at all is left out: nobody waits for so long an elimination. */
const MOST_CELLS = 400;

interface CountedGroup {
  /** One of each attribute, always in the same order; several make an intersection. */
  readonly keys: readonly { readonly attribute: string; readonly value: string }[];
  readonly n: number;
}

/** So many people, and what is told of groups of them that share nobody. */
interface Total<T> {
  readonly people: number;
  readonly parts: T[];
}

/** In their order. */
export function shownGroups<T extends CountedGroup>(rows: number, groups: readonly T[]): T[] {
  const attributes = [...new Set(groups.flatMap(({ keys }) => keys.map(({ attribute }) => attribute)))];
  const shown = new Set(groups);
  for (;;) {
    const goes = totalsOf(rows, attributes, [...shown]).flatMap(({ people, parts }) => {
      const left = people - sumOf(parts);
      return left > 0 && left < SMALLEST_GROUP ? smallest(parts) : [];
    });
    if (goes.length === 0) goes.push(...betraying(rows, attributes, groups, shown));
    if (goes.length === 0) return [...shown];
    for (const group of goes) shown.delete(group);
  }
}

/** Parts that go because totals that overlap give few people away: beside each of these the smallest that is told. */
function betraying<T extends CountedGroup>(
  rows: number,
  attributes: readonly string[],
  groups: readonly T[],
  shown: ReadonlySet<T>,
): T[] {
  const told = [...shown];
  const parts = told.filter(({ keys }) => keys.length > 1);
  if (parts.length === 0 || sumOf(parts) === rows) return [];
  const singles = groups.filter(({ keys }) => keys.length === 1);
  const values = attributes.map((attribute) => {
    const own = singles.filter(({ keys }) => keys[0]!.attribute === attribute);
    const known = own.map(({ keys }) => keys[0]!.value);
    return sumOf(own) < rows ? [...known, undefined] : known;
  });
  const cells = values.reduce<(string | undefined)[][]>(
    (all, some) =>
      all.length * some.length > MOST_CELLS
        ? []
        : all.flatMap((cell) => some.map((value) => [...cell, value])),
    [[]],
  );
  if (cells.length === 0) return parts;
  const isOf = (cell: readonly (string | undefined)[], { keys }: CountedGroup): boolean =>
    keys.every(({ attribute, value }) => cell[attributes.indexOf(attribute)] === value);
  const open = cells.filter((cell) => !parts.some((part) => isOf(cell, part)));
  const sumIn = (group: CountedGroup): CellSum => ({
    cells: open.flatMap((cell, at) => (isOf(cell, group) ? [at] : [])),
    people:
      group.n -
      sumOf(
        parts.filter((part) =>
          isOf(
            part.keys.map(({ value }) => value),
            group,
          ),
        ),
      ),
  });
  const sums = [{ keys: [], n: rows }, ...told.filter(({ keys }) => keys.length === 1)].map(sumIn);
  return derivableFew(open.length, sums, SMALLEST_GROUP).flatMap((few) => {
    const beside = parts.filter(({ keys }) =>
      few.some((at) => keys.some(({ value }, place) => open[at]![place] === value)),
    );
    return smallest(beside.length > 0 ? beside : parts);
  });
}

/** All rows by each attribute and by their intersection; each group, and everybody who is in no group that is told, by the latter. */
function totalsOf<T extends CountedGroup>(
  rows: number,
  attributes: readonly string[],
  shown: readonly T[],
): Total<T>[] {
  const crossed = shown.filter(({ keys }) => keys.length > 1);
  const totals: Total<T>[] = [{ people: rows, parts: crossed }];
  for (const attribute of attributes) {
    const own = shown.filter(({ keys }) => keys.length === 1 && keys[0]!.attribute === attribute);
    const byValue = new Map<string, Total<T>>(
      own.map(({ keys, n }) => [keys[0]!.value, { people: n, parts: [] }]),
    );
    const others: Total<T> = { people: rows - sumOf(own), parts: [] };
    for (const cell of crossed) {
      const { value } = cell.keys.find((key) => key.attribute === attribute)!;
      (byValue.get(value) ?? others).parts.push(cell);
    }
    totals.push({ people: rows, parts: own }, ...byValue.values(), others);
  }
  return totals;
}

function sumOf(groups: readonly CountedGroup[]): number {
  return groups.reduce((sum, { n }) => sum + n, 0);
}

/** The first of those of fewest people; none where none is. */
function smallest<T extends CountedGroup>(groups: readonly T[]): T[] {
  return [...groups].sort((a, b) => a.n - b.n).slice(0, 1);
}
