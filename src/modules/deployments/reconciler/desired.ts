/** What the reconciler strives for: the routes of each deployment, and each shadow as a deployment that nobody can ask. */
import { type Deployment, DeploymentState } from '../deployment.entity';
import type { DesiredDeployment } from './next-action';
import type { ServedRoutes } from '../routes/route.service';
import type { Shadow } from '../shadow/shadow.entity';

export type Desired = DesiredDeployment &
  ServedRoutes & {
    /** The deployment beside whose versions this one is asked; absent for those that answer. */
    readonly shadowOf?: string;
    /** What was wished for before, while the wish itself cannot be made ready and nothing is served. */
    readonly standsIn?: true;
    /** It could not be made ready, by the word of whoever tried last. */
    readonly isFailed?: boolean;
  };

export function wishOf(deployment: Deployment): Desired {
  const { id, customerId, name, routes, fallbackIds, cacheSeconds, payloadSampleRate, version, state } =
    deployment;
  return {
    deploymentId: id,
    customerId,
    name,
    routes,
    fallbackIds,
    cacheSeconds,
    payloadSampleRate,
    revision: version,
    isFailed: state === DeploymentState.FAILED,
  };
}

/** A shadow is kept warm as the only version of a deployment that nobody can ask. */
export function shadowWish({ id, deploymentId, versionId }: Shadow): Desired {
  return {
    deploymentId: id,
    shadowOf: deploymentId,
    customerId: null,
    name: id,
    routes: [{ versionId, weight: 100 }],
    fallbackIds: [],
    cacheSeconds: null,
    payloadSampleRate: 0,
    revision: 1,
  };
}
