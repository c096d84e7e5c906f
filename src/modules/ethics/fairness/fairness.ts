/**
 * Whether a classifier treats groups alike, from the counts of each group on held-out rows. Definitions as in Fairlearn
 * (fairlearn.metrics), with two things said that it leaves open: groups with too few people are not judged, and each
 * figure carries the uncertainty of its counts, so that a verdict is not read out of noise.
 */
import { type Interval, wilsonInterval } from '../../../kernel/statistics';

export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** A share of people with its Wilson interval; no value where nobody could have it. */
export interface Rate {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly n: number;
}

export interface GroupRates {
  readonly group: string;
  readonly n: number;
  readonly isJudged: boolean;
  readonly selectionRate: Rate;
  readonly truePositiveRate: Rate;
  readonly falsePositiveRate: Rate;
  readonly precision: Rate;
  readonly accuracy: Rate;
}

type RateName = 'selectionRate' | 'truePositiveRate' | 'falsePositiveRate' | 'precision';
export type Verdict = 'HOLDS' | 'UNCERTAIN' | 'VIOLATED' | 'NOT_ENOUGH_DATA';

/** How far apart two groups are in one rate. */
interface Gap {
  readonly highest: string;
  readonly lowest: string;
  readonly difference: number;
  readonly ratio: number | null;
  readonly interval: Interval;
}

/** One group in one rate. */
interface Side {
  readonly group: string;
  /** With a value. */
  readonly rate: Rate;
}

export interface MeasureResult {
  readonly name: MeasureName;
  readonly value: number | null;
  /** Of the difference behind it (Newcombe's method 10), at a level that all pairs of groups share; null without a value. */
  readonly interval: Interval | null;
  readonly threshold: number;
  readonly verdict: Verdict;
  readonly highest: string | null;
  readonly lowest: string | null;
  /** The two groups that are apart for certain, the one with the higher rate first; null unless violated. */
  readonly violatedBetween: readonly [string, string] | null;
}

interface MeasureRule {
  readonly rates: readonly RateName[];
  readonly of: 'difference' | 'ratio';
}

/** The rate or rates that must be alike, and how the distance is told. */
export const MEASURES = {
  DEMOGRAPHIC_PARITY_RATIO: { rates: ['selectionRate'], of: 'ratio' },
  DEMOGRAPHIC_PARITY_DIFFERENCE: { rates: ['selectionRate'], of: 'difference' },
  EQUAL_OPPORTUNITY_DIFFERENCE: { rates: ['truePositiveRate'], of: 'difference' },
  EQUALIZED_ODDS_DIFFERENCE: { rates: ['truePositiveRate', 'falsePositiveRate'], of: 'difference' },
  EQUALIZED_ODDS_RATIO: { rates: ['truePositiveRate', 'falsePositiveRate'], of: 'ratio' },
  PREDICTIVE_PARITY_DIFFERENCE: { rates: ['precision'], of: 'difference' },
} as const satisfies Record<string, MeasureRule>;

export type MeasureName = keyof typeof MEASURES;
export type Thresholds = { readonly [name in MeasureName]?: number };

export const MINIMUM_GROUP_SIZE = 10;
export const LEVEL = 0.95;
/** Of one attribute, the largest ones: an intersection may have tens of thousands, and the pairs of them would never end. */
export const MOST_GROUPS = 500;
/** The four-fifths rule (29 CFR § 1607.4 D) for ratios; for differences the tenth that is customary. */
export const THRESHOLDS = { ratio: 0.8, difference: 0.1 };

/** @param level Confidence level of the intervals. */
export function ratesOf(group: string, counts: Counts, level = LEVEL): GroupRates {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  const n = tp + fp + tn + fn;
  const rate = (count: number, people: number): Rate => rateOf(count, people, level);
  return {
    group,
    n,
    isJudged: n >= MINIMUM_GROUP_SIZE,
    selectionRate: rate(tp + fp, n),
    truePositiveRate: rate(tp, tp + fn),
    falsePositiveRate: rate(fp, fp + tn),
    precision: rate(tp, tp + fp),
    accuracy: rate(tp + tn, n),
  };
}

/** Every measure over the groups that are large enough. @param thresholds where not the customary ones. */
export function measuresOf(groups: readonly GroupRates[], thresholds: Thresholds = {}): MeasureResult[] {
  const judged = groups.filter(({ isJudged }) => isJudged);
  return (Object.keys(MEASURES) as MeasureName[]).map((name) =>
    measure(name, judged, thresholds[name] ?? thresholdOf(name)),
  );
}

/** What is customary for it. */
export function thresholdOf(name: MeasureName): number {
  return THRESHOLDS[MEASURES[name].of];
}

