/** The door of feature-tests: who gets which variant, and where exposures go. */
export type { PersonPeriod, RatingHistory } from './experiments/earlier-figures';
export {
  createFeatureTestsModule,
  featureTestsEntities,
  type FeatureTestsModule,
} from './feature-tests.module';
