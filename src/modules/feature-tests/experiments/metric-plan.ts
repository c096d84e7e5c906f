/**
 * The metrics that need no pipeline, because they stand in the same database, and those that a customer tracks.
 * Which direction is better is part of the plan: it cannot be chosen after the result is known.
 */
export enum MetricKind {
  MEAN = 'MEAN',
  CONVERSION = 'CONVERSION',
}

export enum MetricDirection {
  HIGHER_IS_BETTER = 'HIGHER_IS_BETTER',
  LOWER_IS_BETTER = 'LOWER_IS_BETTER',
}

export interface MetricDefinition {
  readonly name: string;
  readonly kind: MetricKind;
  readonly direction: MetricDirection;
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
}

/** A built-in metric is what it is; a tracked one is a mean, the higher the better, unless the plan says otherwise. */
export function metricOf({ name, kind, direction }: WantedMetric): MetricDefinition {
  return (
    BUILT_IN.get(name) ?? {
      name,
      kind: kind ?? MetricKind.MEAN,
      direction: direction ?? MetricDirection.HIGHER_IS_BETTER,
    }
  );
}

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}
