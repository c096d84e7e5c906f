/**
 * What to do next, so that what is comes to be what is wanted: one pure function, one small step at a time. A version is
 * loaded, then warmed, and only then routed to; the old one is unloaded only when no route leads to it any more.
 */
import type { WeightedRoute } from '../routes/split';

export interface DesiredDeployment {
  readonly deploymentId: string;
  /** Grows with every change, so that a refusal of the present wish is not mistaken for that of an older one. */
  readonly revision: number;
  readonly routes: readonly WeightedRoute[];
}

export type VersionState = 'LOADED' | 'WARM';

export interface ServedDeployment {
  readonly revision: number;
  readonly routes: readonly WeightedRoute[];
}

export interface Observed {
  readonly versions: ReadonlyMap<string, VersionState>;
  readonly served: ReadonlyMap<string, ServedDeployment>;
  /** Revisions whose versions could not be made ready: left alone until they change or are tried again. */
  readonly failed: ReadonlyMap<string, number>;
  /** Versions that a request is in: not unloaded before it is answered. */
  readonly inUse: ReadonlySet<string>;
}

export type Action =
  | { readonly kind: 'LOAD' | 'WARM'; readonly versionId: string; readonly deployment: DesiredDeployment }
  | { readonly kind: 'ROUTE'; readonly deployment: DesiredDeployment }
  | { readonly kind: 'STOP_ROUTING'; readonly deploymentId: string }
  | { readonly kind: 'UNLOAD'; readonly versionId: string };

/** Undefined = everything that can be as wanted is. */
export function nextAction(desired: readonly DesiredDeployment[], observed: Observed): Action | undefined {
  for (const deployment of desired) {
    const { deploymentId, revision, routes } = deployment;
    if (observed.served.get(deploymentId)?.revision === revision) continue;
    if (observed.failed.get(deploymentId) === revision) continue;
    for (const { versionId } of routes) {
      const state = observed.versions.get(versionId);
      if (state === undefined) return { kind: 'LOAD', versionId, deployment };
      if (state === 'LOADED') return { kind: 'WARM', versionId, deployment };
    }
    return { kind: 'ROUTE', deployment };
  }
  const wanted = new Set(desired.map(({ deploymentId }) => deploymentId));
  for (const deploymentId of observed.served.keys()) {
    if (!wanted.has(deploymentId)) return { kind: 'STOP_ROUTING', deploymentId };
  }
  return unload(desired, observed);
}

/** A version that nobody wants, no route leads to and no request is in. */
function unload(
  desired: readonly DesiredDeployment[],
  { versions, served, inUse }: Observed,
): Action | undefined {
  const needed = new Set(inUse);
  for (const { routes } of [...desired, ...served.values()]) {
    for (const { versionId } of routes) needed.add(versionId);
  }
  for (const versionId of versions.keys()) if (!needed.has(versionId)) return { kind: 'UNLOAD', versionId };
  return undefined;
}
