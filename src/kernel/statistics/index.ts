/** Intervals, tests and checks: pure, over sums that can be added up. Canaries, feature tests, evaluation, fairness and market use the same ones. */
export { aucWithInterval } from './auc';
export { confidenceSequence, lowerConfidenceSequence, runningIntersection } from './confidence-sequence';
export { normalQuantile, tQuantile } from './distributions';
export {
  binnedDistance,
  driftLevel,
  type DriftLevel,
  kolmogorovSmirnovP,
  populationStability,
} from './drift';
export { relativeEffect } from './effect';
export { estimateMean, estimateRatio, type Estimate, type RatioMoments } from './estimate';
export { mcnemarExact, pairedDifference, type PairedCounts } from './paired-proportion';
export { wilsonInterval } from './proportion';
export { chiSquareSampleRatio, sampleRatioLogBayes, sequentialP } from './sample-ratio';
export { stratifiedEffect, type Stratum } from './stratified';
export { welch, type Interval } from './welch';
