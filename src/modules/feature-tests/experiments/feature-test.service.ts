/** Plans, starts, stops and decides tests. The plan is hashed at the start; an unhealthy test is decided only with a written override. */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE, sqlState } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { Deployment, Environment } from '../../deployments';
import {
  changedMeanwhile,
  keyTaken,
  notHealthy,
  otherTestRuns,
  ownTest,
  unknownVariant,
  wrongState,
} from '../feature-tests.errors';
import {
  FEATURE_TEST_CREATED,
  FEATURE_TEST_DECIDED,
  FEATURE_TEST_STARTED,
  FEATURE_TEST_STOPPED,
  type FeatureTestMoved,
  FLAG_CHANNEL,
} from '../feature-tests.events';
import { FlagType } from '../flags/feature-flag.entity';
import type { Flags } from '../flags/flags.module';
import { FeatureTest, FeatureTestKind, FeatureTestState } from './feature-test.entity';
import type {
  FeatureTestCreateInput,
  FeatureTestDecideInput,
  FeatureTestStartInput,
  FeatureTestStopInput,
} from './feature-test.input';
import { MetricKind, metricOf, namesOf } from './metric-plan';
import type { AnalysisPlan } from './analysis-plan';
import type { Look, ResultsService } from './results.service';
import { isHealthy } from './test-health';
import { planFaults, planHashOf } from './test-plan';

const UNIQUE_VIOLATION = '23505';

export class FeatureTestService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly flags: Pick<Flags, 'service' | 'history'>,
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
      const flag = await this.flags.service.create(
        { key: input.key, type: FlagType.STRING, defaultValue: input.variants[0]!.key },
        by,
      );
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
      const test = await this.locked(id, [FeatureTestState.DRAFT], expectedVersion);
      const isProduction = (test.environment as Environment) === Environment.PRODUCTION;
      if (isProduction && (await this.flags.service.needsOtherEyes(test.flagId, by))) throw ownTest();
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

  /** Nobody is exposed any more; the results are those of this moment for ever. */
  async stop({ id, reason, expectedVersion }: FeatureTestStopInput, by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const test = await this.locked(id, [FeatureTestState.RUNNING], expectedVersion);
      const look = await this.results.look(id);
      const now = this.clock.now();
      const change = {
        state: FeatureTestState.STOPPED,
        stop: { reason, by: actorOf(by), at: now.toISOString() },
        stoppedAt: now,
        finalResults: last(look),
        version: test.version + 1,
      };
      await unitOfWork.repository(FeatureTest).update(id, change as object);
      const { deploymentId } = test;
      const data: FeatureTestMoved = {
        deploymentId,
        planHash: test.planHash!,
        healthy: isHealthy(look.health),
      };
      await this.events.emit({
        type: FEATURE_TEST_STOPPED,
        subject: id,
        actor: by,
        reason,
        before: test,
        after: { ...test, ...change },
        data,
      });
      await this.signals.publish(FLAG_CHANNEL, { id: test.flagId });
    });
  }

  async decide(input: FeatureTestDecideInput, by: Principal): Promise<void> {
    const { id, variant, reason, overrideReason } = input;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const states = [FeatureTestState.RUNNING, FeatureTestState.STOPPED];
      const test = await this.locked(id, states, input.expectedVersion);
      if (!test.variants.some(({ key }) => key === variant)) throw unknownVariant();
      const look = await this.results.look(id);
      const { health, metrics } = look;
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
      const change = {
        state: FeatureTestState.DECIDED,
        decision,
        decidedAt: now,
        finalResults: last(look),
        version: test.version + 1,
      };
      await unitOfWork.repository(FeatureTest).update(id, change as object);
      await this.flags.history.review(test.flagId, now);
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
    states: readonly FeatureTestState[],
    expectedVersion: number | null | undefined,
  ): Promise<FeatureTest> {
    const tests = this.database.unitOfWork.repository(FeatureTest);
    const test = await tests.findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!test) throw notFound(['input', 'id']);
    if (typeof expectedVersion === 'number' && expectedVersion !== test.version) {
      throw changedMeanwhile(id, ['input', 'expectedVersion']);
    }
    if (!states.includes(test.state)) throw wrongState(id, states, test.state);
    return test;
  }
}

/** Of a test that has ended nobody can say when it will have enough people. */
function last(look: Look): Look {
  const outlook = look.outlook.map((one) => ({ ...one, peoplePerDay: null, expectedAt: null }));
  return { ...look, outlook };
}

function planned(
  input: FeatureTestCreateInput,
  flagId: string,
  deployment: Pick<Deployment, 'id' | 'environment'>,
  now: Date,
): FeatureTest {
  const primaryMetric = metricOf(input.primaryMetric);
  const guardrails = input.guardrails.map(metricOf);
  const { key, hypothesis } = input;
  const metrics = [primaryMetric, ...guardrails];
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
    plan: { primaryMetric, guardrails, ...analysisOf(input) },
    metricNames: [...new Set(metrics.flatMap(namesOf))],
    spreadMetrics: [
      ...new Set(metrics.filter(({ kind }) => kind === MetricKind.QUANTILE).map(({ name }) => name)),
    ],
    earlierDays: input.cuped?.days ?? null,
    planHash: null,
    largestLogBayes: 0,
    stop: null,
    finalResults: null,
    decision: null,
    version: 1,
    createdAt: now,
    startedAt: null,
    stoppedAt: null,
    decidedAt: null,
  };
}

/** Plain values: what is kept is what is hashed. */
function analysisOf(input: FeatureTestCreateInput): AnalysisPlan {
  const { minimumEffect, plannedSize, level, power, cuped, multiplicity, prior } = input;
  return {
    minimumEffect,
    plannedSize,
    level,
    power,
    cuped: cuped ? { use: cuped.use, days: cuped.days } : null,
    multiplicity: multiplicity ? { method: multiplicity.method, scope: multiplicity.scope } : null,
    prior: prior ? { mean: prior.mean, standardDeviation: prior.standardDeviation } : null,
  };
}
