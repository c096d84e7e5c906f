/**
 * How well a customer does, as one number whose making is shown: a weighted mean of terms between 0 and 1, times 100. What is not
 * known of a customer (nobody said anything) takes no part, and the weights of the rest are scaled up. Weights are judgement, not
 * measurement: they say what staff should look at, and no more. The form is that of N. Mehta et al., "Customer Success", 2016.
 */

export enum HealthTermKind {
  USAGE_TREND = 'USAGE_TREND',
  RECENCY = 'RECENCY',
  FEEDBACK = 'FEEDBACK',
  PAYMENT = 'PAYMENT',
  INCIDENTS = 'INCIDENTS',
}

export enum ChurnRisk {
  LOW = 'LOW',
  MEDIUM = 'MEDIUM',
  HIGH = 'HIGH',
}

/** What is known of one customer. */
export interface HealthFacts {
  /** Answered requests of the last 30 days, and of the 30 before. */
  readonly recentRequests: number;
  readonly earlierRequests: number;
  /** Since the last answered request, or since the sign-up when there was none. */
  readonly daysSinceUse: number;
  readonly hasUsed: boolean;
  /** Of the last 90 days. */
  readonly feedback: number;
  readonly badFeedback: number;
  readonly payment: 'PAID' | 'LATE' | 'UNPAID';
  /** That began in the last 30 days. */
  readonly incidents: number;
}

export interface ReckonedTerm {
  readonly term: HealthTermKind;
  /** 0–1; null when it is not known. */
  readonly value: number | null;
  readonly weight: number;
  /** What it was made of. */
  readonly basis: string;
}

export interface Health {
  readonly score: number;
  readonly risk: ChurnRisk;
  readonly terms: readonly ReckonedTerm[];
}

const WEIGHTS: Readonly<Record<HealthTermKind, number>> = {
  USAGE_TREND: 0.3,
  RECENCY: 0.2,
  FEEDBACK: 0.2,
  PAYMENT: 0.2,
  INCIDENTS: 0.1,
};
const DAYS_UNTIL_LOST = 30;
const INCIDENTS_UNTIL_LOST = 3;
const LOW_FROM = 70;
const MEDIUM_FROM = 40;
const PAYMENTS = { PAID: 1, LATE: 0.5, UNPAID: 0 } as const;

export function healthOf(facts: HealthFacts): Health {
  const {
    recentRequests,
    earlierRequests,
    daysSinceUse,
    hasUsed,
    feedback,
    badFeedback,
    payment,
    incidents,
  } = facts;
  const values: readonly (readonly [HealthTermKind, number | null, string])[] = [
    [
      HealthTermKind.USAGE_TREND,
      trend(recentRequests, earlierRequests),
      `${recentRequests} requests in 30 days, ${earlierRequests} in the 30 before`,
    ],
    [
      HealthTermKind.RECENCY,
      1 - Math.min(Math.max(daysSinceUse, 0), DAYS_UNTIL_LOST) / DAYS_UNTIL_LOST,
      `${Math.floor(daysSinceUse)} days since the ${hasUsed ? 'last request' : 'sign-up, without any request'}`,
    ],
    [
      HealthTermKind.FEEDBACK,
      feedback === 0 ? null : 1 - badFeedback / feedback,
      `${badFeedback} of ${feedback} pieces of feedback in 90 days bad`,
    ],
    [HealthTermKind.PAYMENT, PAYMENTS[payment], payment.toLowerCase()],
    [
      HealthTermKind.INCIDENTS,
      1 - Math.min(incidents, INCIDENTS_UNTIL_LOST) / INCIDENTS_UNTIL_LOST,
      `${incidents} incidents in 30 days`,
    ],
  ];
  const terms = values.map(([term, value, basis]) => ({ term, value, weight: WEIGHTS[term], basis }));
  const score = scoreOf(terms);
  return { score, risk: riskOf(score), terms };
}

/** The formula: 100 × Σ weight × value ÷ Σ weight, over the terms that are known. */
export function scoreOf(terms: readonly Pick<ReckonedTerm, 'value' | 'weight'>[]): number {
  let [sum, weights] = [0, 0];
  for (const { value, weight } of terms) {
    if (value === null) continue;
    sum += weight * value;
    weights += weight;
  }
  // Of exact parts, so that a customer for whom all is well has 100 and not almost.
  return Math.min(100, Math.round((10_000 * sum) / weights) / 100);
}

function riskOf(score: number): ChurnRisk {
  if (score >= LOW_FROM) return ChurnRisk.LOW;
  return score >= MEDIUM_FROM ? ChurnRisk.MEDIUM : ChurnRisk.HIGH;
}

/** As much as before, or more, is 1; nothing any more is 0. Null when it was never used. */
function trend(recent: number, earlier: number): number | null {
  if (earlier === 0) return recent === 0 ? null : 1;
  return Math.min(1, recent / earlier);
}
