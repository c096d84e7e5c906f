/** Plans, starts and decides tests. The plan is hashed at the start; an unhealthy test is decided only with a written override. */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE, sqlState } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { Deployment } from '../../deployments';
import {
  changedMeanwhile,
  keyTaken,
  notHealthy,
  otherTestRuns,
  unknownVariant,
  wrongState,
} from '../feature-tests.errors';
import {
  FEATURE_TEST_CREATED,
  FEATURE_TEST_DECIDED,
  FEATURE_TEST_STARTED,
  type FeatureTestMoved,
  FLAG_CHANNEL,
} from '../feature-tests.events';
import { FlagType } from '../flags/feature-flag.entity';
import type { FeatureFlagService } from '../flags/feature-flag.service';
import { FeatureTest, FeatureTestKind, FeatureTestState } from './feature-test.entity';
import type {
  FeatureTestCreateInput,
  FeatureTestDecideInput,
  FeatureTestStartInput,
} from './feature-test.input';
import { metricOf } from './metric-plan';
import type { ResultsService } from './results.service';
import { isHealthy } from './test-health';
import { planFaults, planHashOf } from './test-plan';

const UNIQUE_VIOLATION = '23505';

export class FeatureTestService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly flags: FeatureFlagService,
    private readonly results: ResultsService,
  ) {}

  /** Keeps a plan and makes its flag. Answers the id. @throws AppErrors with every fault of the plan. */
  create(input: FeatureTestCreateInput, by: Principal): Promise<string> {
    const { unitOfWork, read } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const deployment = await read.one(Deployment, { scope: SERVICE, where: { id: input.deploymentId } });
      if (!deployment) throw notFound(['input', 'deploymentId']);
      const faults = planFaults(input, new Set(deployment.routes.map(({ versionId }) => versionId)));
      if (faults.length > 0) throw new AppErrors(faults);
      const flag = await this.flags.create(input.key, FlagType.STRING, input.variants[0]!.key, by);
      const test = planned(input, flag.id, deployment, this.clock.now());
      await unitOfWork
        .repository(FeatureTest)
        .insert(test as object)
        .catch((error: unknown) => {
          throw sqlState(error) === UNIQUE_VIOLATION ? keyTaken() : error;
        });
      await this.events.emit({
        type: FEATURE_TEST_CREATED,
        subject: test.id,
        actor: by,
        after: test,
        data: { deploymentId: deployment.id, flagId: flag.id },
      });
      return test.id;
    });
  }

  async start({ id, expectedVersion }: FeatureTestStartInput, by: Principal): Promise<void> {
    const { unitOfWork, read } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const test = await this.locked(id, FeatureTestState.DRAFT, expectedVersion);
      const deployment = await read.one(Deployment, { scope: SERVICE, where: { id: test.deploymentId } });
      const { primaryMetric, guardrails } = test.plan;
      const served = new Set(deployment?.routes.map(({ versionId }) => versionId));
      const faults = planFaults({ variants: test.variants, primaryMetric, guardrails }, served);
      if (faults.length > 0) throw new AppErrors(faults);
      // Of tests that start at once on a deployment, the later must see the earlier, not run into it.
      await unitOfWork.takeTurn(`test of ${test.deploymentId}`);
      const [running] = await unitOfWork
        .repository(FeatureTest)
        .findBy({ deploymentId: test.deploymentId, state: FeatureTestState.RUNNING });
      if (running) throw otherTestRuns(running.id);
      const planHash = planHashOf(test);
      const now = this.clock.now();
      const change = { state: FeatureTestState.RUNNING, planHash, startedAt: now, version: test.version + 1 };
      await unitOfWork.repository(FeatureTest).update(id, change);
      const data: FeatureTestMoved = { deploymentId: test.deploymentId, planHash };
      const after = { ...test, ...change };
      await this.events.emit({
        type: FEATURE_TEST_STARTED,
        subject: id,
        actor: by,
        before: test,
        after,
        data,
      });
      await this.signals.publish(FLAG_CHANNEL, { id: test.flagId });
    });
  }

  async decide(input: FeatureTestDecideInput, by: Principal): Promise<void> {
    const { id, variant, reason, overrideReason } = input;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const test = await this.locked(id, FeatureTestState.RUNNING, input.expectedVersion);
      if (!test.variants.some(({ key }) => key === variant)) throw unknownVariant();
      const { health, metrics } = await this.results.look(id);
      const healthy = isHealthy(health);
      if (!healthy && !overrideReason) throw notHealthy(health);
      const now = this.clock.now();
      const decision = {
        variant,
        reason,
        overrideReason: healthy ? null : overrideReason!,
        healthy,
        resultsHash: contentHash({ health, metrics }),
        by: actorOf(by),
        at: now.toISOString(),
      };
      const change = { state: FeatureTestState.DECIDED, decision, decidedAt: now, version: test.version + 1 };
      await unitOfWork.repository(FeatureTest).update(id, change);
      await this.flags.update(
        test.flagId,
        { stale: `Its test was decided for ${variant}.`, reason: 'Its test was decided.' },
        by,
      );
      const data: FeatureTestMoved = {
        deploymentId: test.deploymentId,
        planHash: test.planHash!,
        variant,
        healthy,
      };
      await this.events.emit({
        type: FEATURE_TEST_DECIDED,
        subject: id,
        actor: by,
        reason: decision.overrideReason ?? reason,
        before: test,
        after: { ...test, ...change },
        data,
      });
    });
  }

  private async locked(
    id: string,
    state: FeatureTestState,
    expectedVersion: number | null | undefined,
  ): Promise<FeatureTest> {
    const tests = this.database.unitOfWork.repository(FeatureTest);
    const test = await tests.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!test) throw notFound(['input', 'id']);
    if (typeof expectedVersion === 'number' && expectedVersion !== test.version) {
      throw changedMeanwhile(id, ['input', 'expectedVersion']);
    }
    if (test.state !== state) throw wrongState(id, state, test.state);
    return test;
  }
}

function planned(
  input: FeatureTestCreateInput,
  flagId: string,
  deployment: Pick<Deployment, 'id' | 'environment'>,
  now: Date,
): FeatureTest {
  const primaryMetric = metricOf(input.primaryMetric);
  const guardrails = input.guardrails.map(metricOf);
  const { key, hypothesis, minimumEffect, plannedSize, level } = input;
  return {
    id: newId('tst', now),
    key,
    kind: FeatureTestKind.AB,
    hypothesis,
    state: FeatureTestState.DRAFT,
    flagId,
    deploymentId: deployment.id,
    environment: deployment.environment,
    variants: input.variants.map((variant) => ({
      key: variant.key,
      versionId: variant.versionId,
      weight: variant.weight,
    })),
    plan: { primaryMetric, guardrails, minimumEffect, plannedSize, level },
    metricNames: [primaryMetric, ...guardrails].map((metric) => metric.name),
    planHash: null,
    largestLogBayes: 0,
    decision: null,
    version: 1,
    createdAt: now,
    startedAt: null,
    decidedAt: null,
  };
}
