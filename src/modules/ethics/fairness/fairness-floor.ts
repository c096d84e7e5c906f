/**
 * The floor under which no version goes before people without somebody answering for it in writing: the four-fifths rule for
 * who is selected, and equal opportunity among those who deserve to be. A verdict of `fairness` informs; this one stops work.
 * So it asks for more: the whole interval must lie beyond the bound, with all comparisons of a version together.
 */
import type { Interval } from '../../../kernel/statistics';
import type { Evaluation } from '../../models';
import { type FairnessAccount, fairnessOfVersion, shownFairness } from './fairness-of-version';
import {
  differenceInterval,
  type GroupRates,
  LEVEL,
  MINIMUM_GROUP_SIZE,
  MOST_GROUPS,
  type Rate,
  THRESHOLDS,
} from './fairness';

export interface FloorVerdict {
  readonly passed: boolean;
  /** In words, with the numbers. */
  readonly detail: string;
}

/** Two groups in one rate: how far the one that is off worse stays behind. */
interface Comparison {
  readonly isBreach: boolean;
  /** Above 1 = beyond the bound, as far as the counts themselves go. */
  readonly distance: number;
  /** There are as many as there are pairs: only what is shown is put into words. */
  readonly told: () => string;
}

type KnownRate = Rate & { readonly value: number; readonly interval: Interval };
interface Side {
  readonly group: string;
  readonly rate: KnownRate;
}

/** What is asked of a version. The measures that are missing here are shown in `fairness`, and for people to weigh. */
const FLOORS = [
  { rate: 'selectionRate', told: 'selection rate', compare: byRatio },
  { rate: 'truePositiveRate', told: 'true positive rate', compare: byDifference },
] as const;

/** The furthest ones say what is wrong; a list of thousands says nothing. */
const MOST_TOLD = 10;

/**
 * Judges the counts of a version by group on held-out rows: every protected attribute and their intersection, every pair of
 * groups with at least ten people in the rate. The level of each interval is Bonferroni's for the number of comparisons, so
 * that a version within the bounds is refused with at most 5 % chance, all comparisons together. Passes, and says why,
 * where there is nothing to compare.
 */
export function fairnessFloor(evaluation: Evaluation | null): FloorVerdict {
  const account = fairnessOfVersion(evaluation);
  const count = account ? countOf(account) : 0;
  if (count === 0) return { passed: true, detail: `not checked, because ${reasonFor(evaluation)}` };
  const { breaches, furthest } = judged(
    fairnessOfVersion(evaluation, 1 - (1 - LEVEL) / count)!,
    shownNames(evaluation),
  );
  const said =
    breaches > 0 ? 'beyond the bound, and not by chance' : 'not beyond a bound by more than chance';
  const told = furthest.map((comparison) => comparison.told()).join('; ');
  const more = breaches > furthest.length ? `; and ${breaches - furthest.length} more` : '';
  const together = `${LEVEL * 100} % intervals for ${count} ${count === 1 ? 'comparison' : 'comparisons together'}`;
  const isCut = account!.attributes.some(({ groups }) => groups.length > MOST_GROUPS);
  const cut = isCut ? `, of the ${MOST_GROUPS} largest groups of an attribute` : '';
  return { passed: breaches === 0, detail: `${said}: ${told}${more}; ${together}${cut}` };
}

/** How many breaches there are, and the furthest of them; without one, what comes closest. */
function judged(
  account: FairnessAccount,
  shown: ReadonlySet<string>,
): { breaches: number; furthest: readonly Comparison[] } {
  let breaches = 0;
  let furthest: Comparison[] = [];
  let closest: Comparison | undefined;
  for (const comparison of comparisonsOf(account, shown)) {
    const { isBreach, distance } = comparison;
    if (!closest || distance > closest.distance) closest = comparison;
    if (!isBreach) continue;
    breaches++;
    if (furthest.length === MOST_TOLD && distance <= furthest.at(-1)!.distance) continue;
    furthest = [...furthest, comparison].sort((a, b) => b.distance - a.distance).slice(0, MOST_TOLD);
  }
  return { breaches, furthest: breaches > 0 ? furthest : [closest!] };
}

/** Judged is everybody; told is what tells of nobody else. */
function shownNames(evaluation: Evaluation | null): ReadonlySet<string> {
  const attributes = shownFairness(evaluation)?.attributes ?? [];
  return new Set(
    attributes.flatMap(({ attribute, groups }) => groups.map(({ group }) => nameOf(attribute, group))),
  );
}

const nameOf = (attribute: string, group: string): string => `${attribute}\n${group}`;

