/** Builds the part of privacy that releases aggregates with differential privacy. */
import type { NodeSource, Platform } from '../../../platform/module';
import { inOrder } from '../../../platform/graphql';
import { may } from '../../identity';
import { AggregateRelease } from './aggregate-release.entity';
import { AggregateReleaseResolver, ReleasableDatasetResolver } from './aggregate-release.resolver';
import { AggregateReleaseService } from './aggregate-release.service';
import { ReleaseSummaryService } from './release-summary.service';
import { systemIntegers } from './random-integers';
import { ReleasableDatasets } from './releasable-datasets';

export interface Releases {
  readonly datasets: ReleasableDatasets;
  readonly summaries: ReleaseSummaryService;
  readonly resolvers: readonly object[];
  readonly node: NodeSource;
}

export function createReleases({ database, events, clock }: Platform): Releases {
  const datasets = new ReleasableDatasets();
  const releases = new AggregateReleaseService(database, events, clock, datasets, systemIntegers);
  return {
    datasets,
    summaries: new ReleaseSummaryService(database, datasets),
    resolvers: [
      new AggregateReleaseResolver(database, releases),
      new ReleasableDatasetResolver(datasets, releases),
    ],
    node: {
      prefix: 'rel',
      allows: ({ principal }) => may(principal, 'aggregate-release:read'),
      load: async (ids, { scope }) =>
        inOrder(
          ids,
          await database.read.list(AggregateRelease, { scope, where: { id: { in: ids } } }),
          ({ id }) => id,
        ),
    },
  };
}
