/** The door of feature-tests: who gets which variant, where exposures go, and the flags that later modules link to. */
export type { PersonPeriod, RatingHistory } from './experiments/earlier-figures';
export { FEATURE_FLAG_UPDATED } from './feature-tests.events';
export { FeatureFlag } from './flags/feature-flag.entity';
export {
  createFeatureTestsModule,
  featureTestsEntities,
  type FeatureTestsModule,
} from './feature-tests.module';