function measure(name: MeasureName, groups: readonly GroupRates[], threshold: number): MeasureResult {
  const { rates, of }: MeasureRule = MEASURES[name];
  const sides = together(rates.map((rate) => sidesOf(groups, rate)));
  const gaps = sides.map((known) => (known.length < 2 ? null : gapOf(known[0]!, known.at(-1)!)));
  const worst = gaps.every((gap) => gap !== null) ? worstOf(gaps, of) : null;
  const value = worst?.[of] ?? null;
  if (!worst || value === null) {
    return {
      name,
      value: null,
      interval: null,
      threshold,
      verdict: 'NOT_ENOUGH_DATA',
      highest: null,
      lowest: null,
      violatedBetween: null,
    };
  }
  const isBeyond = (gap: Gap): boolean =>
    of === 'ratio' ? gap.ratio !== null && gap.ratio < threshold : gap.difference > threshold;
  const sure = isBeyond(worst) ? surestOf(sides, isBeyond) : null;
  const { interval, highest, lowest } = worst;
  return {
    name,
    value,
    interval,
    threshold,
    verdict: !isBeyond(worst) ? 'HOLDS' : sure ? 'VIOLATED' : 'UNCERTAIN',
    highest,
    lowest,
    violatedBetween: sure && [sure.highest, sure.lowest],
  };
}

/**
 * A distance that chance alone can explain is no proof of anything. It is looked for among all pairs, not between the extremes alone: of
 * many small groups one is always far off by chance, and must neither be taken for a violation nor hide one of large groups.
 */
function surestOf(sides: readonly (readonly Side[])[], isBeyond: (gap: Gap) => boolean): Gap | null {
  let surest: Gap | null = null;
  for (const known of sides.map(largest))
    for (let high = 0; high < known.length; high++)
      // From the lowest up: what is not beyond any more is not for those above it either.
      for (let low = known.length - 1; low > high; low--) {
        const gap = gapOf(known[high]!, known[low]!);
        if (!isBeyond(gap)) break;
        if (gap.interval[0] > (surest?.interval[0] ?? 0)) surest = gap;
      }
  return surest;
}

/**
 * With intervals at Bonferroni's level for every pair of groups in every rate: of groups that are alike one pair is found apart with at
 * most 5 % chance.
 */
function together(sides: readonly (readonly Side[])[]): Side[][] {
  const pairs = sides.reduce((sum, known) => {
    const many = largest(known).length;
    return sum + (many * (many - 1)) / 2;
  }, 0);
  const level = 1 - (1 - LEVEL) / Math.max(1, pairs);
  return sides.map((known) =>
    known.map(({ group, rate: { value, n } }) => ({
      group,
      rate: rateOf(Math.round(value! * n), n, level),
    })),
  );
}

/** In the order that they have. */
function largest(known: readonly Side[]): readonly Side[] {
  if (known.length <= MOST_GROUPS) return known;
  const kept = new Set([...known].sort((a, b) => b.rate.n - a.rate.n).slice(0, MOST_GROUPS));
  return known.filter((side) => kept.has(side));
}

/** Equalised odds asks of both rates, so the worse of the two counts; one in which all are at zero has no ratio, and tells none apart. */
function worstOf(gaps: readonly Gap[], of: 'difference' | 'ratio'): Gap | null {
  const [first, ...rest] = gaps.filter((gap) => gap[of] !== null);
  if (!first) return null;
  return rest.reduce(
    (worst, gap) =>
      (of === 'ratio' ? gap.ratio! < worst.ratio! : gap.difference > worst.difference) ? gap : worst,
    first,
  );
}

/** Who can be compared in a rate, the highest first. */
function sidesOf(groups: readonly GroupRates[], name: RateName): Side[] {
  return groups
    .filter((group) => group[name].value !== null)
    .map((group) => ({ group: group.group, rate: group[name] }))
    .sort((a, b) => b.rate.value! - a.rate.value!);
}

function gapOf({ group: highest, rate: high }: Side, { group: lowest, rate: low }: Side): Gap {
  return {
    highest,
    lowest,
    difference: high.value! - low.value!,
    ratio: high.value === 0 ? null : low.value! / high.value!,
    interval: differenceInterval(high, low),
  };
}

/** The interval of a difference of two independent proportions (Newcombe 1998, method 10). */
export function differenceInterval(a: Rate, b: Rate): Interval {
  const [p, [pLow, pHigh]] = [a.value!, a.interval!];
  const [q, [qLow, qHigh]] = [b.value!, b.interval!];
  return [p - q - Math.hypot(p - pLow, qHigh - q), p - q + Math.hypot(pHigh - p, q - qLow)];
}

export function rateOf(count: number, n: number, level: number): Rate {
  return n === 0
    ? { value: null, interval: null, n }
    : { value: count / n, interval: wilsonInterval(count, n, level), n };
}
