/**
 * Which groups of people a table of counts tells. Those of a few people are not even in it. But the groups of an attribute add up to all rows,
 * and the parts of a group to the group: of one that is left out, the rest tells. Where what is left is few, the smallest group
 * beside it is not told either, until nothing few is left (secondary suppression of table cells).
 */
/** In fewer people somebody could be recognised. */
export const SMALLEST_GROUP = 5;

interface CountedGroup {
  /** One of each attribute; several make an intersection. */
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
    if (goes.length === 0) return [...shown];
    for (const group of goes) shown.delete(group);
  }
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
