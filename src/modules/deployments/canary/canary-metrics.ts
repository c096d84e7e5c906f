/**
 * The five measures by which a candidate is compared: each a ratio of sums over cells of people, so that one machine serves
 * all. A measure may be looked at after every request: its bound is a one-sided confidence sequence, and the chance of
 * all bounds together to lie is the policy's.
 */
import {
  type Estimate,
  estimateRatio,
  lowerConfidenceSequence,
  normalQuantile,
  stratifiedEffect,
  type Stratum,
  tQuantile,
} from '../../../kernel/statistics';
import { type CanaryEvidence, type CellField, SCORE_EDGES } from './canary-evidence';
import type { CanaryPolicy, Tolerances } from './canary-policy';

export type CanaryMetricName = 'ERROR_RATE' | 'P99_LATENCY' | 'COST' | 'FEEDBACK_SCORE' | 'DRIFT';

/** TOO_FEW: cannot be said yet. DOUBTFUL: worse so far, not beyond chance. WORSE: beyond chance. */
export type CanaryVerdict = 'TOO_FEW' | 'NO_WORSE' | 'DOUBTFUL' | 'WORSE';

export interface CanaryCheck {
  readonly metric: CanaryMetricName;
  readonly verdict: CanaryVerdict;
  /** Of both versions over all steps, each within its step; null without data. `effect` counts what is worse as positive. */
  readonly baseline: number | null;
  readonly candidate: number | null;
  readonly effect: number | null;
  /** The effect is at least this, whenever one looks, but for the chance `alpha`. */
  readonly bound: number | null;
  /** The effect is at most this, whenever one looks, but for the policy's chance; null where it is not asked. */
  readonly ceiling: number | null;
  /** An effect up to this is taken for the same. */
  readonly tolerance: number;
  readonly alpha: number;
  /** Of the candidate: requests, or ratings. */
  readonly n: number;
}

/** Both versions during one step. */
export interface StepEvidence {
  readonly baseline: CanaryEvidence;
  readonly candidate: CanaryEvidence;
}

type CellSums = readonly number[];

/** Numerator and denominator of a measure, in each cell of one version. */
type Measure = (evidence: CanaryEvidence) => { readonly of: CellSums; readonly per: CellSums };

interface Ratio {
  readonly metric: CanaryMetricName;
  readonly measure: Measure;
  /** −1 where less is worse. */
  readonly sign: 1 | -1;
  /** Before the candidate gets everything, a loss of so much more than the tolerance must be ruled out. */
  readonly margin?: number;
}

/**
 * Ratings are seldom: a score may be too rare for its fall to be seen before the last step ends. What is asked there is
 * therefore that it has not fallen by much (non-inferiority: Wellek 2010), not only that no fall was seen.
 */
const SCORE_MARGIN = 0.025;

const RATIOS: readonly Ratio[] = [
  { metric: 'ERROR_RATE', measure: ratio('failed', 'requests'), sign: 1 },
  { metric: 'P99_LATENCY', measure: ratio('slow', 'timed'), sign: 1 },
  { metric: 'COST', measure: ratio('cost', 'answered'), sign: 1 },
  { metric: 'FEEDBACK_SCORE', measure: ratio('rating', 'ratings'), sign: -1, margin: SCORE_MARGIN },
];
/**
 * How the chance of a false rollback is divided: uneven shares are as valid as even ones (Bonferroni), and the score, of
 * which least is heard, needs the largest.
 */
const SHARES: { readonly [metric in CanaryMetricName]: number } = {
  ERROR_RATE: 0.15,
  P99_LATENCY: 0.15,
  COST: 0.15,
  FEEDBACK_SCORE: 0.4,
  DRIFT: 0.15,
};
/** Below so many requests, or cells with people in them, a variance is a guess. */
const FEWEST = 50;
const FEWEST_CELLS = 9;
/** The sequence is tightest at so many times the smallest sample. */
const TUNED_AT = 5;

/** One check a measure. */
export function canaryChecks(steps: readonly StepEvidence[], policy: CanaryPolicy): CanaryCheck[] {
  const checks = RATIOS.map(({ metric, measure, sign, margin }) => {
    const alpha = SHARES[metric] * policy.falseRollbacks;
    return compare(pairs(steps, measure), { metric, sign, margin, alpha, policy });
  });
  return [...checks, drift(steps, SHARES.DRIFT * policy.falseRollbacks, policy)];
}

function toleranceOf(metric: CanaryMetricName, baseline: number, tolerances: Tolerances): number {
  switch (metric) {
    case 'ERROR_RATE':
      return tolerances.errorRate;
    case 'P99_LATENCY':
      return tolerances.slowShare;
    case 'COST':
      return tolerances.cost * baseline;
    case 'FEEDBACK_SCORE':
      return tolerances.score;
    case 'DRIFT':
      return tolerances.drift;
  }
}

interface Comparison {
  readonly metric: CanaryMetricName;
  readonly sign: 1 | -1;
  readonly margin?: number | undefined;
  readonly alpha: number;
  readonly policy: CanaryPolicy;
}

/** Both versions in one step: what was measured, and how much of it there is. */
interface Pair {
  readonly baseline: Measured;
  readonly candidate: Measured;
}

