/** The door of deployments: who answers whom, and the gate that later modules contribute checks to. */
export { Deployment, DeploymentState, Environment } from './deployment.entity';
export type { DeploymentLoaders } from './deployment.loader';
export type { DeploymentService, NewDeployment, Promotion } from './deployment.service';
export { createDeploymentsModule, deploymentsEntities, type DeploymentsModule } from './deployments.module';
export type { PromotionCandidate, PromotionCheck, PromotionVerdict } from './promotion-check';
export type { HeldVersion, RouteService, ServedRoutes, WarmVersion } from './route.service';
export type { WeightedRoute } from './split';
