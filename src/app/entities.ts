/** Every table of the house, for TypeORM. */
import { identityEntities } from '../modules/identity';
import { modelsEntities } from '../modules/models';
import { Job } from '../platform/jobs';

export const entities = [Job, ...identityEntities, ...modelsEntities];
