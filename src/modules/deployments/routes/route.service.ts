/**
 * Which version answers whom, from memory: what the reconciler has made ready, and nothing else. A version that is in use
 * is held until the request is done, so that a switch never pulls it away from under an answer.
 */
import { AppError, notFound } from '../../../kernel/errors';
import type { ServableVersion } from '../../models';
import { routeFor, type WeightedRoute } from './split';

export interface ServedRoutes {
  readonly deploymentId: string;
  /** The owner of a private model; null = everyone may use it. */
  readonly customerId: string | null;
  readonly name: string;
  readonly revision: number;
  readonly routes: readonly WeightedRoute[];
  /** Deployments that answer in its stead while its engine cannot, in this order. */
  readonly fallbackIds: readonly string[];
  /** For so long its answers may be given again; null = never. */
  readonly cacheSeconds: number | null;
  /** Share of its answers whose inputs and outputs may be kept, 0 to 1. */
  readonly payloadSampleRate: number;
}

interface KnownDeployment extends Pick<ServedRoutes, 'deploymentId' | 'customerId' | 'name' | 'fallbackIds'> {
  /** What was wished for last could not be made ready. */
  readonly isFailed?: boolean;
}

/** A version that is warm here, with the name of its model (plans allow models by name). */
export interface WarmVersion extends ServableVersion {
  readonly modelName: string;
}

export interface ListedDeployment {
  readonly deploymentId: string;
  readonly name: string;
  readonly versions: readonly WarmVersion[];
}

/** A version taken for one request: `release` it when the request is done, whatever became of it. */
export interface HeldVersion {
  readonly version: WarmVersion;
  release(): void;
}

/** When a deployment that is still being made ready is worth asking again. */
const PREPARING_RETRY_MS = 1000;
/** One that could not be is tried again so often. */
export const FAILED_RETRY_MS = 30_000;

export class RouteService {
  private readonly served = new Map<string, ServedRoutes>();
  private readonly byName = new Map<string, string>();
  private readonly known = new Map<string, KnownDeployment>();
  private readonly warm = new Map<string, WarmVersion>();
  private readonly shadows = new Map<string, string>();
  private readonly holds = new Map<string, number>();

  /** @param onIdle told of a version that is held by nobody any more. */
  constructor(private readonly onIdle: (versionId: string) => void) {}

  /**
   * The routes of a deployment, by id or name, as this customer may use them.
   * @throws AppError NOT_FOUND for unknown and foreign ones alike, ENGINE_UNAVAILABLE while it is being made ready.
   */
  find(customerId: string, idOrName: string, path: readonly string[]): ServedRoutes {
    const known = this.knownTo(customerId, idOrName, path);
    const routes = this.served.get(known.deploymentId);
    if (!routes) {
      const { name, isFailed } = known;
      const why = isFailed ? 'could not be made ready and is tried again' : 'is being made ready';
      const message = `The deployment ${name} ${why}; nothing was billed. Send the request again.`;
      const retryAfterMs = isFailed ? FAILED_RETRY_MS : PREPARING_RETRY_MS;
      throw new AppError('ENGINE_UNAVAILABLE', message, path, { retryAfterMs });
    }
    return routes;
  }

  /** What this customer may ask for by name; `versions` are those that answer now, none while it is being made ready. */
  list(customerId: string): ListedDeployment[] {
    return [...this.known].flatMap(([deploymentId, { customerId: owner, name }]) => {
      const isMeant = owner === customerId || (owner === null && !this.byName.has(nameKey(customerId, name)));
      return isMeant ? [{ deploymentId, name, versions: this.versionsOf(deploymentId) }] : [];
    });
  }

  /** The versions that answer for a deployment now, the first route's first. */
  versionsOf(deploymentId: string): WarmVersion[] {
    const routes = this.served.get(deploymentId)?.routes ?? [];
    return routes.flatMap(({ versionId }) => this.warm.get(versionId) ?? []);
  }

  /** The deployment itself and those that answer in its stead, whether they are ready or not. @throws AppError NOT_FOUND. */
  chain(customerId: string, idOrName: string, path: readonly string[]): readonly [string, ...string[]] {
    const { deploymentId, fallbackIds } = this.knownTo(customerId, idOrName, path);
    return [deploymentId, ...fallbackIds];
  }

  /** The version for a unit; `preferred` (a feature test's variant) where it is one of the deployment's. */
  hold({ deploymentId, routes }: ServedRoutes, unit: string, preferred?: string): HeldVersion {
    const wanted = preferred !== undefined && routes.some(({ versionId }) => versionId === preferred);
    const versionId = wanted ? preferred : routeFor(routes, deploymentId, unit).versionId;
    return this.holdVersion(versionId)!;
  }

  /** A version as such, when it is warm here; undefined otherwise. */
  holdVersion(versionId: string): HeldVersion | undefined {
    const version = this.warm.get(versionId);
    if (!version) return undefined;
    this.holds.set(versionId, (this.holds.get(versionId) ?? 0) + 1);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      const left = this.holds.get(versionId)! - 1;
      if (left > 0) this.holds.set(versionId, left);
      else {
        this.holds.delete(versionId);
        this.onIdle(versionId);
      }
    };
    return { version, release };
  }

  /** A version that is warm here, just to look at; undefined otherwise. */
  peek(versionId: string): WarmVersion | undefined {
    return this.warm.get(versionId);
  }

  isHeld(versionId: string): boolean {
    return this.holds.has(versionId);
  }

  /** The deployments that exist, ready or not: to tell "not yet" from "not at all". */
  setKnown(deployments: readonly KnownDeployment[]): void {
    this.known.clear();
    this.byName.clear();
    for (const deployment of deployments) {
      const { deploymentId, customerId, name } = deployment;
      this.known.set(deploymentId, deployment);
      this.byName.set(nameKey(customerId, name), deploymentId);
    }
  }

  setWarm(version: WarmVersion): void {
    this.warm.set(version.id, version);
  }

  forgetVersion(versionId: string): void {
    this.warm.delete(versionId);
  }

  serve(routes: ServedRoutes): void {
    this.served.set(routes.deploymentId, routes);
  }

  /** The version that is asked beside those that answer; null = none any more. */
  setShadow(deploymentId: string, versionId: string | null): void {
    if (versionId === null) this.shadows.delete(deploymentId);
    else this.shadows.set(deploymentId, versionId);
  }

  shadowOf(deploymentId: string): string | undefined {
    return this.shadows.get(deploymentId);
  }

  /** Whether this process answers for the deployment. */
  isServed(deploymentId: string): boolean {
    return this.served.has(deploymentId);
  }

  stopServing(deploymentId: string): void {
    this.served.delete(deploymentId);
  }

  private knownTo(customerId: string, idOrName: string, path: readonly string[]): KnownDeployment {
    const own = this.byName.get(nameKey(customerId, idOrName)) ?? this.byName.get(nameKey(null, idOrName));
    const known = this.known.get(own ?? idOrName);
    if (!known || (known.customerId !== null && known.customerId !== customerId)) throw notFound(path);
    return known;
  }
}

function nameKey(customerId: string | null, name: string): string {
  return `${customerId ?? ''}\n${name}`;
}
