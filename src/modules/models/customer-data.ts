/** What models hold of a customer. */
import type { CustomerDataHolder } from '../../platform/module';

const OPERATORS =
  'nothing of the customer’s own: models, data sets and deployments are the operator’s, and name a customer only where one is served alone';

export const MODELS_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'models',
    holds: 'models',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'model_versions',
    holds: 'versions of models',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'model_alias_moves',
    holds: 'which version a name stood for',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'model_version_retirements',
    holds: 'versions that were retired',
    kept: OPERATORS,
    goes: null,
  },
];
