/** Deployments by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, inOrder } from '../../platform/graphql';
import { Deployment } from './deployment.entity';
import { DeploymentEvent } from './deployment-event.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface DeploymentLoaders {
  readonly deploymentById: Loader<Deployment>;
  readonly deploymentEventById: Loader<DeploymentEvent>;
}

/** Each loader answers only what the caller's scope may see. */
export function createDeploymentLoaders({ read }: Database): DeploymentLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return { deploymentById: byId(Deployment), deploymentEventById: byId(DeploymentEvent) };
}
