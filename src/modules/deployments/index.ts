/** The door of deployments: who answers whom, and the gate to which later modules add checks (`addPromotionCheck`). */
export { Deployment, Environment } from './deployment.entity';
export { DeploymentEvent } from './deployment-event.entity';
export type { CanaryOutcome } from './canary/canary-evidence';
export type { CanaryWatch } from './canary/canary-watch.service';
export type { DriftSource, KeptRow } from './drift/drift.service';
export type { PromotionCandidate, PromotionCheck, PromotionVerdict } from './gate/promotion-check';
export type { RefusedInputs } from './refusals/refused-inputs.service';
export { answerDifference } from './shadow/answer-difference';
export type { ShadowService } from './shadow/shadow.service';
export { drawOf } from './routes/split';
export type { DeploymentLoaders } from './deployment.loader';
export { createDeploymentsModule, deploymentsEntities, type DeploymentsModule } from './deployments.module';
export type {
  HeldVersion,
  ListedDeployment,
  RouteService,
  ServedRoutes,
  WarmVersion,
} from './routes/route.service';
