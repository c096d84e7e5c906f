/**
 * What can be worked out of two totals: of people whom one counts and the other leaves out. A group is a total of its parts in the
 * intersection, and all groups of one attribute are one of the same people as all of another. Where those left out are few, the smallest
 * part that is told goes with them, until none are few (secondary suppression of table cells). Then the same of all totals together:
 * one less another, and what is left less a third (decision 364).
 */
import { type CellSum, derivableFew } from '../../../kernel/statistics';
import { type Cell, type Comparison, CROSS } from './monitored-groups';
import type { Day } from './quarter';

/** What is told of a group. */
export interface Told {
  readonly people: number;
  readonly days: ReadonlySet<Day>;
}

/** By attribute and group. */
export type ToldGroups<T extends Told> = Map<string, Map<string, T>>;

/** Of one day and group. */
export interface CountedPeople extends Cell {
  readonly day: Day;
  readonly people: number;
}

interface Crossed extends CountedPeople {
  /** One of each attribute. */
  readonly values: readonly string[];
}

export function hideDerivable(
  told: ToldGroups<Told>,
  counted: readonly CountedPeople[],
  comparisons: readonly Comparison[],
  minimum: number,
): void {
  const crossing = comparisons.find(({ parts }) => parts.length > 1);
  if (!crossing) return;
  const cells = counted
    .filter(({ attribute }) => attribute === crossing.attribute)
    .map((one) => ({ ...one, values: one.group.split(CROSS) }));
  for (;;) {
    const goes = derivable(told, cells, crossing, minimum);
    if (goes.length === 0) goes.push(...together(told, cells, crossing, minimum));
    if (goes.length === 0) return;
    for (const { attribute, group } of goes) told.get(attribute)!.delete(group);
  }
}

/** The cells that go with those few. */
function derivable(
  told: ToldGroups<Told>,
  cells: readonly Crossed[],
  { attribute: crossed, parts }: Comparison,
  minimum: number,
): Cell[] {
  const tells = (attribute: string, group: string, day: Day): boolean =>
    told.get(attribute)?.get(group)?.days.has(day) ?? false;
  /** By attribute and group, who is in the group or in its parts, and not in both. */
  const beside = parts.map(
    (part) => new Map([...(told.get(part) ?? [])].map(([group, { people }]) => [group, people])),
  );
  /** By attribute, who is in a group of it and in no intersection. */
  const alone = beside.map((groups) => [...groups.values()].reduce((sum, people) => sum + people, 0));
  /** By two attributes, who is in an intersection, in a group of one of them, and in none of the other. */
  const between = parts.map(() => parts.map(() => 0));
  for (const { group, values, day, people } of cells) {
    const isPart = tells(crossed, group, day);
    const isIn = values.map((value, at) => tells(parts[at]!, value, day));
    for (const [at, value] of values.entries()) {
      const known = beside[at]!.get(value);
      if (isPart && known !== undefined) beside[at]!.set(value, known + (isIn[at] ? -people : people));
      if (isIn[at]) alone[at]! -= people;
      for (let other = 0; other < at; other++) if (isIn[at] !== isIn[other]) between[at]![other]! += people;
    }
  }
  const areFew = (people: number): boolean => people > 0 && people < minimum;
  const ofGroups = beside.flatMap((groups, at) =>
    [...groups]
      .filter(([, people]) => areFew(people))
      .flatMap(([value]) => least(told, [crossed], (group) => group.split(CROSS)[at] === value)),
  );
  const ofTotals = between.flatMap((row, at) =>
    row.flatMap((people, other) => {
      const both = [parts[at]!, parts[other]!];
      if (other >= at || both.some((part) => !told.get(part)?.size)) return [];
      // Of several attributes the same people may be alone in both: so many are not, at least.
      return areFew(people + Math.abs(alone[at]! - alone[other]!)) ? least(told, both, () => true) : [];
    }),
  );
  return [...ofGroups, ...ofTotals];
}

/** People whom nothing that is told tells apart: on the same days in the same groups of those that are told. */
interface Alike {
  readonly values: Set<string>;
  readonly groups: readonly string[];
  people: number;
}

/** Beside each few who follow from all totals together, the smallest part that is told. */
function together(
  told: ToldGroups<Told>,
  cells: readonly Crossed[],
  { attribute: crossed, parts }: Comparison,
  minimum: number,
): Cell[] {
  const alike = new Map<string, Alike>();
  for (const { group, values, day, people } of cells) {
    const groups = [[crossed, group] as const, ...values.map((value, at) => [parts[at]!, value] as const)]
      .filter(([attribute, name]) => told.get(attribute)?.get(name)?.days.has(day))
      .map(([attribute, name]) => keyOf(attribute, name));
    if (groups.length === 0) continue;
    const key = groups.join('\n\n');
    const known = alike.get(key) ?? { values: new Set<string>(), groups, people: 0 };
    known.people += people;
    values.forEach((value, at) => known.values.add(keyOf(parts[at]!, value)));
    alike.set(key, known);
  }
  const atoms = [...alike.values()];
  const sums = [crossed, ...parts].flatMap((attribute) =>
    [...(told.get(attribute) ?? [])].map(([group, { people }]): CellSum => {
      const key = keyOf(attribute, group);
      const own = atoms.flatMap((atom, at) => (atom.groups.includes(key) ? [at] : []));
      const known = own.reduce((sum, at) => sum + atoms[at]!.people, 0);
      // Who is in the group and in no intersection is nobody else.
      if (people > known)
        own.push(atoms.push({ values: new Set([key]), groups: [key], people: people - known }) - 1);
      return { cells: own, people };
    }),
  );
  return derivableFew(atoms.length, sums, minimum).flatMap((few) => {
    const beside = new Set(few.flatMap((at) => [...atoms[at]!.values]));
    const isBeside = (group: string): boolean =>
      group.split(CROSS).some((value, at) => beside.has(keyOf(parts[at]!, value)));
    const ways = [
      least(told, [crossed], isBeside),
      least(told, [crossed], () => true),
      least(told, parts, () => true),
    ];
    return ways.find(({ length }) => length > 0) ?? [];
  });
}

const keyOf = (attribute: string, group: string): string => `${attribute}\n${group}`;

/** The group of fewest people that is told of these attributes; none where none is. */
function least(
  told: ToldGroups<Told>,
  attributes: readonly string[],
  isMeant: (group: string) => boolean,
): Cell[] {
  const all = attributes.flatMap((attribute) =>
    [...(told.get(attribute) ?? [])]
      .filter(([group]) => isMeant(group))
      .map(([group, { people }]) => ({ attribute, group, people })),
  );
  return all.sort((a, b) => a.people - b.people).slice(0, 1);
}
