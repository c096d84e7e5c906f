/** What training holds of a customer. */
import type { CustomerDataHolder } from '../../platform/module';

const OPERATORS =
  'nothing of the customer’s own: models, data sets and deployments are the operator’s, and name a customer only where one is served alone';

export const TRAINING_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'datasets',
    holds: 'data sets',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'dataset_versions',
    holds: 'versions of data sets',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'training_jobs',
    holds: 'trainings',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'training_searches',
    holds: 'searches for settings of a training',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'training_trials',
    holds: 'trials of such searches',
    kept: OPERATORS,
    goes: null,
  },
];
