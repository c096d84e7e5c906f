/** Builds the feature-tests module: flags, A/B tests on deployments, and the events that become their metrics. */
import type { IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { DeploymentsModule } from '../deployments';
import { type IdentityModule, may, type Permission } from '../identity';
import type { AssignmentSource, ExposureSink, InferenceModule } from '../inference';
import type { ModelsModule } from '../models';
import { FEATURE_TESTS_CUSTOMER_DATA } from './customer-data';
import { AnalyticsConsent } from './experiments/analytics-consent';
import { AnswerFiguresSubscriber } from './experiments/answer-figures.subscriber';
import { InferenceAssignmentResolver } from './experiments/assignment.resolver';
import { AssignmentService } from './experiments/assignment.service';
import { EarlierFigures, type RatingHistory } from './experiments/earlier-figures';
import { FeatureTest } from './experiments/feature-test.entity';
import { createFeatureTestLoaders, type FeatureTestLoaders } from './experiments/feature-test.loader';
import { FeatureTestMoveResolver } from './experiments/feature-test-move.resolver';
import { FeatureTestResolver, VariantResolver } from './experiments/feature-test.resolver';
import { FeatureTestService } from './experiments/feature-test.service';
import { FiguresRepository } from './experiments/figures.repository';
import { ObservationRepository } from './experiments/observation.repository';
import { ResultsService } from './experiments/results.service';
import { FlagClientKey } from './doors/client-key.entity';
import { createDoors } from './doors/doors.module';
import type { FlagLoaders } from './flags/flag.loader';
import { createFlags, flagEntities } from './flags/flags.module';
import { RuleStore } from './flags/rule-store.service';
import { createFunctional, functionalEntities } from './functional/functional.module';
import { createPerformance, performanceEntities } from './performance/performance.module';
import { FEATURE_TEST_PERSONAL_DATA, FEATURE_TEST_RETENTION } from './personal-data';
import { analyticsWithdrawal } from './tracking/analytics-withdrawal';
import { TrackResolver } from './tracking/track.resolver';
import { TrackService } from './tracking/track.service';

export const featureTestsEntities = [
  ...flagEntities,
  FeatureTest,
  FlagClientKey,
  ...functionalEntities,
  ...performanceEntities,
];

export interface FeatureTestsModule {
  /** For inference: who gets which variant, and where exposures go. */
  readonly assignments: AssignmentSource;
  readonly exposures: ExposureSink;
  readonly loaders: FeatureTestLoaders;
  /** Feedback comes later in the house: it knows how people rated before they met a test. */
  useRatings(ratings: RatingHistory): void;
  readonly manifest: ModuleManifest;
}

export function createFeatureTestsModule(
  platform: Platform,
  identity: Pick<IdentityModule, 'authentication' | 'standing' | 'customers'>,
  models: Pick<ModelsModule, 'loaders'>,
  deployments: Pick<DeploymentsModule, 'loaders' | 'deployments'>,
  inference: Pick<InferenceModule, 'trial' | 'load' | 'history'>,
): FeatureTestsModule {
  const { database, events, signals, clock, log } = platform;
  const consent = new AnalyticsConsent(database, signals, clock);
  const observations = new ObservationRepository(database);
  const rules = new RuleStore(database, signals, log);
  const assignments = new AssignmentService(rules, consent);
  const flags = createFlags(platform);
  const earlier = new EarlierFigures(database, inference.history);
  const results = new ResultsService(database, clock, new FiguresRepository(database));
  const tests = new FeatureTestService(database, events, signals, clock, flags, results);
  const tracking = new TrackService(database, events, clock, observations);
  const loaders = createFeatureTestLoaders(database, flags.loaders);
  const doors = createDoors(platform, { identity, rules, consent, tracking });
  const functional = createFunctional(platform, { models, deployments, inference });
  const performance = createPerformance(platform, { models, deployments, inference });
  const leave: (() => void)[] = [];
  const node = (
    prefix: IdPrefix,
    loader:
      | FeatureTestLoaders['featureFlagById' | 'featureTestById' | 'flagClientKeyById']
      | FlagLoaders['flagChangeRequestById'],
    permission: Permission = 'feature-test:read',
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    assignments,
    exposures: observations,
    loaders,
    useRatings: (ratings) => earlier.useRatings(ratings),
    manifest: {
      name: 'feature-tests',
      resolvers: [
        ...flags.resolvers,
        new FeatureTestResolver(database, results, loaders, deployments.loaders),
        new FeatureTestMoveResolver(database, tests, rules),
        new VariantResolver(models.loaders),
        new InferenceAssignmentResolver(loaders),
        new TrackResolver(tracking),
        ...doors.resolvers,
        ...functional.resolvers,
        ...performance.resolvers,
      ],
      nodes: [
        node('flg', loaders.featureFlagById),
        node('fcr', flags.loaders.flagChangeRequestById),
        node('tst', loaders.featureTestById),
        node('fck', loaders.flagClientKeyById, 'customer:read'),
        ...functional.nodes,
        ...performance.nodes,
      ],
      jobs: [...flags.jobs, ...functional.jobs, ...performance.jobs],
      subscribers: [
        consent,
        new AnswerFiguresSubscriber(observations, earlier),
        analyticsWithdrawal(database.unitOfWork),
      ],
      customerData: FEATURE_TESTS_CUSTOMER_DATA,
      personalData: FEATURE_TEST_PERSONAL_DATA,
      retention: FEATURE_TEST_RETENTION,
      routes: doors.routes,
      start: async () => {
        await rules.start();
        leave.push(consent.listen(), doors.listen());
      },
      stop: async () => {
        for (const end of leave.splice(0)) end();
        await rules.stop();
      },
    },
  };
}
