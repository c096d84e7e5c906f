/** Every table of the house, for TypeORM. */
import { billingEntities } from '../modules/billing';
import { deploymentsEntities } from '../modules/deployments';
import { identityEntities } from '../modules/identity';
import { modelsEntities } from '../modules/models';
import { Job } from '../platform/jobs';

export const entities = [
  Job,
  ...identityEntities,
  ...billingEntities,
  ...modelsEntities,
  ...deploymentsEntities,
];
