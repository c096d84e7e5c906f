/**
 * Which counts of groups may be told. Three ways lead from sums back to a person, and all are closed here: a group of few people;
 * the difference of two answers that lie a day apart; and the difference of a group and the parts of it that an intersection shows.
 */
import { type Cell, type Comparison, CROSS } from './monitored-groups';
import { type Day, evidenceFrom } from './quarter';

export interface Sums {
  readonly selected: number;
  readonly unselected: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** What was counted of a group on a day that is over. One row a day and group. */
export interface DayCounts extends Sums {
  readonly day: Day;
  readonly attribute: string;
  readonly group: string;
}

type PeopleOf = (sums: Sums) => number;
type Groups = Map<string, Map<string, Sums>>;
/** By attribute and group. */
export type ShownGroups = ReadonlyMap<string, ReadonlyMap<string, Sums>>;

export interface ShownCounts {
  readonly answered: ShownGroups;
  /** Of those whose right answer became known. */
  readonly labelled: ShownGroups;
  /** Groups of whom somebody was counted and nothing is told. */
  readonly tooFew: number;
}

/** Which days. */
export interface Days {
  readonly from: Day;
  /** Exclusive. */
  readonly to: Day;
  /** Days on which evidence began anew, besides quarters. */
  readonly restarts: readonly Day[];
}

export const peopleAnswered = ({ selected, unselected }: Sums): number => selected + unselected;
export const peopleLabelled = (sums: Sums): number =>
  sums.truePositives + sums.falsePositives + sums.trueNegatives + sums.falseNegatives;

const FIELDS = [
  'selected',
  'unselected',
  'truePositives',
  'falsePositives',
  'trueNegatives',
  'falseNegatives',
] as const;
const NOTHING = Object.fromEntries(FIELDS.map((field) => [field, 0])) as unknown as Sums;

export function shownCounts(
  rows: readonly DayCounts[],
  comparisons: readonly Comparison[],
  days: Days,
  minimum: number,
): ShownCounts {
  const counted = (peopleOf: PeopleOf): Groups => {
    const within = rows.filter((row) => row.day >= days.from && row.day < days.to && peopleOf(row) > 0);
    return summed(within.map((row) => [row, row]));
  };
  const shown = (peopleOf: PeopleOf): ShownGroups =>
    withoutDerivable(
      inBlocks(rows, days, minimum, peopleOf),
      counted(peopleOf),
      comparisons,
      minimum,
      peopleOf,
    );
  const answered = shown(peopleAnswered);
  return {
    answered,
    labelled: shown(peopleLabelled),
    tooFew: sizeOf(counted(peopleAnswered)) - sizeOf(answered),
  };
}

/**
 * The days of a group from one beginning of evidence to the next are cut into blocks of at least `minimum` people, always the same ones, and a block is told
 * as a whole or not at all: any two answers differ by nobody, or by so many.
 */
function inBlocks(
  rows: readonly DayCounts[],
  { from, to, restarts }: Days,
  minimum: number,
  peopleOf: PeopleOf,
): Groups {
  const told: [Cell, Sums][] = [];
  for (const ofGroup of byGroup(rows, restarts, peopleOf)) {
    let block = NOTHING;
    let begin: Day | undefined;
    for (const row of ofGroup) {
      begin ??= row.day;
      block = added(block, row);
      if (peopleOf(block) < minimum) continue;
      if (begin >= from && row.day < to) told.push([row, block]);
      block = NOTHING;
      begin = undefined;
    }
  }
  return summed(told);
}

function byGroup(
  rows: readonly DayCounts[],
  restarts: readonly Day[],
  peopleOf: PeopleOf,
): Iterable<readonly DayCounts[]> {
  const found = new Map<string, DayCounts[]>();
  for (const row of [...rows].sort((a, b) => (a.day < b.day ? -1 : 1))) {
    if (peopleOf(row) === 0) continue;
    const key = [row.attribute, row.group, evidenceFrom(row.day, restarts)].join('\n');
    const known = found.get(key);
    if (known) known.push(row);
    else found.set(key, [row]);
  }
  return found.values();
}

/**
 * Of a group and the parts of it that an intersection shows, the people in the parts that are not shown could be worked out. Where they
 * are few, the smallest part that is shown goes with them (secondary suppression of table cells).
 */
function withoutDerivable(
  shown: Groups,
  counted: Groups,
  comparisons: readonly Comparison[],
  minimum: number,
  peopleOf: PeopleOf,
): ShownGroups {
  for (const { attribute, parts } of comparisons) {
    const crossed = shown.get(attribute);
    if (!crossed || parts.length < 2) continue;
    const all = [...counted.get(attribute)!];
    const goesWithFew = (): string | undefined => {
      for (const [at, part] of parts.entries())
        for (const value of shown.get(part)?.keys() ?? []) {
          const within = all.filter(([group]) => group.split(CROSS)[at] === value);
          const hidden = within.filter(([group]) => !crossed.has(group));
          const few = hidden.reduce((sum, [, sums]) => sum + peopleOf(sums), 0);
          if (few === 0 || few >= minimum) continue;
          const [least] = within
            .filter(([group]) => crossed.has(group))
            .sort(([, a], [, b]) => peopleOf(a) - peopleOf(b));
          if (least) return least[0];
        }
      return undefined;
    };
    for (let group = goesWithFew(); group !== undefined; group = goesWithFew()) crossed.delete(group);
  }
  return shown;
}

function summed(parts: readonly (readonly [Cell, Sums])[]): Groups {
  const groups: Groups = new Map();
  for (const [{ attribute, group }, sums] of parts) {
    const known = groups.get(attribute) ?? new Map<string, Sums>();
    groups.set(attribute, known.set(group, added(known.get(group) ?? NOTHING, sums)));
  }
  return groups;
}

function sizeOf(groups: ShownGroups): number {
  return [...groups.values()].reduce((sum, { size }) => sum + size, 0);
}

function added(a: Sums, b: Sums): Sums {
  return Object.fromEntries(FIELDS.map((field) => [field, a[field] + b[field]])) as unknown as Sums;
}
