/**
 * From sums by variant to what a person may conclude: value, lift, interval, verdict; never a bare p-value. While a
 * test runs, the interval is a confidence sequence and may be looked at every day; the t interval joins it once the
 * planned size is reached, because it is valid there and only there: it stays that of the first look at that size. Which estimate and
 * which level decide is the plan's to say.
 */
import {
  bayesianEffect,
  confidenceSequence,
  detectableEffect,
  type EffectMoments,
  type Interval,
  logEValue,
  runningIntersection,
  welch,
} from '../../../kernel/statistics';
import { type AnalysisPlan, CupedUse, MultiplicityScope, USUAL_POWER } from './analysis-plan';
import { compare, type Comparison, estimateOf, peopleWith, type VariantMoments } from './comparison';
import { finalAlphas, runningAlphas } from './correction';
import { type MetricDefinition, MetricDirection, metricKey } from './metric-plan';

export enum StatisticalMethod {
  CONFIDENCE_SEQUENCE = 'CONFIDENCE_SEQUENCE',
  WELCH_T = 'WELCH_T',
}

export enum EstimateBasis {
  RAW = 'RAW',
  CUPED = 'CUPED',
}

export enum Verdict {
  REFERENCE = 'REFERENCE',
  BETTER = 'BETTER',
  WORSE = 'WORSE',
  EQUIVALENT = 'EQUIVALENT',
  UNDECIDED = 'UNDECIDED',
  NOT_ENOUGH_DATA = 'NOT_ENOUGH_DATA',
}

export interface BayesianFigures {
  readonly chanceToWin: number;
  readonly expectedLoss: number;
  readonly interval: Interval;
}

export interface OtherEstimate {
  readonly basis: EstimateBasis;
  readonly lift: number;
  readonly interval: Interval;
}

export interface ResultRow {
  readonly metric: string;
  readonly variant: string;
  readonly n: number;
  readonly value: number;
  readonly lift: number | null;
  readonly interval: Interval | null;
  readonly level: number;
  readonly method: StatisticalMethod;
  readonly verdict: Verdict;
  readonly basis: EstimateBasis;
  readonly otherEstimate: OtherEstimate | null;
  readonly varianceReduction: number | null;
  readonly detectableLift: number | null;
  readonly bayesian: BayesianFigures | null;
}

/**
 * One metric of the plan as it was measured, the control first. `earlier` is what earlier looks left of each variant's interval;
 * `atSize` what the first look at the planned size found, of variants that had one.
 */
export interface MeasuredMetric {
  readonly metric: MetricDefinition;
  readonly isPrimary: boolean;
  readonly variants: readonly VariantMoments[];
  readonly earlier: ReadonlyMap<string, Interval>;
  readonly atSize?: ReadonlyMap<string, Comparison>;
}

/** A comparison on its way to a row, with the effect that decides. */
interface Weighed extends Comparison {
  readonly measured: MeasuredMetric;
  readonly effect?: EffectMoments;
  readonly basis: EstimateBasis;
}

interface Looked extends Weighed {
  /** By the first look at which all variants together had the people for whom the test is planned; this one, if there was none. */
  readonly atSize?: Weighed & { readonly effect: EffectMoments };
}

/** Results of all metrics of a plan: those of a family share α, so they are worked out together. */
export function testResults(plan: AnalysisPlan, metrics: readonly MeasuredMetric[]): ResultRow[] {
  const all = metrics.flatMap((measured) => lookedAt(plan, measured));
  const running = alphasOf(plan, all, (method, alpha, family) =>
    runningAlphas(
      method,
      alpha,
      family.map(({ effect, measured, variant }) => {
        const earlier = measured.earlier.get(variant);
        return {
          logE: effect ? logEValue(effect, plan.level, plan.plannedSize) : -Infinity,
          settled: earlier !== undefined && (earlier[0] > 0 || earlier[1] < 0),
        };
      }),
    ),
  );
  const final = alphasOf(plan, all, (method, alpha, family) =>
    finalAlphas(
      method,
      alpha,
      family.map(({ atSize }) => (atSize ? welch(atSize.effect, plan.level).p : 1)),
    ),
  );
  return metrics.flatMap((measured) => [
    ...referenceOf(plan, measured),
    ...all
      .filter((one) => one.measured === measured)
      .flatMap((one) => rowsOf(plan, one, 1 - running.get(one)!, 1 - final.get(one)!)),
  ]);
}

/** The first looks at the planned size that this one is, to be kept for those that come later. */
export function firstAtSize(
  plan: AnalysisPlan,
  metrics: readonly MeasuredMetric[],
): { readonly metric: string; readonly comparison: Comparison }[] {
  return metrics.flatMap((measured) =>
    lookedAt(plan, measured)
      .filter(({ variant, atSize }) => atSize && !measured.atSize?.has(variant))
      .map(({ variant, estimate, raw, cuped }) => ({
        metric: metricKey(measured.metric),
        comparison: { variant, estimate, raw, cuped },
      })),
  );
}

function lookedAt(plan: AnalysisPlan, measured: MeasuredMetric): Looked[] {
  const [control, ...treatments] = measured.variants;
  const isFull = peopleWith(measured.metric, measured.variants) >= plan.plannedSize;
  return treatments.map((treatment) => {
    const now = weighed(plan, measured, compare(measured.metric, control!, treatment));
    const kept = measured.atSize?.get(treatment.variant);
    const atSize = kept ? weighed(plan, measured, kept) : isFull ? now : undefined;
    return atSize?.effect ? { ...now, atSize: { ...atSize, effect: atSize.effect } } : now;
  });
}

