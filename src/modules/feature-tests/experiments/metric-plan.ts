/**
 * The metrics that need no pipeline, because they stand in the same database, and those that a customer tracks.
 * Which direction is better is part of the plan: it cannot be chosen after the result is known.
 */
export enum MetricKind {
  MEAN = 'MEAN',
  CONVERSION = 'CONVERSION',
  QUANTILE = 'QUANTILE',
}

export enum MetricDirection {
  HIGHER_IS_BETTER = 'HIGHER_IS_BETTER',
  LOWER_IS_BETTER = 'LOWER_IS_BETTER',
}

export interface MetricDefinition {
  readonly name: string;
  readonly kind: MetricKind;
  readonly direction: MetricDirection;
  /** Of a QUANTILE, as a share: 0.9 = the value that nine of ten do not exceed. */
  readonly quantile?: number;
}

export const FEEDBACK_SCORE = 'feedback_score';
export const LATENCY_MS = 'latency_ms';
export const COST = 'cost_minor';

const mean = (name: string, direction: MetricDirection): MetricDefinition => ({
  name,
  kind: MetricKind.MEAN,
  direction,
});

const BUILT_IN: ReadonlyMap<string, MetricDefinition> = new Map(
  [
    mean(FEEDBACK_SCORE, MetricDirection.HIGHER_IS_BETTER),
    mean(LATENCY_MS, MetricDirection.LOWER_IS_BETTER),
    mean(COST, MetricDirection.LOWER_IS_BETTER),
  ].map((metric) => [metric.name, metric]),
);

export interface WantedMetric {
  readonly name: string;
  readonly kind?: MetricKind | null;
  readonly direction?: MetricDirection | null;
  readonly quantile?: number | null;
}

/**
 * A built-in metric is the mean that it is, or a quantile of the same values; a tracked one is a mean, the higher the better,
 * unless the plan says otherwise.
 */
export function metricOf({ name, kind, direction, quantile }: WantedMetric): MetricDefinition {
  const builtIn = BUILT_IN.get(name);
  const better = builtIn?.direction ?? direction ?? MetricDirection.HIGHER_IS_BETTER;
  if (kind === MetricKind.QUANTILE) return { name, kind, direction: better, quantile: quantile! };
  return builtIn ?? { name, kind: kind ?? MetricKind.MEAN, direction: better };
}

/** What results call it: its name, or `p90(latency_ms)`. No tracked metric has parentheses. */
export function metricKey({ name, kind, quantile }: WantedMetric): string {
  return kind === MetricKind.QUANTILE ? `p${Number(((quantile ?? 0) * 100).toFixed(4))}(${name})` : name;
}

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}