interface Measured {
  readonly estimate: Estimate;
  readonly of: number;
  readonly per: number;
}

function pairs(steps: readonly StepEvidence[], measure: Measure): Pair[] {
  return steps.map(({ baseline, candidate }) => ({
    baseline: measured(measure(baseline)),
    candidate: measured(measure(candidate)),
  }));
}

function compare(steps: readonly Pair[], { metric, sign, margin, alpha, policy }: Comparison): CanaryCheck {
  const strata = steps.map(({ baseline: old, candidate: fresh }): Stratum => ({
    control: old.estimate,
    treatment: fresh.estimate,
    controlSize: old.per,
    treatmentSize: fresh.per,
  }));
  const n = strata.reduce((all, { treatmentSize }) => all + treatmentSize, 0);
  const baseline = overall(steps.map((step) => step.baseline));
  const candidate = overall(steps.map((step) => step.candidate));
  const tolerance = toleranceOf(metric, baseline ?? 0, policy.tolerances);
  const known = { metric, baseline, candidate, tolerance, alpha, n };
  const moments = stratifiedEffect(strata);
  const cells = Math.max(
    ...steps.map((step) => Math.min(step.baseline.estimate.n, step.candidate.estimate.n)),
  );
  if (!moments || n < FEWEST || cells < FEWEST_CELLS)
    return { ...known, verdict: 'TOO_FEW', effect: null, bound: null, ceiling: null };
  const effect = sign * moments.effect;
  // With few cells the spread itself is a guess: as Student's t is to the normal distribution, at this level.
  const guess = tQuantile(1 - alpha, Math.min(1e6, moments.degreesOfFreedom)) / normalQuantile(1 - alpha);
  const standardError = moments.standardError * guess;
  const tunedAt = TUNED_AT * policy.minimumRequests;
  const bound = lowerConfidenceSequence({ ...moments, effect, standardError }, 1 - alpha, tunedAt);
  const better = { ...moments, effect: -effect, standardError };
  const ceiling =
    margin === undefined ? null : -lowerConfidenceSequence(better, 1 - policy.falseRollbacks, tunedAt);
  const verdict = verdictOf(effect, bound, standardError, tolerance);
  return { ...known, verdict, effect, bound: finite(bound), ceiling: finite(ceiling) };
}

/** Enough is known to judge a measure that people seldom speak on, and a fall beyond its margin is not ruled out. */
export function leavesFallOpen({ metric, verdict, ceiling, tolerance }: CanaryCheck): boolean {
  const margin = RATIOS.find((ratio) => ratio.metric === metric)?.margin;
  return margin !== undefined && verdict !== 'TOO_FEW' && (ceiling ?? Infinity) > tolerance + margin;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function verdictOf(effect: number, bound: number, standardError: number, tolerance: number): CanaryVerdict {
  if (bound > tolerance) return 'WORSE';
  // One standard error beyond what is taken for the same: more requests will tell, more people need not.
  return effect - standardError > tolerance ? 'DOUBTFUL' : 'NO_WORSE';
}

/** The distance of Kolmogorov and Smirnov between both versions' scores: the worst end of a bin, in both directions. */
function drift(steps: readonly StepEvidence[], alpha: number, policy: CanaryPolicy): CanaryCheck {
  const each = Array.from({ length: SCORE_EDGES }, (_, edge) =>
    pairs(steps, (evidence) => ({ of: evidence.scoresUpTo(edge), per: evidence.scoresUpTo(SCORE_EDGES) })),
  ).flatMap((edge) =>
    ([1, -1] as const).map((sign) =>
      compare(edge, { metric: 'DRIFT', sign, alpha: alpha / (2 * SCORE_EDGES), policy }),
    ),
  );
  const worst = each.reduce((most, check) =>
    (check.bound ?? -Infinity) > (most.bound ?? -Infinity) ? check : most,
  );
  const doubtful = each.find(({ verdict }) => verdict === 'DOUBTFUL');
  return { ...(worst.verdict === 'WORSE' ? worst : (doubtful ?? worst)), alpha };
}

/** From the cells in which something was counted; cells are the independent units. */
function measured({ of, per }: ReturnType<Measure>): Measured {
  let [n, sumOf, sumPer, squaresOf, squaresPer, products] = [0, 0, 0, 0, 0, 0];
  per.forEach((count, cell) => {
    if (count === 0) return;
    const value = of[cell]!;
    n++;
    sumOf += value;
    sumPer += count;
    squaresOf += value * value;
    squaresPer += count * count;
    products += value * count;
  });
  const estimate = estimateRatio({
    n,
    numerator: { sum: sumOf, sumSquares: squaresOf },
    denominator: { sum: sumPer, sumSquares: squaresPer },
    sumProducts: products,
  });
  return { estimate, of: sumOf, per: sumPer };
}

function ratio(of: CellField, per: CellField): Measure {
  return (evidence) => ({ of: evidence.cells(of), per: evidence.cells(per) });
}

function overall(parts: readonly Measured[]): number | null {
  const per = parts.reduce((sum, part) => sum + part.per, 0);
  return per > 0 ? parts.reduce((sum, part) => sum + part.of, 0) / per : null;
}
