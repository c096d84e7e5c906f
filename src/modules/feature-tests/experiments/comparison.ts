/** One metric of one variant held against the control: estimates from sums, and the effect with and without what was known before. */
import {
  type CovariateMoments,
  type CupedEffect,
  type EffectMoments,
  estimateMean,
  estimateRatio,
  liftEffect,
  relativeCupedEffect,
  type Estimate,
  type RatioMoments,
} from '../../../kernel/statistics';
import { type MetricDefinition, MetricKind } from './metric-plan';
import { FEWEST_UNITS } from './test-health';

/** One metric of one variant: sums over its people. */
export interface VariantMoments {
  readonly variant: string;
  readonly moments: RatioMoments;
  /** People exposed, whether or not they have an observation. */
  readonly exposed: number;
  /** All people who were exposed, with what was seen of them before; absent where the plan does not ask for it. */
  readonly past?: CovariateMoments;
  /** Of a QUANTILE; absent without values. Its variance is NaN where they reach too little into the tail. */
  readonly quantile?: Estimate;
}

export interface Comparison {
  readonly variant: string;
  readonly estimate: Estimate;
  /** Absent where nothing can be said yet. */
  readonly raw?: EffectMoments;
  /** Absent too where nothing was seen of anybody before. */
  readonly cuped?: CupedEffect;
}

/** A mean and a ratio are taken over people who have the metric at all; a conversion and a count over everybody who was exposed. */
export function estimateOf(
  { kind }: MetricDefinition,
  { moments, exposed, quantile }: VariantMoments,
): Estimate {
  if (kind === MetricKind.CONVERSION) {
    return estimateMean({ n: exposed, sum: moments.n, sumSquares: moments.n });
  }
  if (kind === MetricKind.COUNT) return estimateMean({ n: exposed, ...moments.denominator });
  const nothing = { n: moments.n, value: 0, variance: NaN };
  if (kind === MetricKind.QUANTILE) return quantile ?? nothing;
  return moments.denominator.sum === 0 ? nothing : estimateRatio(moments);
}

/** People in all variants together on whom the metric rests. */
export function peopleWith(metric: MetricDefinition, variants: readonly VariantMoments[]): number {
  return variants.reduce((sum, variant) => sum + estimateOf(metric, variant).n, 0);
}

export function compare(
  metric: MetricDefinition,
  control: VariantMoments,
  treatment: VariantMoments,
): Comparison {
  const [base, estimate] = [estimateOf(metric, control), estimateOf(metric, treatment)];
  const { variant } = treatment;
  const measurable = Math.min(base.n, estimate.n) >= FEWEST_UNITS && base.value !== 0;
  const raw = measurable ? liftEffect(base, estimate) : undefined;
  if (!raw || !(raw.standardError > 0)) return { variant, estimate };
  const adjusted =
    control.past && treatment.past ? relativeCupedEffect(control.past, treatment.past) : undefined;
  const informed = adjusted !== undefined && adjusted.theta !== 0 && adjusted.standardError > 0;
  // People are counted in one way, so that both estimates have the same planned size and the same clock.
  return informed ? { variant, estimate, raw, cuped: { ...adjusted, n: raw.n } } : { variant, estimate, raw };
}
