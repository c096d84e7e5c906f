/** What feature tests hold of a customer: what was counted in tests of the operator stays counted. */
import type { CustomerDataHolder } from '../../platform/module';

const COUNTED =
  'while the test runs, whose counts must stay true, and for 90 days after it ended; it leads to nobody';

export const FEATURE_TESTS_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'feature_test_exposures',
    holds: 'which variant each answer was part of',
    kept: null,
    goes: { key: ['customer_id', 'inference_id', 'test_id', 'created_at'] },
  },
  {
    table: 'metric_events',
    holds: 'what its people did, as it tracked it',
    kept: null,
    goes: { key: ['customer_id', 'event_id'] },
  },
  {
    table: 'feature_test_units',
    holds: 'which variant each of its people had',
    kept: COUNTED,
    goes: null,
  },
  {
    table: 'feature_test_observations',
    holds: 'sums of what was seen of them',
    kept: COUNTED,
    goes: null,
  },
  {
    table: 'feature_test_spreads',
    holds: 'how such values are spread',
    kept: COUNTED,
    goes: null,
  },
  {
    table: 'feature_test_earlier',
    holds: 'sums of what was seen before',
    kept: COUNTED,
    goes: null,
  },
  {
    table: 'flag_client_keys',
    holds: 'client keys of its pages',
    kept: null,
    goes: { key: ['customer_id', 'id'] },
  },
];
