/**
 * Says which versions are wanted: makes deployments, promotes through the gate, rolls back. It writes wishes and history
 * in one transaction; making them true is the reconciler's work, so a promotion that cannot be loaded harms no request.
 */
import { In } from 'typeorm';
import type { Clock } from '../../kernel/clock';
import { AppErrors, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, SERVICE, sqlState } from '../../platform/database';
import type { Events, Signals } from '../../platform/events';
import { ModelVersion, type VersionRetirementService } from '../models';
import { canaryRuns } from './canary/canary.errors';
import { Canary, CanaryState } from './canary/canary.entity';
import { Deployment, DeploymentState, type Environment } from './deployment.entity';
import { DeploymentEvent } from './deployment-event.entity';
import { changedMeanwhile, gateRefused, mixedOwners, nameTaken, nothingBefore } from './deployments.errors';
import { DEPLOYMENT_CHANNEL, DEPLOYMENT_MOVED, DEPLOYMENT_SHADOW } from './deployments.events';
import { newVersionsOf, type PromotionCheck, type PromotionVerdict } from './gate/promotion-check';
import { type RouteMove, routesBefore } from './routes/route-history';
import { routeFaults } from './routes/routes';
import type { WeightedRoute } from './routes/split';

const UNIQUE_VIOLATION = '23505';

interface NewDeployment {
  readonly name: string;
  readonly environment: Environment;
  readonly routes: readonly WeightedRoute[];
}

interface Promotion {
  readonly id: string;
  readonly routes: readonly WeightedRoute[];
  readonly expectedVersion?: number | null;
  readonly overrideReason?: string | null;
}

export interface Move {
  readonly move: RouteMove;
  readonly routes: readonly WeightedRoute[];
  readonly checks: readonly PromotionVerdict[];
  readonly reason: string | null;
}

export class DeploymentService {
  private readonly checks: PromotionCheck[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly versions: Pick<VersionRetirementService, 'holdForUse'>,
  ) {}

  addPromotionCheck(check: PromotionCheck): void {
    this.checks.push(check);
  }

