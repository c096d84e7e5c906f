/**
 * Starts canaries, takes them from step to step by the evidence, and ends them: promoted, or rolled back. Whoever looks, in
 * whichever process, looks under a lock; what is decided, the new routes and the history are one transaction.
 */
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { Deployment } from '../deployment.entity';
import type { DeploymentService } from '../deployment.service';
import { DEPLOYMENT_CANARY, DEPLOYMENT_CHANNEL } from '../deployments.events';
import type { PromotionVerdict } from '../gate/promotion-check';
import { canaryDecision, type CanaryDecision } from './canary-decision';
import { CanaryEvidence } from './canary-evidence';
import type { StepEvidence } from './canary-metrics';
import { Shadow } from '../shadow/shadow.entity';
import { reasonOf, routesAt, verdictOf } from './canary-move';
import type { CanaryPolicy } from './canary-policy';
import { baselineOf, candidateServes, candidateShadows, noCanary, stepFaults } from './canary.errors';
import { Canary, CanaryEvidenceRow, CanaryState } from './canary.entity';

const SYSTEM: Principal = { kind: 'SYSTEM', name: 'canary' };
/** From so many answers of the baseline on its p99 is known. */
const TIMED_FROM = 500;
/** Probabilities fall between 0 and 1; for other answers there is no scale to count them on. */
const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

interface CanaryWish {
  readonly id: string;
  readonly versionId: string;
  readonly policy: CanaryPolicy;
  readonly expectedVersion?: number | null;
  readonly overrideReason?: string | null;
}

