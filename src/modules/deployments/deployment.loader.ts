/** Deployments by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { Canary, CanaryEvidenceRow } from './canary/canary.entity';
import { DriftReport } from './drift/drift-report.entity';
import type { RefusedInput } from './refusals/refused-input.entity';
import { Shadow } from './shadow/shadow.entity';
import { Deployment } from './deployment.entity';
import { DeploymentEvent } from './deployment-event.entity';

/** A hundred tell what a look needs. */
const REFUSED = `select asked.at::int as at, found.* from unnest($1::text[], $2::date[]) with ordinality as asked (id, since, at)
  cross join lateral (
    select version_id as "versionId", nullif(input, '') as input, broken as "constraint", sum(count) as count,
      max(last_at) as "lastAt"
    from refused_inputs where deployment_id = asked.id and day >= asked.since
    group by version_id, input, broken order by sum(count) desc, version_id, input, broken limit 100) as found
  order by asked.at, found.count desc, 2, 3, 4`;

/** Of one deployment, from this day on. */
interface AskedRefusals {
  readonly deploymentId: string;
  readonly since: string;
}

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface DeploymentLoaders {
  readonly deploymentById: Loader<Deployment>;
  readonly deploymentEventById: Loader<DeploymentEvent>;
  /** The latest one of a deployment, by its id. */
  readonly canaryOf: Loader<Canary>;
  /** The latest one of a deployment, by its id. */
  readonly driftOf: Loader<DriftReport>;
  readonly shadowOf: Loader<Shadow>;
  readonly refusedInputsOf: ReturnType<typeof defineLoader<AskedRefusals, RefusedInput[]>>;
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
    refusedInputsOf: defineLoader<AskedRefusals, RefusedInput[]>(async (asked, { scope }) => {
      const keys = [asked.map(({ deploymentId }) => deploymentId), asked.map(({ since }) => since)];
      type Found = RefusedInput & { readonly at: number };
      const found = await read.sql<Found>(scope, 'deployments.refused-inputs', REFUSED, keys);
      return asked.map((_, index) => found.filter(({ at }) => at === index + 1));
    }),
    canaryEvidenceOf: defineLoader<string, CanaryEvidenceRow[]>(async (ids, { scope }) => {
      const rows = await read.list(CanaryEvidenceRow, { scope, where: { canaryId: { in: ids } } });
      return groupedInOrder(ids, rows, ({ canaryId }) => canaryId);
    }),
  };
}
