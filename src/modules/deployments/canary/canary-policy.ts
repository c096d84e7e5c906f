/** How careful a canary is: its steps, what it waits for, and what it still takes for the same. */

export interface Tolerances {
  /** Share of failed requests above the baseline's, e.g. 0.002 = 0.2 points. */
  readonly errorRate: number;
  /** Share of answers slower than the baseline's p99, above the baseline's own (about 0.01). */
  readonly slowShare: number;
  /** Cost of a request above the baseline's, as a part of that. */
  readonly cost: number;
  /** Feedback score (0–1) below the baseline's. */
  readonly score: number;
  /** Largest distance between the distributions of both versions' scores. */
  readonly drift: number;
}

export interface CanaryPolicy {
  /** Percentages of the traffic, ascending, the last one 100. */
  readonly steps: readonly number[];
  /** Requests of the candidate in a step before the next one. */
  readonly minimumRequests: number;
  readonly minimumStepSeconds: number;
  /** A candidate that has answered nothing by then is rolled back. */
  readonly answerSeconds: number;
  /** A step that could not be judged by then is paused for a person. */
  readonly stepSeconds: number;
  /** Chance that a candidate which is no worse is ever rolled back, all measures, steps and looks together. */
  readonly falseRollbacks: number;
  readonly tolerances: Tolerances;
}

export const DEFAULT_POLICY: CanaryPolicy = {
  steps: [1, 5, 10, 25, 50, 100],
  minimumRequests: 200,
  minimumStepSeconds: 60,
  answerSeconds: 600,
  stepSeconds: 24 * 3600,
  falseRollbacks: 0.05,
  tolerances: { errorRate: 0.002, slowShare: 0.005, cost: 0.02, score: 0.005, drift: 0.1 },
};
