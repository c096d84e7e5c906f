/** What feature tests hold about people: only about those who agreed to analytics. */
import type { PersonalDataHolder } from '../../platform/module';

export const FEATURE_TEST_PERSONAL_DATA: readonly PersonalDataHolder[] = [
  {
    table: 'feature_test_exposures',
    holds: 'which variant of which test an answer to the person was part of',
    kept: 'until the person is forgotten',
    copy: {
      columns: {
        inferenceId: 'inference_id',
        testId: 'test_id',
        variantKey: 'variant_key',
        createdAt: 'created_at',
      },
      order: ['inference_id', 'test_id'],
    },
    forget: ['delete from feature_test_exposures where customer_id = $1 and end_user_id = $2'],
  },
  {
    table: 'feature_test_units',
    holds: 'which variant of a test the person has, and since when',
    kept: 'for as long as the test is: its counts must stay true; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', variantKey: 'variant_key', firstExposedAt: 'first_exposed_at' },
      order: ['test_id'],
    },
    forget: [],
  },
  {
    table: 'feature_test_observations',
    holds: 'sums of what was seen of the person in a test: waiting time, cost, ratings, events',
    kept: 'for as long as the test is: its sums must stay true; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', metric: 'metric', n: 'n', sum: 'sum' },
      order: ['test_id', 'metric'],
    },
    forget: [],
  },
  {
    table: 'metric_events',
    holds: 'what the person did, as the customer tracked it',
    kept: 'until the person is forgotten',
    copy: {
      columns: { eventId: 'event_id', name: 'name', value: 'value', at: 'at' },
      order: ['event_id'],
    },
    forget: ['delete from metric_events where customer_id = $1 and end_user_id = $2'],
  },
];
