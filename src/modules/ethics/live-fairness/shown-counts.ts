/**
 * Which counts of groups may be told. Four ways lead from sums back to a person, and all are closed here: a group of few people; the
 * difference of two answers that lie a day apart; the difference of a group and the parts of it that an intersection shows; and
 * that of all groups of one attribute and all of another, which holds whoever is in a group that is not told.
 */
import { hideDerivable, type Told, type ToldGroups } from './derivable-counts';
import type { Comparison } from './monitored-groups';
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
interface ToldSums extends Told {
  readonly sums: Sums;
}
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
  const within = rows.filter(({ day }) => day >= days.from && day < days.to);
  const shown = (peopleOf: PeopleOf): ShownGroups => {
    const told = inBlocks(rows, days, minimum, peopleOf);
    const counted = within.map((row) => ({ ...row, people: peopleOf(row) }));
    hideDerivable(told, counted, comparisons, minimum);
    return new Map(
      [...told].map(([attribute, groups]) => [
        attribute,
        new Map([...groups].map(([group, { sums }]) => [group, sums])),
      ]),
    );
  };
  const answered = shown(peopleAnswered);
  const counted = new Set(
    within.filter((row) => peopleAnswered(row) > 0).map(({ attribute, group }) => `${attribute}\n${group}`),
  );
  return { answered, labelled: shown(peopleLabelled), tooFew: counted.size - sizeOf(answered) };
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
): ToldGroups<ToldSums> {
  const told: ToldGroups<ToldSums> = new Map();
  for (const ofGroup of byGroup(rows, restarts, peopleOf)) {
    let block: DayCounts[] = [];
    let people = 0;
    for (const row of ofGroup) {
      block.push(row);
      people += peopleOf(row);
      if (people < minimum) continue;
      if (block[0]!.day >= from && row.day < to) tell(told, block, people);
      block = [];
      people = 0;
    }
  }
  return told;
}

function tell(told: ToldGroups<ToldSums>, block: readonly DayCounts[], people: number): void {
  const { attribute, group } = block[0]!;
  const groups = told.get(attribute) ?? new Map<string, ToldSums>();
  const before = groups.get(group) ?? { people: 0, sums: NOTHING, days: [] };
  groups.set(group, {
    people: before.people + people,
    sums: block.reduce(added, before.sums),
    days: new Set([...before.days, ...block.map(({ day }) => day)]),
  });
  told.set(attribute, groups);
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

function sizeOf(groups: ShownGroups): number {
  return [...groups.values()].reduce((sum, { size }) => sum + size, 0);
}

function added(a: Sums, b: Sums): Sums {
  return Object.fromEntries(FIELDS.map((field) => [field, a[field] + b[field]])) as unknown as Sums;
}
