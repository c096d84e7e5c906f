/** Deployments by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { Canary, CanaryEvidenceRow } from './canary/canary.entity';
import { DriftReport } from './drift/drift-report.entity';
import { Shadow } from './shadow/shadow.entity';
import { Deployment } from './deployment.entity';
import { DeploymentEvent } from './deployment-event.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface DeploymentLoaders {
  readonly deploymentById: Loader<Deployment>;
  readonly deploymentEventById: Loader<DeploymentEvent>;
  /** The latest one of a deployment, by its id. */
  readonly canaryOf: Loader<Canary>;
  /** The latest one of a deployment, by its id. */
  readonly driftOf: Loader<DriftReport>;
  readonly shadowOf: Loader<Shadow>;
  /** By the id of the canary. */
  readonly canaryEvidenceOf: ReturnType<typeof defineLoader<string, CanaryEvidenceRow[]>>;
}

/** Each loader answers only what the caller's scope may see. */
export function createDeploymentLoaders({ read }: Database): DeploymentLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  const latestOf = <T extends { id: string; deploymentId: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      // Not all that there ever were: drift is looked at every day.
      const pages = await read.pages<T>(entity, {
        scope,
        first: 1,
        by: ['deploymentId'],
        keys: ids.map((id) => [id]),
      });
      return pages.map(({ nodes }) => nodes[0] ?? null);
    });
  return {
    deploymentById: byId(Deployment),
    deploymentEventById: byId(DeploymentEvent),
    canaryOf: latestOf(Canary),
    driftOf: latestOf(DriftReport),
    shadowOf: latestOf(Shadow),
    canaryEvidenceOf: defineLoader<string, CanaryEvidenceRow[]>(async (ids, { scope }) => {
      const rows = await read.list(CanaryEvidenceRow, { scope, where: { canaryId: { in: ids } } });
      return groupedInOrder(ids, rows, ({ canaryId }) => canaryId);
    }),
  };
}
