/** The door of feature-tests: assignments and exposures for inference, tests for compliance reports. */
export { FeatureTest, FeatureTestState } from './experiments/feature-test.entity';
export type { FeatureTestLoaders } from './experiments/feature-test.loader';
export {
  createFeatureTestsModule,
  featureTestsEntities,
  type FeatureTestsModule,
} from './feature-tests.module';
export { FEATURE_TEST_DECIDED, FEATURE_TEST_STARTED, type FeatureTestMoved } from './feature-tests.events';
export { FeatureFlag } from './flags/feature-flag.entity';
