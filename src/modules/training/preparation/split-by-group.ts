/**
 * All rows of a group, say of a person, go into one part: a model that has met them would know them again, and look better than it is
 * for anybody else. Groups are drawn by the seed among those of the same class, so that parts have the classes as nearly in the same
 * proportion as groups allow.
 */
import { seededRandom, shuffle } from './seeded-random';
import type { Split, SplitShares } from './split';

interface Group {
  readonly rows: number[];
  /** Rows of each class. */
  readonly classes: Map<number, number>;
}

/** One for each part. */
const FEWEST_GROUPS = 3;

/**
 * Indices of rows by part, in ascending order. Rows without a value are a group of their own: they may be of one person.
 * @throws RangeError when there are fewer groups than parts.
 */
export function splitByGroup(
  labels: ArrayLike<number>,
  values: readonly unknown[],
  shares: SplitShares,
  seed: number,
): Split {
  const groups = groupsOf(labels, values);
  if (groups.length < FEWEST_GROUPS) throw new RangeError(`${groups.length} groups for three parts`);
  const random = seededRandom(seed);
  const ordered = [...byClass(groups)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, ofClass]) => {
      const turns = shuffle(
        ofClass.map((_, at) => at),
        random,
      );
      return turns.map((at, place) => ({ group: ofClass[at]!, place: (place + 0.5) / turns.length }));
    })
    // Of every class some come early and some late: whatever is cut off has something of each.
    .sort((a, b) => a.place - b.place)
    .map(({ group }) => group);
  const heldOut = taken(ordered, labels.length * shares.heldOut, FEWEST_GROUPS - 1);
  const validation = taken(ordered, labels.length * shares.validation, FEWEST_GROUPS - 2);
  return { training: rowsOf(ordered), validation: rowsOf(validation), heldOut: rowsOf(heldOut) };
}

function groupsOf(labels: ArrayLike<number>, values: readonly unknown[]): Group[] {
  const groups = new Map<unknown, Group>();
  values.forEach((value, row) => {
    const group: Group = groups.get(value) ?? { rows: [], classes: new Map<number, number>() };
    group.rows.push(row);
    group.classes.set(labels[row]!, (group.classes.get(labels[row]!) ?? 0) + 1);
    groups.set(value, group);
  });
  return [...groups.values()];
}

/** By the class that most of their rows have. */
function byClass(groups: readonly Group[]): Map<number, Group[]> {
  const found = new Map<number, Group[]>();
  for (const group of groups) {
    const [[label]] = [...group.classes].sort(([a, many], [b, more]) => more - many || a - b) as [
      [number, number],
    ];
    const known = found.get(label);
    if (known) known.push(group);
    else found.set(label, [group]);
  }
  return found;
}

/** Takes groups off the front, at least one, until they come as near to so many rows as they can; leaves so many groups. */
function taken(groups: Group[], rows: number, left: number): Group[] {
  let count = 0;
  let end = 0;
  while (end < groups.length - left) {
    const next = count + groups[end]!.rows.length;
    if (end > 0 && next - rows > rows - count) break;
    count = next;
    end++;
  }
  return groups.splice(0, end);
}

function rowsOf(groups: readonly Group[]): number[] {
  return groups.flatMap(({ rows }) => rows).sort((a, b) => a - b);
}
