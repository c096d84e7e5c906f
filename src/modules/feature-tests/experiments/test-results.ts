/**
 * From sums by variant to what a person may conclude: value, lift, interval, verdict; never a bare p-value. While a
 * test runs, the interval is a confidence sequence and may be looked at every day; the t interval joins it once the
 * planned size is reached, because it is valid there and only there.
 */
import {
  confidenceSequence,
  estimateMean,
  estimateRatio,
  relativeEffect,
  runningIntersection,
  welch,
  type Estimate,
  type Interval,
  type RatioMoments,
} from '../../../kernel/statistics';
import { MetricDirection, MetricKind, type MetricDefinition } from './metric-plan';
import { FEWEST_UNITS } from './test-health';

export enum StatisticalMethod {
  CONFIDENCE_SEQUENCE = 'CONFIDENCE_SEQUENCE',
  WELCH_T = 'WELCH_T',
}

export enum Verdict {
  REFERENCE = 'REFERENCE',
  BETTER = 'BETTER',
  WORSE = 'WORSE',
  EQUIVALENT = 'EQUIVALENT',
  UNDECIDED = 'UNDECIDED',
  NOT_ENOUGH_DATA = 'NOT_ENOUGH_DATA',
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
}

export interface AnalysisPlan {
  readonly level: number;
  /** The smallest lift that matters, as a share (0.05 = 5 %). */
  readonly minimumEffect: number;
  /** People in all variants together. */
  readonly plannedSize: number;
}

/** One metric of one variant: sums over its people. */
export interface VariantMoments {
  readonly variant: string;
  readonly moments: RatioMoments;
  /** People exposed, whether or not they have an observation. */
  readonly exposed: number;
}

/** Results of one metric, the control first. `earlier` is what earlier looks left of each variant's interval. */
export function metricResults(
  metric: MetricDefinition,
  plan: AnalysisPlan,
  [control, ...treatments]: readonly VariantMoments[],
  earlier: ReadonlyMap<string, Interval>,
): ResultRow[] {
  if (!control) return [];
  const base = estimateOf(metric, control);
  const reference = row(
    metric,
    plan,
    control,
    base,
    StatisticalMethod.CONFIDENCE_SEQUENCE,
    null,
    Verdict.REFERENCE,
  );
  return [
    reference,
    ...treatments.flatMap((treatment) =>
      compare(metric, plan, base, treatment, earlier.get(treatment.variant)),
    ),
  ];
}

function compare(
  metric: MetricDefinition,
  plan: AnalysisPlan,
  base: Estimate,
  treatment: VariantMoments,
  earlier: Interval | undefined,
): ResultRow[] {
  const estimate = estimateOf(metric, treatment);
  const sequential = StatisticalMethod.CONFIDENCE_SEQUENCE;
  const measurable = Math.min(base.n, estimate.n) >= FEWEST_UNITS && base.value !== 0;
  if (!measurable) return [row(metric, plan, treatment, estimate, sequential, null, Verdict.NOT_ENOUGH_DATA)];
  const effect = relativeEffect(base, estimate);
  if (!(effect.standardError > 0)) {
    return [row(metric, plan, treatment, estimate, sequential, null, Verdict.NOT_ENOUGH_DATA)];
  }
  const anytime = runningIntersection(earlier, confidenceSequence(effect, plan.level, plan.plannedSize));
  const rows = [
    row(metric, plan, treatment, estimate, sequential, { lift: effect.effect, interval: anytime }),
  ];
  if (effect.n >= plan.plannedSize) {
    const { interval } = welch(effect, plan.level);
    rows.push(
      row(metric, plan, treatment, estimate, StatisticalMethod.WELCH_T, { lift: effect.effect, interval }),
    );
  }
  return rows;
}

function row(
  metric: MetricDefinition,
  { level, minimumEffect }: AnalysisPlan,
  { variant }: VariantMoments,
  estimate: Estimate,
  method: StatisticalMethod,
  compared: { lift: number; interval: Interval } | null,
  verdict: Verdict = compared
    ? verdictOf(compared.interval, metric.direction, minimumEffect)
    : Verdict.UNDECIDED,
): ResultRow {
  return {
    metric: metric.name,
    variant,
    n: estimate.n,
    value: Number.isFinite(estimate.value) ? estimate.value : 0,
    lift: compared?.lift ?? null,
    interval: compared?.interval ?? null,
    level,
    method,
    verdict,
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

/** A mean is taken over people who have the metric at all; a conversion over everybody who was exposed. */
function estimateOf({ kind }: MetricDefinition, { moments, exposed }: VariantMoments): Estimate {
  if (kind === MetricKind.CONVERSION) {
    return estimateMean({ n: exposed, sum: moments.n, sumSquares: moments.n });
  }
  return moments.n === 0 ? { n: 0, value: 0, variance: NaN } : estimateRatio(moments);
}