function countOf({ attributes }: FairnessAccount): number {
  const sides = attributes.flatMap(({ groups }) => FLOORS.map(({ rate }) => sidesOf(groups, rate).length));
  return sides.reduce((sum, many) => sum + (many * (many - 1)) / 2, 0);
}

/** Every two groups that can be judged in a rate, one after another. */
function* comparisonsOf({ attributes }: FairnessAccount, shown: ReadonlySet<string>): Generator<Comparison> {
  for (const { attribute, groups } of attributes)
    for (const { rate, told, compare } of FLOORS) {
      const sides = sidesOf(groups, rate);
      for (const [at, low] of sides.entries())
        for (let other = at + 1; other < sides.length; other++) {
          const high = sides[other]!;
          const { isBreach, distance, told: figures } = compare(low, high);
          const isShown = [low, high].every(({ group }) => shown.has(nameOf(attribute, group)));
          const words = (): string =>
            isShown
              ? `${attribute}: ${told} ${of(low)} against ${of(high)}, ${figures()}`
              : `${attribute}: ${told} of ${low.group} against ${high.group}, without figures, because those of a few other people would follow from them`;
          yield { isBreach, distance, told: words };
        }
    }
}

/** The largest groups that can be judged in this rate, the lowest one first. */
function sidesOf(groups: readonly GroupRates[], name: (typeof FLOORS)[number]['rate']): Side[] {
  return groups
    .slice(0, MOST_GROUPS)
    .flatMap((group): Side[] => (isKnown(group[name]) ? [{ group: group.group, rate: group[name] }] : []))
    .sort((a, b) => a.rate.value - b.rate.value);
}

/** A share of fewer people is no figure of a group, and would tell of single ones. */
function isKnown(rate: Rate): rate is KnownRate {
  return rate.n >= MINIMUM_GROUP_SIZE;
}

function byRatio({ rate: low }: Side, { rate: high }: Side): Comparison {
  const bound = THRESHOLDS.ratio;
  // Nobody of either group is selected: they are treated alike.
  const ratio = high.value === 0 ? 1 : low.value / high.value;
  const interval = ratioInterval(low, high);
  const told = (): string => `ratio ${figure(ratio)} (${span(interval)}), at least ${bound}`;
  return { isBreach: interval[1] < bound, distance: (1 - ratio) / (1 - bound), told };
}

function byDifference({ rate: low }: Side, { rate: high }: Side): Comparison {
  const bound = THRESHOLDS.difference;
  const difference = high.value - low.value;
  const interval = differenceInterval(high, low);
  const told = (): string => `difference ${figure(difference)} (${span(interval)}), at most ${bound}`;
  return { isBreach: interval[0] > bound, distance: difference / bound, told };
}

/**
 * The interval of a ratio of two independent proportions, from the Wilson interval of each (MOVER-R; Donner and Zou 2012,
 * Statistical Methods in Medical Research 21:347): what Newcombe's method is for their difference. The lower end is written
 * so that nothing is divided by zero; without anybody in the denominator nothing is known.
 */
export function ratioInterval(a: KnownRate, b: KnownRate): Interval {
  const [p, [pLow, pHigh]] = [a.value, a.interval];
  const [q, [qLow, qHigh]] = [b.value, b.interval];
  if (q === 0) return [0, Infinity];
  const product = p * q;
  const root = (pEnd: number, qEnd: number): number =>
    Math.sqrt(Math.max(0, product ** 2 - pEnd * qEnd * (2 * p - pEnd) * (2 * q - qEnd)));
  const lower = p === 0 ? 0 : (pLow * (2 * p - pLow)) / (product + root(pLow, qHigh));
  return [lower, (product + root(pHigh, qLow)) / (qLow * (2 * q - qLow))];
}

function reasonFor(evaluation: Evaluation | null): string {
  if (!evaluation) return 'it was not evaluated as a classifier on rows held out from its training';
  const { protectedAttributes, suppressedGroups } = evaluation;
  if (protectedAttributes.length === 0)
    return 'its data names no protected attributes: name them when the data is uploaded';
  const hidden = suppressedGroups > 0 ? `; groups too small even to be shown: ${suppressedGroups}` : '';
  return `there are no two groups of at least ${MINIMUM_GROUP_SIZE} people by ${protectedAttributes.join(', ')}${hidden}`;
}

const of = ({ group, rate }: Side): string => `${figure(rate.value)} of ${group} (${rate.n} people)`;
const span = ([low, high]: Interval): string => `${figure(low)} to ${figure(high)}`;
const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : 'unbounded');
