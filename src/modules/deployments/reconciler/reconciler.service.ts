/**
 * Makes what is served in this process become what is wanted in the database, one `nextAction` at a time. It runs before
 * the server listens, after every change (by signal), and now and then in case a signal was lost.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { type ComputeService, EngineKind, type RemoteService, type TextEngineService } from '../../compute';
import {
  Model,
  type ModelService,
  type ModelsModule,
  type ServableVersion,
  stepGraphOf,
  writesText,
} from '../../models';
import { Deployment, DeploymentState } from '../deployment.entity';
import { DEPLOYMENT_CHANNEL } from '../deployments.events';
import { type Desired, shadowWish, wishOf } from './desired';
import type { EarlierRoutes } from '../routes/earlier-routes.service';
import {
  type Action,
  type DesiredDeployment,
  nextAction,
  type Observed,
  type VersionState,
} from './next-action';
import { FAILED_RETRY_MS, type RouteService, type WarmVersion } from '../routes/route.service';
import { Shadow } from '../shadow/shadow.entity';
import { warmUpBatches } from './warm-up';

const BELT_MS = 15_000;
const LARGEST_BATCH = 1024;

/** Told what a batch took while a version was warmed: the scheduler learns from it before the first request. */
export type WarmUpListener = (versionId: string, rows: number, deviceMs: number) => void;

export interface ReconcilerDoors {
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Log;
  readonly compute: ComputeService;
  readonly texts: TextEngineService;
  readonly remote: RemoteService;
  readonly models: ModelService;
  readonly shipped: Pick<ModelsModule['shipped'], 'isShipped'>;
  readonly routes: RouteService;
  readonly earlier: EarlierRoutes;
}

export class Reconciler {
  private readonly versions = new Map<string, VersionState>();
  private readonly loaded = new Map<string, WarmVersion>();
  private readonly served = new Map<string, Desired>();
  private readonly failed = new Map<string, number>();
  private readonly failedAt = new Map<string, number>();
  /** Wishes, and versions, that could not be made ready, until they are tried again. */
  private readonly lost = new Map<string, number>();
  private readonly broken = new Set<string>();
  private readonly listeners: WarmUpListener[] = [];
  private desired: Desired[] = [];
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private belt: NodeJS.Timeout | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(private readonly doors: ReconcilerDoors) {}

  onWarmUp(listener: WarmUpListener): void {
    this.listeners.push(listener);
  }

  /** Answers when everything that is wanted and can be made ready is served. */
  async start(): Promise<void> {
    const again = (): void => this.wake();
    this.unsubscribe = this.doors.signals.subscribe(DEPLOYMENT_CHANNEL, again, again);
    await this.run();
    this.belt = setInterval(() => this.wake(), BELT_MS);
    this.belt.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    clearInterval(this.belt);
    await this.running?.catch(() => undefined);
  }

  /** Looks again, now or as soon as the present round is done. */
  wake(): void {
    this.run().catch((error: unknown) =>
      this.doors.log.error({ error }, 'deployments could not be brought up to date'),
    );
  }

  /** No request is in this version any more: if no route leads to it either, it may go. */
  released(versionId: string): void {
    const isServed = [...this.served.values()].some(({ routes }) =>
      routes.some((route) => route.versionId === versionId),
    );
    if (!isServed && this.versions.has(versionId)) this.wake();
  }

  private run(): Promise<void> {
    this.again = true;
    this.running ??= this.rounds();
    return this.running;
  }

