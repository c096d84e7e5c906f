/** Builds what flags are made of: their changes, the review of these, and what finds flags that should be removed. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import { FeatureFlag } from './feature-flag.entity';
import { FeatureFlagResolver } from './feature-flag.resolver';
import { FeatureFlagService } from './feature-flag.service';
import { createFlagLoaders, type FlagLoaders } from './flag.loader';
import { FlagChangeRequest } from './flag-change-request.entity';
import { FlagFactsRepository } from './flag-facts.repository';
import { FlagHistory } from './flag-history.service';
import { FlagPrerequisiteResolver, FlagReviewResolver, FlagRevisionResolver } from './flag-review.resolver';
import { FlagReviewService } from './flag-review.service';
import { FlagRevision } from './flag-revision.entity';
import { staleFlagsJob } from './stale-flags.job';

export const flagEntities = [FeatureFlag, FlagRevision, FlagChangeRequest];

export interface Flags extends Required<Pick<ModuleManifest, 'resolvers' | 'jobs'>> {
  readonly service: FeatureFlagService;
  readonly history: FlagHistory;
  readonly loaders: FlagLoaders;
}

export function createFlags({ database, events, signals, clock }: Platform): Flags {
  const facts = new FlagFactsRepository(database);
  const history = new FlagHistory(database, events, signals, facts);
  const service = new FeatureFlagService(database, events, signals, clock, facts, history);
  const review = new FlagReviewService(database, events, clock, facts, service, history);
  const loaders = createFlagLoaders(database);
  return {
    service,
    history,
    loaders,
    resolvers: [
      new FeatureFlagResolver(database, service, loaders),
      new FlagReviewResolver(database, review, loaders),
      new FlagPrerequisiteResolver(loaders),
      new FlagRevisionResolver(loaders),
    ],
    jobs: [staleFlagsJob(database, clock, facts) as JobDefinition<never>],
  };
}
