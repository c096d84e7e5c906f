/**
 * The metrics that need no pipeline, because they stand in the same database, and those that a customer tracks.
 * Which direction is better is part of the plan: it cannot be chosen after the result is known.
 */
export enum MetricKind {
  MEAN = 'MEAN',
  CONVERSION = 'CONVERSION',
  COUNT = 'COUNT',
  RATIO = 'RATIO',
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
  /** Of a RATIO: the name of the metric whose values, added up, are divided by. */
  readonly denominator?: string;
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
  readonly denominator?: string | null;
}

/**
 * A built-in metric is the mean that it is, or a quantile, the number or a ratio of the same values; a tracked one is a mean, the
 * higher the better, unless the plan says otherwise. Which way a number or a ratio is better the plan alone can know.
 */
export function metricOf({ name, kind, direction, quantile, denominator }: WantedMetric): MetricDefinition {
  const builtIn = BUILT_IN.get(name);
  const better = direction ?? MetricDirection.HIGHER_IS_BETTER;
  if (kind === MetricKind.QUANTILE)
    return { name, kind, direction: builtIn?.direction ?? better, quantile: quantile! };
  if (kind === MetricKind.COUNT) return { name, kind, direction: better };
  if (kind === MetricKind.RATIO) {
    const way = direction ?? builtIn?.direction ?? better;
    return { name, kind, direction: way, denominator: denominator! };
  }
  return builtIn ?? { name, kind: kind ?? MetricKind.MEAN, direction: better };
}

/** What results call it: its name, `p90(latency_ms)`, `count(checkout)` or `revenue/checkout`. No name has parentheses or a slash. */
export function metricKey({ name, kind, quantile, denominator }: WantedMetric): string {
  if (kind === MetricKind.QUANTILE) return `p${Number(((quantile ?? 0) * 100).toFixed(4))}(${name})`;
  if (kind === MetricKind.COUNT) return `count(${name})`;
  return kind === MetricKind.RATIO ? `${name}/${denominator}` : name;
}

/** The names of what must be seen of people for it. */
export function namesOf({ name, denominator }: MetricDefinition): string[] {
  return denominator === undefined ? [name] : [name, denominator];
}

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}