  private async rounds(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        await this.refresh();
        for (let action = this.next(); action && !this.stopped; action = this.next())
          await this.carryOut(action);
      }
    } finally {
      // In the turn that saw that nobody asks again: whoever asks a turn later begins anew.
      this.running = undefined;
    }
  }

  private next(): Action | undefined {
    return nextAction(this.desired, this.observed());
  }

  private observed(): Observed {
    const inUse = new Set([...this.versions.keys()].filter((id) => this.doors.routes.isHeld(id)));
    return { versions: this.versions, served: this.served, failed: this.failed, inUse };
  }

  private async refresh(): Promise<void> {
    const rows = await this.doors.database.read.list(Deployment, { scope: SERVICE });
    const deployments = rows.map(wishOf);
    const shadows = await this.doors.database.read.list(Shadow, { scope: SERVICE, where: { endedAt: null } });
    this.doors.routes.setKnown(deployments);
    const now = this.doors.clock.millis();
    for (const [id, at] of this.failedAt) {
      if (now - at < FAILED_RETRY_MS) continue;
      this.failed.delete(id);
      this.failedAt.delete(id);
      this.lost.delete(id);
      this.broken.clear();
    }
    const standing: Desired[] = [];
    for (const wish of deployments) standing.push(await this.orBefore(wish));
    this.desired = [...standing, ...shadows.map(shadowWish)];
  }

  /** The wish; where it cannot be made ready and nothing is served instead, what was wished for before it. */
  private async orBefore(wish: Desired): Promise<Desired> {
    const { deploymentId, revision } = wish;
    if (this.lost.get(deploymentId) !== revision || this.served.has(deploymentId)) return wish;
    const before = await this.doors.earlier.before(deploymentId, revision, this.broken);
    if (before) return { ...wish, ...before, standsIn: true };
    this.failed.set(deploymentId, revision);
    return wish;
  }

  private async carryOut(action: Action): Promise<void> {
    switch (action.kind) {
      case 'LOAD':
      case 'WARM':
        return this.makeReady(action);
      case 'ROUTE':
        return this.route(this.wish(action.deployment.deploymentId));
      case 'STOP_ROUTING':
        return this.stopRouting(action.deploymentId);
      case 'UNLOAD':
        this.versions.delete(action.versionId);
        this.loaded.delete(action.versionId);
        this.doors.routes.forgetVersion(action.versionId);
        await this.doors.texts.unload(action.versionId);
        await this.doors.remote.unload(action.versionId);
        return this.doors.compute.unload(action.versionId);
    }
  }

  /** A shadow may have been given another's place: the other one was routed to before this one stops. */
  private stopRouting(deploymentId: string): void {
    const shadowed = this.served.get(deploymentId)?.shadowOf;
    this.served.delete(deploymentId);
    if (shadowed === undefined) return this.doors.routes.stopServing(deploymentId);
    const other = [...this.served.values()].find(({ shadowOf }) => shadowOf === shadowed);
    this.doors.routes.setShadow(shadowed, other?.routes[0]!.versionId ?? null);
  }

  private async makeReady({
    kind,
    versionId,
    deployment,
  }: Extract<Action, { versionId: string; deployment: object }>) {
    try {
      if (kind === 'LOAD') await this.load(versionId);
      else await this.warm(versionId);
    } catch (error) {
      this.doors.log.error({ error, versionId }, 'a version could not be made ready');
      this.failed.set(deployment.deploymentId, deployment.revision);
      this.failedAt.set(deployment.deploymentId, this.doors.clock.millis());
      this.broken.add(versionId);
      if (!this.wish(deployment.deploymentId).standsIn)
        this.lost.set(deployment.deploymentId, deployment.revision);
      // Somebody has to answer: what was served before is looked for, and what is broken of it left out.
      if (!this.served.has(deployment.deploymentId)) this.again = true;
      const failure = error instanceof Error ? error.message : 'unknown';
      await this.note(deployment, DeploymentState.FAILED, `${versionId}: ${failure}`);
    }
  }

  private async load(versionId: string): Promise<void> {
    const { models, shipped, compute, database } = this.doors;
    const version = await models.servable(versionId);
    const model =
      version &&
      (await database.read.one(Model, {
        scope: SERVICE,
        where: { id: version.modelId },
        selection: { name: true },
      }));
    if (!version || !model) throw new Error('there is no such version');
    if (version.engine === EngineKind.REMOTE) await this.doors.remote.load(await models.artefactOf(version));
    else if (writesText(version)) await this.offer(version);
    else if (shipped.isShipped(versionId)) compute.offer(versionId, () => models.artefactOf(version));
    else await compute.load(await models.artefactOf(version));
    this.loaded.set(versionId, { ...version, modelName: model.name });
    this.versions.set(versionId, 'LOADED');
  }

  /** A version that writes text is loaded when its first text is asked for: the start does not wait for it. */
  private async offer(version: ServableVersion): Promise<void> {
    const graph = stepGraphOf(version);
    const { files } = await this.doors.models.artefactOf(version);
    if (graph && files[0]) this.doors.texts.offer({ versionId: version.id, graph, source: files[0].source });
  }

  private async warm(versionId: string): Promise<void> {
    const version = this.loaded.get(versionId)!;
    const batches = this.isWarmedByUse(version)
      ? []
      : warmUpBatches(version.warmUp, version.inputWidth, LARGEST_BATCH);
    for (const batch of batches) {
      const { deviceMs } = await this.doors.compute.infer(versionId, batch);
      for (const listener of this.listeners) listener(versionId, batch.count, deviceMs);
    }
    this.versions.set(versionId, 'WARM');
    this.doors.routes.setWarm(version);
  }

  /** A server of somebody else is not asked before a customer asks, and what comes with the product not loaded. */
  private isWarmedByUse(version: ServableVersion): boolean {
    const isElsewhere = version.engine === EngineKind.REMOTE;
    return isElsewhere || writesText(version) || this.doors.shipped.isShipped(version.id);
  }

  private async route(deployment: Desired): Promise<void> {
    this.served.set(deployment.deploymentId, deployment);
    // A shadow that is ready, or cannot be made so, changes nothing about the deployment.
    if (deployment.shadowOf)
      return this.doors.routes.setShadow(deployment.shadowOf, deployment.routes[0]!.versionId);
    this.doors.routes.serve(deployment);
    await this.note(deployment, DeploymentState.READY, null);
  }

  private wish(deploymentId: string): Desired {
    return this.desired.find((deployment) => deployment.deploymentId === deploymentId)!;
  }

  /** Writes the state down, once however many processes come to it, and only for the wish that still stands. */
  private async note(
    { deploymentId, revision }: DesiredDeployment,
    state: DeploymentState,
    failure: string | null,
  ) {
    const { unitOfWork } = this.doors.database;
    await unitOfWork.run(SERVICE, async () => {
      const [changed] = await unitOfWork.sql<{ customerId: string | null }>(
        `update deployments set state = $3, failure = $4 where id = $1 and version = $2 and (state <> $3 or failure is distinct from $4)
         returning customer_id as "customerId"`,
        [deploymentId, revision, state, failure],
      );
      if (!changed) return;
      const type = state === DeploymentState.READY ? 'deployment.ready' : 'deployment.failed';
      await this.doors.events.emit({
        type,
        customerId: changed.customerId,
        subject: deploymentId,
        actor: { kind: 'SYSTEM', name: 'reconciler' },
        data: { revision, failure },
      });
      await this.doors.signals.publish(DEPLOYMENT_CHANNEL, { id: deploymentId });
    });
  }
}