export class CanaryService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly deployments: DeploymentService,
  ) {}

  /** @throws AppError GATE_FAILED as for a promotion; CONFLICT while another canary runs or two versions share the traffic. */
  async start(wish: CanaryWish, principal: Principal): Promise<void> {
    const { id, versionId, policy, expectedVersion, overrideReason } = wish;
    stepFaults(policy.steps);
    const before = await this.deployments.find(id, expectedVersion);
    const baseline = baselineOf(before);
    if (baseline === versionId) throw candidateServes();
    await this.checkShadow(id, versionId);
    const [weight] = policy.steps as [number];
    const routes = routesAt(before.routes, baseline, versionId, weight);
    const checks = await this.deployments.passGate(before, routes, overrideReason);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const reason = overrideReason ?? null;
      const move = { move: 'CANARY_STARTED' as const, routes, checks, reason };
      // What the gate judged must be what is changed.
      await this.deployments.move(id, before.version, move, principal);
      // Whoever sets a shadow waits for the lock that the move holds.
      await this.checkShadow(id, versionId);
      const now = this.clock.now();
      const versions = { baselineVersionId: baseline, candidateVersionId: versionId };
      const canary = { id: newId('cny', now), ...versions };
      await unitOfWork.repository(Canary).insert({
        ...canary,
        deploymentId: id,
        state: CanaryState.RUNNING,
        step: 1,
        weight,
        policy: { ...policy, steps: [...policy.steps], tolerances: { ...policy.tolerances } },
        slowMs: null,
        scoreEdges: TENTHS,
        decision: null,
        pauseReason: null,
        startedBy: actorOf(principal),
        startedAt: now,
        stepStartedAt: now,
        endedAt: null,
      });
      await this.openStep(canary, 1, before.version + 1);
    });
  }

  /** A person's word: on to the next step (all of the traffic after the last one), whatever the evidence says. */
  promote(deploymentId: string, reason: string, principal: Principal): Promise<void> {
    return this.act(deploymentId, (canary, deployment) =>
      this.advance(canary, deployment, [], reason, principal),
    );
  }

  pause(deploymentId: string, reason: string, principal: Principal): Promise<void> {
    return this.act(deploymentId, (canary) => this.setPaused(canary, reason, principal));
  }

  resume(deploymentId: string, reason: string, principal: Principal): Promise<void> {
    return this.act(deploymentId, async (canary) => {
      const { unitOfWork } = this.database;
      // What was waited for begins anew: a step that ran out of time has its time again.
      const changed = { state: CanaryState.RUNNING, pauseReason: null, stepStartedAt: this.clock.now() };
      await unitOfWork.repository(Canary).update({ id: canary.id }, changed);
      await this.tell(DEPLOYMENT_CANARY.RESUMED, canary, reason, principal);
    });
  }

  /** Looks at the evidence and does what it asks for. Safe to call at any time, from any process. */
  async look(canaryId: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const found = await unitOfWork.repository(Canary).findOneBy({ id: canaryId });
      if (!found) return;
      // Always the deployment first: whoever rolls it back by hand comes to the canary from there, too.
      const deployment = await unitOfWork.repository(Deployment).findOne({
        where: { id: found.deploymentId },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      });
      const canary = deployment && (await unitOfWork.repository(Canary).findOneBy({ id: canaryId }));
      if (!canary || canary.endedAt) return;
      const steps = await this.evidenceOf(canary);
      await this.learnSlow(canary, steps);
      const decision = canaryDecision(
        {
          steps,
          stepSeconds: (this.clock.millis() - canary.stepStartedAt.getTime()) / 1000,
          isLast: canary.step >= canary.policy.steps.length - 1,
          state: deployment.state,
          paused: canary.state === CanaryState.PAUSED,
        },
        canary.policy,
      );
      await this.keep(canary, decision);
      await this.carryOut(canary, deployment, decision);
    });
  }

  private async carryOut(canary: Canary, deployment: Deployment, decision: CanaryDecision): Promise<void> {
    const checks = decision.checks.map(verdictOf);
    switch (decision.action) {
      case 'PROMOTE':
        return this.advance(canary, deployment, checks, null, SYSTEM);
      case 'ROLL_BACK': {
        const reason = reasonOf(decision, deployment);
        const routes = [
          ...deployment.routes.filter(({ weight }) => weight === 0),
          { versionId: canary.baselineVersionId, weight: 100 },
        ];
        const move = { move: 'ROLLED_BACK' as const, routes, checks, reason };
        return this.deployments.move(deployment.id, deployment.version, move, SYSTEM);
      }
      case 'PAUSE':
        return this.setPaused(canary, decision.reason, SYSTEM);
      case 'WAIT':
        return undefined;
    }
  }

  /** To the next step; after the last but one the candidate has everything, and the canary is over. */
  private async advance(
    canary: Canary,
    deployment: Deployment,
    checks: readonly PromotionVerdict[],
    reason: string | null,
    principal: Principal,
  ): Promise<void> {
    const { id, step, policy, baselineVersionId, candidateVersionId } = canary;
    const weight = policy.steps[step] ?? 100;
    const isOver = weight === 100;
    const routes = routesAt(deployment.routes, baselineVersionId, candidateVersionId, weight);
    const move = isOver ? ('CANARY_COMPLETED' as const) : ('CANARY_STEPPED' as const);
    const now = this.clock.now();
    const ended = isOver ? { state: CanaryState.PROMOTED, endedAt: now, pauseReason: null } : {};
    await this.database.unitOfWork
      .repository(Canary)
      .update({ id }, { step: step + 1, weight, stepStartedAt: now, ...ended });
    await this.deployments.move(
      deployment.id,
      deployment.version,
      { move, routes, checks, reason },
      principal,
    );
    if (!isOver) await this.openStep(canary, step + 1, deployment.version + 1);
  }

  /** Where the evidence of a step goes is settled with the step: whoever hears of it late still adds to the right one. */
  private async openStep(
    {
      id,
      baselineVersionId,
      candidateVersionId,
    }: Pick<Canary, 'id' | 'baselineVersionId' | 'candidateVersionId'>,
    step: number,
    revision: number,
  ): Promise<void> {
    const { sums } = new CanaryEvidence();
    const row = (versionId: string) => ({ canaryId: id, revision, versionId, step, sums: [...sums] });
    await this.database.unitOfWork
      .repository(CanaryEvidenceRow)
      .insert([row(baselineVersionId), row(candidateVersionId)]);
  }

  /** @throws AppError CONFLICT for the version that is asked as a shadow. */
  private async checkShadow(deploymentId: string, versionId: string): Promise<void> {
    const { unitOfWork } = this.database;
    const shadows = await unitOfWork.run(SERVICE, () =>
      unitOfWork.repository(Shadow).countBy({ deploymentId, versionId, endedAt: IsNull() }),
    );
    if (shadows > 0) throw candidateShadows(deploymentId);
  }

  private async setPaused(canary: Canary, reason: string, principal: Principal): Promise<void> {
    const changed = { state: CanaryState.PAUSED, pauseReason: reason };
    await this.database.unitOfWork.repository(Canary).update({ id: canary.id }, changed);
    await this.tell(DEPLOYMENT_CANARY.PAUSED, canary, reason, principal);
  }

  private async act(
    deploymentId: string,
    work: (canary: Canary, deployment: Deployment) => Promise<void>,
  ): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const deployment = await unitOfWork.repository(Deployment).findOne({
        where: { id: deploymentId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!deployment) throw notFound(['input', 'id']);
      const canary = await unitOfWork.repository(Canary).findOneBy([
        { deploymentId, state: CanaryState.RUNNING },
        { deploymentId, state: CanaryState.PAUSED },
      ]);
      if (!canary) throw noCanary(deploymentId);
      await work(canary, deployment);
    });
  }

  /** What both versions showed in each step, oldest first; the present one always stands last. */
  private async evidenceOf({ id, step, baselineVersionId, candidateVersionId }: Canary) {
    const rows = await this.database.unitOfWork.repository(CanaryEvidenceRow).findBy({ canaryId: id });
    const steps = new Map<number, StepEvidence>();
    // Within a step the routes may be written anew without changing; the weights are then the same.
    for (const number of [...new Set([...rows.map((row) => row.step), step])].sort((a, b) => a - b))
      steps.set(number, { baseline: new CanaryEvidence(), candidate: new CanaryEvidence() });
    for (const { step: number, versionId, sums } of rows) {
      const { baseline, candidate } = steps.get(number)!;
      if (versionId === candidateVersionId) candidate.merge(CanaryEvidence.from(sums));
      if (versionId === baselineVersionId) baseline.merge(CanaryEvidence.from(sums));
    }
    return [...steps.values()];
  }

  /** The baseline's p99, once it has answered enough: from then on each answer is slow or not. */
  private async learnSlow(canary: Canary, steps: readonly StepEvidence[]): Promise<void> {
    if (canary.slowMs !== null) return;
    const all = new CanaryEvidence();
    for (const { baseline } of steps) all.merge(baseline);
    // A canary that asks for fewer requests than that cannot wait for so many.
    const enough = Math.min(TIMED_FROM, canary.policy.minimumRequests);
    if (all.total('answered') < enough) return;
    await this.database.unitOfWork
      .repository(Canary)
      .update({ id: canary.id }, { slowMs: all.latency(0.99) });
    await this.signals.publish(DEPLOYMENT_CHANNEL, { id: canary.deploymentId });
  }

  private async keep({ id }: Canary, { action, reason, checks }: CanaryDecision): Promise<void> {
    const decision = { action, reason, checks: [...checks], at: this.clock.now() };
    await this.database.unitOfWork.repository(Canary).update({ id }, { decision });
  }

  private async tell(type: string, canary: Canary, reason: string, actor: Principal): Promise<void> {
    const { id: canaryId, deploymentId, step, weight, decision } = canary;
    const { customerId } = await this.database.unitOfWork
      .repository(Deployment)
      .findOneByOrFail({ id: deploymentId });
    const data = { canaryId, step, weight, decision };
    await this.events.emit({ type, customerId, subject: deploymentId, actor, reason, data });
    await this.signals.publish(DEPLOYMENT_CHANNEL, { id: deploymentId });
  }
}
