/** Intervals, tests and checks: pure, over sums that can be added up. Canaries, feature tests, evaluation, fairness and market use the same ones. */
export { areaUnderCurve, aucWithInterval } from './auc';
export { bayesianEffect, type EffectPrior } from './bayes';
export {
  confidenceSequence,
  logEValue,
  lowerConfidenceSequence,
  runningIntersection,
} from './confidence-sequence';
export { relativeCupedEffect, type CovariateMoments, type CupedEffect } from './cuped';
export { type CellSum, derivableFew } from './derivable-cells';
export { normalQuantile, tQuantile } from './distributions';
export {
  binnedDistance,
  driftLevel,
  type DriftLevel,
  kolmogorovSmirnovP,
  populationStability,
} from './drift';
export { liftEffect, relativeEffect, type EffectMoments } from './effect';
export { estimateMean, estimateRatio, type Estimate, type RatioMoments } from './estimate';
export { benjaminiHochberg, eBenjaminiHochberg, holm } from './multiplicity';
export { mcnemarExact, pairedDifference, type PairedCounts } from './paired-proportion';
export { detectableEffect, type PowerGoal, powerOf, requiredFactor, requiredFactorSequential } from './power';
export { wilsonInterval } from './proportion';
export { proportionSequence } from './proportion-sequence';
export { type Bin, cutOfBins, estimateQuantile } from './quantile';
export { chiSquareSampleRatio, sampleRatioLogBayes, sequentialP } from './sample-ratio';
export { shownGroups, SMALLEST_GROUP } from './shown-groups';
export { stratifiedEffect, type Stratum } from './stratified';
export { USUAL_THRESHOLD } from './usual-threshold';
export { welch, type Interval } from './welch';
