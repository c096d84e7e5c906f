/** Builds what functional tests are made of: suites, runs, and what they say at the gate. */
import type { IdPrefix } from '../../../kernel/id';
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../../platform/module';
import type { DeploymentsModule } from '../../deployments';
import { may } from '../../identity';
import type { InferenceModule } from '../../inference';
import type { ModelsModule } from '../../models';
import { FunctionalCheck } from './functional-check.service';
import { createFunctionalLoaders, type FunctionalLoaders } from './functional.loader';
import { TestRun } from './test-run.entity';
import { TestRunResolver } from './test-run.resolver';
import { TestRunService } from './test-run.service';
import { TestSuite, TestSuiteVersion } from './test-suite.entity';
import { TestSuiteResolver } from './test-suite.resolver';
import { TestSuiteService } from './test-suite.service';

export const functionalEntities = [TestSuite, TestSuiteVersion, TestRun];

export interface FunctionalDoors {
  readonly models: Pick<ModelsModule, 'loaders'>;
  readonly deployments: Pick<DeploymentsModule, 'deployments'>;
  readonly inference: Pick<InferenceModule, 'trial'>;
}

export function createFunctional(
  { database, events, jobs, clock }: Platform,
  { models, deployments, inference: { trial } }: FunctionalDoors,
): Pick<ModuleManifest, 'resolvers' | 'nodes' | 'jobs'> & Required<Pick<ModuleManifest, 'nodes' | 'jobs'>> {
  const suites = new TestSuiteService(database, events, clock);
  const runs = new TestRunService({ database, events, jobs, clock, suites, trial });
  const loaders = createFunctionalLoaders(database);
  deployments.deployments.addPromotionCheck(new FunctionalCheck(database));
  const node = (
    prefix: IdPrefix,
    loader: FunctionalLoaders['testSuiteById' | 'testRunById'],
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'feature-test:read'),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    resolvers: [
      new TestSuiteResolver(database, suites, loaders, models.loaders),
      new TestRunResolver(database, runs, loaders, models.loaders),
    ],
    nodes: [node('tsu', loaders.testSuiteById), node('trn', loaders.testRunById)],
    jobs: [runs.job as JobDefinition<never>],
  };
}
