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

export interface MeasureResult {
  readonly name: MeasureName;
  readonly value: number | null;
  /** Of the difference behind it (Newcombe's method 10); null without a value. */
  readonly interval: Interval | null;
  readonly threshold: number;
  readonly verdict: Verdict;
  readonly highest: string | null;
  readonly lowest: string | null;
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
  const gaps = rates.map((rateName) => gapOf(groups, rateName));
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
    };
  }
  const holds = of === 'ratio' ? value >= threshold : value <= threshold;
  // A distance that chance alone can explain is no proof of anything, in either direction.
  const verdict = holds ? 'HOLDS' : worst.interval[0] > 0 ? 'VIOLATED' : 'UNCERTAIN';
  const { interval, highest, lowest } = worst;
  return { name, value, interval, threshold, verdict, highest, lowest };
}

/** Equalised odds asks of both rates, so the worse of the two counts. */
function worstOf(gaps: readonly Gap[], of: 'difference' | 'ratio'): Gap | null {
  if (gaps.some((gap) => gap[of] === null)) return null;
  return gaps.reduce((worst, gap) =>
    (of === 'ratio' ? gap.ratio! < worst.ratio! : gap.difference > worst.difference) ? gap : worst,
  );
}

function gapOf(groups: readonly GroupRates[], name: RateName): Gap | null {
  const known = groups.filter((group) => group[name].value !== null);
  if (known.length < 2) return null;
  const sorted = [...known].sort((a, b) => b[name].value! - a[name].value!);
  const [highest, lowest] = [sorted[0]!, sorted.at(-1)!];
  const [high, low] = [highest[name].value!, lowest[name].value!];
  return {
    highest: highest.group,
    lowest: lowest.group,
    difference: high - low,
    ratio: high === 0 ? null : low / high,
    interval: differenceInterval(highest[name], lowest[name]),
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
