/** What can be asked of a measure, and where the chance comes in when it is answered. */
import { registerEnumType } from 'type-graphql';
import type { PrivacyLoss } from './privacy-loss';
import type { Quarters } from './quantile';
import type { MeasureValues } from './releasable-dataset';

export enum ReleaseStatistic {
  COUNT = 'COUNT',
  SUM = 'SUM',
  MEAN = 'MEAN',
  LOWER_QUARTILE = 'LOWER_QUARTILE',
  MEDIAN = 'MEDIAN',
  UPPER_QUARTILE = 'UPPER_QUARTILE',
  HISTOGRAM = 'HISTOGRAM',
}

registerEnumType(ReleaseStatistic, {
  name: 'ReleaseStatistic',
  description: 'What is released of a measure.',
  valuesConfig: {
    COUNT: { description: 'How many rows there are.' },
    SUM: { description: 'The sum of their values.' },
    MEAN: {
      description:
        'The mean of their values: a noisy sum over a noisy count, each for half of the loss. The sum is of the distances from the middle of the bounds, which takes less noise.',
    },
    LOWER_QUARTILE: { description: 'The value that a quarter of the rows are below. As a median is.' },
    MEDIAN: { description: 'The value in the middle, drawn by how near each is to being it. For ε only.' },
    UPPER_QUARTILE: { description: 'The value that a quarter of the rows are above. As a median is.' },
    HISTOGRAM: { description: 'How many rows have each value.' },
  },
});

export enum ReleaseMechanism {
  DISCRETE_LAPLACE = 'DISCRETE_LAPLACE',
  DISCRETE_GAUSSIAN = 'DISCRETE_GAUSSIAN',
  EXPONENTIAL = 'EXPONENTIAL',
}

registerEnumType(ReleaseMechanism, {
  name: 'ReleaseMechanism',
  description: 'Where the chance comes in. All are drawn exactly, over whole numbers.',
  valuesConfig: {
    DISCRETE_LAPLACE: { description: 'Two-sided geometric noise, for ε.' },
    DISCRETE_GAUSSIAN: { description: 'Gaussian noise on whole numbers, for ρ.' },
    EXPONENTIAL: { description: 'One of the possible answers, the nearer the likelier, for ε.' },
  },
});

const QUARTERS: Partial<Record<ReleaseStatistic, Quarters>> = {
  [ReleaseStatistic.LOWER_QUARTILE]: 1n,
  [ReleaseStatistic.MEDIAN]: 2n,
  [ReleaseStatistic.UPPER_QUARTILE]: 3n,
};

/** How many quarters of the rows lie below it, where it is a quartile. */
export function quartersOf(statistic: ReleaseStatistic): Quarters | undefined {
  return QUARTERS[statistic];
}

export function statisticsOf({ kind }: MeasureValues): ReleaseStatistic[] {
  if (kind === 'SCORES') return Object.values(ReleaseStatistic);
  return kind === 'LABELS' ? [ReleaseStatistic.COUNT, ReleaseStatistic.HISTOGRAM] : [ReleaseStatistic.COUNT];
}

/** Undefined where there is none: a value that is drawn whole has no Gaussian noise. */
export function mechanismFor(
  statistic: ReleaseStatistic,
  { kind }: PrivacyLoss,
): ReleaseMechanism | undefined {
  const isDrawnWhole = quartersOf(statistic) !== undefined;
  if (kind === 'RHO') return isDrawnWhole ? undefined : ReleaseMechanism.DISCRETE_GAUSSIAN;
  return isDrawnWhole ? ReleaseMechanism.EXPONENTIAL : ReleaseMechanism.DISCRETE_LAPLACE;
}