  /** @throws AppError CONFLICT when the name is taken, NOT_FOUND for a version that is not there. */
  async create({ name, environment, routes }: NewDeployment, principal: Principal): Promise<string> {
    const customerId = await this.ownerOf(routes, ['input', 'routes']);
    const id = newId('dep', this.clock.now());
    // Told and not enforced: there is nothing yet that a refusal would keep in place.
    const checks = await this.askGate({ id, environment, routes: [] }, routes);
    const now = this.clock.now();
    const deployment: Deployment = {
      id,
      customerId,
      name,
      environment,
      state: DeploymentState.PREPARING,
      failure: null,
      routes: plain(routes),
      fallbackIds: [],
      cacheSeconds: null,
      payloadSampleRate: 1,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await this.hold(routes);
      await unitOfWork
        .repository(Deployment)
        .insert(deployment)
        .catch((error: unknown) => {
          throw sqlState(error) === UNIQUE_VIOLATION ? nameTaken(name) : error;
        });
      await this.remember(deployment, { move: 'CREATED', routes, checks, reason: null }, principal);
    });
    return id;
  }

  /** @throws AppError GATE_FAILED with every check, unless there is a reason to override it. */
  async promote(
    { id, routes, expectedVersion, overrideReason }: Promotion,
    principal: Principal,
  ): Promise<void> {
    const before = await this.find(id, expectedVersion);
    const checks = await this.passGate(before, routes, overrideReason);
    const move: Move = { move: 'PROMOTED', routes, checks, reason: overrideReason ?? null };
    // What the gate judged must be what is changed.
    await this.move(id, before.version, move, principal);
  }

  /** What the gate says of these routes. @throws AppError NOT_FOUND for a version that is not there. */
  async judge(id: string, routes: readonly WeightedRoute[]): Promise<PromotionVerdict[]> {
    const before = await this.find(id);
    await this.ownerOf(routes, ['input', 'versionId'], before.customerId);
    return this.askGate(before, routes);
  }

  /** @throws AppErrors for versions that are not there, or are another customer's. */
  async checkOwner(
    routes: readonly WeightedRoute[],
    path: readonly string[],
    { customerId }: Pick<Deployment, 'customerId'>,
  ): Promise<void> {
    await this.ownerOf(routes, path, customerId);
  }

  /** What the gate said. @throws AppError GATE_FAILED with every check, unless there is a reason to override it. */
  async passGate(
    before: Deployment,
    routes: readonly WeightedRoute[],
    overrideReason?: string | null,
  ): Promise<readonly PromotionVerdict[]> {
    await this.ownerOf(routes, ['input', 'routes'], before.customerId);
    const checks = await this.askGate(before, routes);
    const refused = checks.some(({ passed }) => !passed);
    if (refused && !overrideReason) throw gateRefused(checks);
    return checks;
  }

  /**
   * Back to the routes before the last promotion; a second one goes a step further. @param seen of whoever decides by how it stood
   * then. @throws AppError CONFLICT where there is nothing before, or it changed meanwhile.
   */
  async rollBack(id: string, reason: string, principal: Principal, seen?: number): Promise<void> {
    const { version } = await this.find(id);
    if (seen !== undefined && version !== seen) throw changedMeanwhile(id, version);
    const where = { deploymentId: id };
    const orderBy = [{ property: 'version', direction: 'ASC' as const }];
    const history = await this.database.read.list(DeploymentEvent, { scope: SERVICE, where, orderBy });
    const routes = routesBefore(history);
    if (!routes) throw nothingBefore(id);
    await this.move(id, version, { move: 'ROLLED_BACK', routes, checks: [], reason }, principal);
  }

  /** Gives it these routes, with history, event and signal. @throws AppError CONFLICT when it changed meanwhile. */
  async move(id: string, expected: number, move: Move, principal: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const deployments = unitOfWork.repository(Deployment);
      const before = await deployments.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['input', 'id']);
      if (before.version !== expected) throw changedMeanwhile(id, before.version);
      await this.settleCanary(id, move.move);
      await this.hold(move.routes);
      await this.endShadow(before, move.routes, principal);
      const changed = {
        routes: plain(move.routes),
        state: DeploymentState.PREPARING,
        failure: null,
        version: before.version + 1,
        updatedAt: this.clock.now(),
      };
      await deployments.update({ id }, changed);
      await this.remember({ ...before, ...changed }, move, principal, before);
    });
  }

  /** Rolling back ends the canary that runs; routes of somebody's own choice would leave it without what it compares. */
  private async settleCanary(deploymentId: string, move: RouteMove): Promise<void> {
    const canaries = this.database.unitOfWork.repository(Canary);
    const running = { deploymentId, state: In([CanaryState.RUNNING, CanaryState.PAUSED]) };
    const ended = { state: CanaryState.ROLLED_BACK, endedAt: this.clock.now(), pauseReason: null };
    if (move === 'ROLLED_BACK') await canaries.update(running, ended);
    if (move === 'PROMOTED' && (await canaries.existsBy(running))) throw canaryRuns(deploymentId);
  }

  /** A shadow that answers from now on is none any more: it would be held against itself. */
  private async endShadow(
    { id, customerId }: Deployment,
    routes: readonly WeightedRoute[],
    actor: Principal,
  ): Promise<void> {
    const [ended] = await this.database.unitOfWork.sql<{ id: string }>(
      `update shadows set ended_at = $3 where deployment_id = $1 and version_id = any($2) and ended_at is null
       returning id`,
      [id, routes.map(({ versionId }) => versionId), this.clock.now()],
    );
    if (!ended) return;
    const [type, reason] = [DEPLOYMENT_SHADOW.ENDED, 'It answers from now on.'];
    await this.events.emit({ type, customerId, subject: id, actor, reason, data: { versionId: null } });
  }

  /** History, event and signal of a change, in its transaction. */
  private async remember(
    deployment: Deployment,
    move: Move,
    principal: Principal,
    before?: Deployment,
  ): Promise<void> {
    const { id, customerId, version, updatedAt } = deployment;
    const { checks, reason } = move;
    await this.database.unitOfWork.repository(DeploymentEvent).insert({
      id: newId('dpe', updatedAt),
      customerId,
      deploymentId: id,
      version,
      move: move.move,
      routes: deployment.routes,
      checks: [...checks],
      reason,
      by: actorOf(principal),
      at: updatedAt,
    });
    await this.events.emit({
      type: DEPLOYMENT_MOVED[move.move],
      customerId,
      subject: id,
      actor: principal,
      reason: reason ?? undefined,
      before: before?.routes,
      after: deployment.routes,
      data: { version, routes: deployment.routes, checks },
    });
    await this.signals.publish(DEPLOYMENT_CHANNEL, { id });
  }

  /** What is led to from now on is not retired meanwhile. @throws AppError CONFLICT for a version that was. */
  private hold(routes: readonly WeightedRoute[]): Promise<void> {
    const ids = routes.map(({ versionId }) => versionId);
    return this.versions.holdForUse(ids, ['input', 'routes']);
  }

  private async askGate(
    before: Pick<Deployment, 'id' | 'environment' | 'routes'>,
    routes: readonly WeightedRoute[],
  ): Promise<PromotionVerdict[]> {
    const candidate = {
      deploymentId: before.id,
      environment: before.environment,
      currentRoutes: before.routes,
      routes,
      newVersionIds: newVersionsOf(before.routes, routes),
    };
    const verdicts: PromotionVerdict[] = [];
    // One after the other: inside a promotion they share its connection.
    for (const check of this.checks) verdicts.push(...(await check.check(candidate)));
    return verdicts;
  }

  /**
   * Whose deployment these versions make: nobody's (everyone may use it), or the one customer's whose private model is
   * among them. @throws AppErrors with every fault of the split.
   */
  private async ownerOf(
    routes: readonly WeightedRoute[],
    path: readonly string[],
    owner?: string | null,
  ): Promise<string | null> {
    const ids = routes.map(({ versionId }) => versionId);
    const versions = await this.database.read.list(ModelVersion, {
      scope: SERVICE,
      where: { id: { in: ids } },
      selection: { id: true, customerId: true },
    });
    const known = new Map(versions.map(({ id, customerId }) => [id, customerId]));
    const faults = routeFaults(routes, path);
    ids.forEach((id, index) => {
      if (!known.has(id)) faults.push(notFound([...path, String(index), 'versionId']));
    });
    const owners = new Set([...known.values()].filter((customerId) => customerId !== null));
    if (owner !== undefined)
      for (const customerId of owners) if (customerId !== owner) faults.push(mixedOwners(path));
    if (owners.size > 1) faults.push(mixedOwners(path));
    if (faults.length > 0) throw new AppErrors(faults);
    return [...owners][0] ?? null;
  }

  /** @throws AppError NOT_FOUND, CONFLICT when it is at another version than the caller expects. */
  async find(id: string, expectedVersion?: number | null): Promise<Deployment> {
    const deployment = await this.database.read.one(Deployment, { scope: SERVICE, where: { id } });
    if (!deployment) throw notFound(['input', 'id']);
    if (expectedVersion != null && deployment.version !== expectedVersion)
      throw changedMeanwhile(id, deployment.version);
    return deployment;
  }
}

function plain(routes: readonly WeightedRoute[]): WeightedRoute[] {
  return routes.map(({ versionId, weight }) => ({ versionId, weight }));
}