function weighed(plan: AnalysisPlan, measured: MeasuredMetric, comparison: Comparison): Weighed {
  const adjusted = plan.cuped?.use === CupedUse.INSTEAD ? comparison.cuped : undefined;
  return {
    ...comparison,
    measured,
    effect: adjusted ?? comparison.raw,
    basis: adjusted ? EstimateBasis.CUPED : EstimateBasis.RAW,
  };
}

/** α of each comparison: that of the plan, unless it is of the family that shares one. */
function alphasOf(
  { level, multiplicity }: AnalysisPlan,
  all: readonly Looked[],
  correct: (
    method: NonNullable<AnalysisPlan['multiplicity']>['method'],
    alpha: number,
    family: readonly Looked[],
  ) => number[],
): ReadonlyMap<Looked, number> {
  const alphas = new Map(all.map((one) => [one, 1 - level]));
  if (!multiplicity) return alphas;
  const inFamily = ({ measured }: Looked): boolean =>
    multiplicity.scope === MultiplicityScope.ALL || measured.isPrimary;
  const family = all.filter(inFamily);
  correct(multiplicity.method, 1 - level, family).forEach((alpha, index) =>
    alphas.set(family[index]!, alpha),
  );
  return alphas;
}

function rowsOf(plan: AnalysisPlan, one: Looked, runningLevel: number, finalLevel: number): ResultRow[] {
  const { effect, measured, atSize } = one;
  const sequence = (of: EffectMoments): Interval =>
    confidenceSequence(of, runningLevel, plan.plannedSize, plan.level);
  const running = effect && runningIntersection(measured.earlier.get(one.variant), sequence(effect));
  const anytime = {
    method: StatisticalMethod.CONFIDENCE_SEQUENCE,
    level: runningLevel,
    interval: running,
    intervalOf: sequence,
  };
  if (!atSize) return [rowOf(plan, one, anytime)];
  const once = (of: EffectMoments): Interval => welch(of, finalLevel).interval;
  const atOnce = {
    method: StatisticalMethod.WELCH_T,
    level: finalLevel,
    interval: once(atSize.effect),
    intervalOf: once,
  };
  return [rowOf(plan, one, anytime), rowOf(plan, atSize, atOnce)];
}

interface Shown {
  readonly method: StatisticalMethod;
  readonly level: number;
  readonly interval: Interval | undefined;
  readonly intervalOf: (effect: EffectMoments) => Interval;
}

function rowOf(plan: AnalysisPlan, one: Weighed, { method, level, interval, intervalOf }: Shown): ResultRow {
  const { effect, basis, raw, cuped, measured } = one;
  const { metric } = measured;
  const otherBasis = basis === EstimateBasis.RAW ? EstimateBasis.CUPED : EstimateBasis.RAW;
  const other = basis === EstimateBasis.RAW ? cuped : raw;
  const goal = { level, power: plan.power ?? USUAL_POWER };
  return {
    ...figuresOf(metric, one.variant, one.estimate),
    lift: effect?.effect ?? null,
    interval: interval ?? null,
    level,
    method,
    verdict: interval ? verdictOf(interval, metric.direction, plan.minimumEffect) : Verdict.NOT_ENOUGH_DATA,
    basis,
    otherEstimate: other ? { basis: otherBasis, lift: other.effect, interval: intervalOf(other) } : null,
    varianceReduction: cuped?.varianceReduction ?? null,
    detectableLift: effect ? detectableEffect(effect, goal) : null,
    bayesian: effect ? bayesianOf(plan, metric, effect) : null,
  };
}

function referenceOf({ level }: AnalysisPlan, { metric, variants }: MeasuredMetric): ResultRow[] {
  return variants.slice(0, 1).map((control) => ({
    ...figuresOf(metric, control.variant, estimateOf(metric, control)),
    lift: null,
    interval: null,
    level,
    method: StatisticalMethod.CONFIDENCE_SEQUENCE,
    verdict: Verdict.REFERENCE,
    basis: EstimateBasis.RAW,
    otherEstimate: null,
    varianceReduction: null,
    detectableLift: null,
    bayesian: null,
  }));
}

function figuresOf(metric: MetricDefinition, variant: string, { n, value }: Comparison['estimate']) {
  return { metric: metricKey(metric), variant, n, value: Number.isFinite(value) ? value : 0 };
}

/** To win is to be on the better side of the control, by however little. */
function bayesianOf(
  { level, prior }: AnalysisPlan,
  { direction }: MetricDefinition,
  effect: EffectMoments,
): BayesianFigures | null {
  const told = bayesianEffect(effect, level, prior ?? undefined);
  if (!told) return null;
  const rises = direction === MetricDirection.HIGHER_IS_BETTER;
  return {
    chanceToWin: rises ? told.chanceAbove : 1 - told.chanceAbove,
    expectedLoss: rises ? told.lossOfTreatment : told.lossOfControl,
    interval: told.interval,
  };
}

/** What an interval of the lift says, given which direction is better and which lift is too small to matter. */
export function verdictOf(
  [lower, upper]: Interval,
  direction: MetricDirection,
  minimumEffect: number,
): Verdict {
  const rises = direction === MetricDirection.HIGHER_IS_BETTER;
  if (lower > 0) return rises ? Verdict.BETTER : Verdict.WORSE;
  if (upper < 0) return rises ? Verdict.WORSE : Verdict.BETTER;
  return lower > -minimumEffect && upper < minimumEffect ? Verdict.EQUIVALENT : Verdict.UNDECIDED;
}
