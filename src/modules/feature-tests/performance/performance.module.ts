/** Builds what performance tests are made of: orders, loads, and what they say at the gate. */
import type { JobDefinition } from '../../../platform/jobs';
import { defineLoader, inOrder } from '../../../platform/graphql';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { DeploymentsModule } from '../../deployments';
import { may } from '../../identity';
import type { InferenceModule } from '../../inference';
import type { ModelsModule } from '../../models';
import { PerformanceCheck } from './performance-check.service';
import { PerformanceTest } from './performance-test.entity';
import { performanceTestJob } from './performance-test.job';
import { PerformanceTestResolver, VersionPerformanceResolver } from './performance-test.resolver';
import { PerformanceTestService } from './performance-test.service';

export const performanceEntities = [PerformanceTest];

export interface PerformanceDoors {
  readonly models: Pick<ModelsModule, 'loaders'>;
  readonly deployments: Pick<DeploymentsModule, 'deployments'>;
  readonly inference: Pick<InferenceModule, 'load'>;
}

export function createPerformance(
  { database, events, jobs, clock }: Platform,
  { models, deployments, inference: { load } }: PerformanceDoors,
): Required<Pick<ModuleManifest, 'resolvers' | 'nodes' | 'jobs'>> {
  const tests = new PerformanceTestService(database, events, jobs, clock, load);
  const testById = defineLoader<string, PerformanceTest | null>(async (ids, { scope }) => {
    const rows = await database.read.list(PerformanceTest, { scope, where: { id: { in: ids } } });
    return inOrder(ids, rows, ({ id }) => id);
  });
  deployments.deployments.addPromotionCheck(new PerformanceCheck(database));
  return {
    resolvers: [
      new PerformanceTestResolver(database, tests, models.loaders),
      new VersionPerformanceResolver(database),
    ],
    nodes: [
      {
        prefix: 'pft',
        allows: ({ principal }) => may(principal, 'feature-test:read'),
        load: async (ids, context) =>
          (await testById(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
      },
    ],
    jobs: [performanceTestJob({ tests, load, clock }) as JobDefinition<never>],
  };
}
