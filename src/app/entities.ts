/** Every table of the house, for TypeORM. */
import { auditEntities } from '../modules/audit';
import { billingEntities } from '../modules/billing';
import { closureEntities } from '../modules/closure';
import { deploymentsEntities } from '../modules/deployments';
import { ethicsEntities } from '../modules/ethics';
import { featureTestsEntities } from '../modules/feature-tests';
import { feedbackEntities } from '../modules/feedback';
import { identityEntities } from '../modules/identity';
import { inferenceEntities } from '../modules/inference';
import { marketEntities } from '../modules/market';
import { modelsEntities } from '../modules/models';
import { trainingEntities } from '../modules/training';
import { privacyEntities } from '../modules/privacy';
import { Job } from '../platform/jobs';

export const entities = [
  Job,
  ...identityEntities,
  ...auditEntities,
  ...privacyEntities,
  ...billingEntities,
  ...modelsEntities,
  ...trainingEntities,
  ...deploymentsEntities,
  ...inferenceEntities,
  ...featureTestsEntities,
  ...feedbackEntities,
  ...ethicsEntities,
  ...marketEntities,
  ...closureEntities,
];
