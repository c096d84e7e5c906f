/** What feature tests hold about people: only about those who agreed to analytics. */
import type { PersonalDataHolder, RetentionRule } from '../../platform/module';

export const FEATURE_TEST_PERSONAL_DATA: readonly PersonalDataHolder[] = [
  {
    table: 'feature_test_exposures',
    holds: 'which variant of which test an answer to the person was part of',
    kept: 'for 400 days unless configured otherwise, or until the person takes the consent back or is forgotten',
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
    kept: 'while the test runs, whose counts must stay true, and for 90 days after it ended unless configured otherwise; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', variantKey: 'variant_key', firstExposedAt: 'first_exposed_at' },
      order: ['test_id'],
    },
    forget: [],
  },
  {
    table: 'feature_test_observations',
    holds: 'sums of what was seen of the person in a test: waiting time, cost, ratings, events',
    kept: 'while the test runs, whose sums must stay true, and for 90 days after it ended unless configured otherwise; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', metric: 'metric', n: 'n', sum: 'sum' },
      order: ['test_id', 'metric'],
    },
    forget: [],
  },
  {
    table: 'feature_test_spreads',
    holds:
      'how the values of the person in a test are spread, where a quantile is asked for: how many lie in which bin',
    kept: 'while the test runs, whose counts must stay true, and for 90 days after it ended unless configured otherwise; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', metric: 'metric', bin: 'bin', n: 'n' },
      order: ['test_id', 'metric', 'bin'],
    },
    forget: [],
  },
  {
    table: 'feature_test_earlier',
    holds: 'sums of what was seen of the person before they met a test, where its plan asks for it',
    kept: 'while the test runs, whose sums must stay true, and for 90 days after it ended unless configured otherwise; without a name once the person is forgotten',
    copy: {
      columns: { testId: 'test_id', metric: 'metric', n: 'n', sum: 'sum' },
      order: ['test_id', 'metric'],
    },
    forget: [],
  },
  {
    table: 'metric_events',
    holds: 'what the person did, as the customer tracked it',
    kept: 'for 400 days unless configured otherwise, or until the person takes the consent back or is forgotten',
    copy: {
      columns: { eventId: 'event_id', name: 'name', value: 'value', at: 'at' },
      order: ['event_id'],
    },
    forget: ['delete from metric_events where customer_id = $1 and end_user_id = $2'],
  },
];

/** Results that are final need nobody any more; for so long somebody may still want to see what they were made of. */
const DAYS_AFTER_END = 90;

/** A season and the same one a year before can be compared; nothing older decides anything. */
const DAYS = 400;

export const FEATURE_TEST_RETENTION: readonly RetentionRule[] = [
  {
    table: 'feature_test_exposures',
    goes: 'which variant an answer was part of; who was in a test that runs, and its sums, stay with the test',
    days: DAYS,
    key: ['customer_id', 'inference_id', 'test_id', 'created_at'],
    over: 'created_at < $1',
    emptied: null,
  },
  {
    table: 'feature_test_units',
    goes: 'who was in a test that has ended, and what was seen of them in it and before; its results stay',
    days: DAYS_AFTER_END,
    key: ['customer_id', 'test_id', 'end_user_id'],
    // What was seen of a person goes with the person (on delete cascade).
    over: `test_id in (select id from feature_tests
      where final_results is not null and coalesce(stopped_at, decided_at) < $1)`,
    emptied: null,
  },
  {
    table: 'metric_events',
    goes: 'what people did, as customers tracked it; the sums of tests stay',
    days: DAYS,
    key: ['customer_id', 'event_id'],
    over: 'at < $1',
    emptied: null,
  },
];
