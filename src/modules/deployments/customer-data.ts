/** What deployments hold of a customer. */
import type { CustomerDataHolder } from '../../platform/module';

const OPERATORS =
  'nothing of the customer’s own: models, data sets and deployments are the operator’s, and name a customer only where one is served alone';

export const DEPLOYMENTS_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'deployments',
    holds: 'where models are served',
    kept: OPERATORS,
    goes: null,
  },
  {
    table: 'deployment_events',
    holds: 'what was changed about that',
    kept: OPERATORS,
    goes: null,
  },
];
