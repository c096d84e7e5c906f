/** Holds a version against every case of a suite, in a job, and keeps what came of it. */
import type { Clock } from '../../../kernel/clock';
import { AppError, AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { wilsonInterval } from '../../../kernel/statistics';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { holdStandingJob, type JobContext, type JobDefinition, type Jobs } from '../../../platform/jobs';
import type { EngineInfo } from '../../compute';
import type { TriedVersion, VersionTrial } from '../../inference';
import { ModelVersion } from '../../models';
import { otherModel } from '../feature-tests.errors';
import { TEST_RUN_COMPLETED } from '../feature-tests.events';
import { type Answer, failuresOf } from './judge-case';
import { type JudgedCase, LEVEL, summaryOf } from './run-verdict';
import type { TestCase } from './test-case.type';
import { TestRun } from './test-run.entity';
import { CaseOutcome, type TagResult, type TestCaseResult } from './test-run.type';
import { TestSuite } from './test-suite.entity';
import type { TestSuiteService } from './test-suite.service';

export interface TestRunOrder {
  readonly suiteId: string;
  readonly versionId: string;
  readonly baselineId: string | null;
}

interface OrderedRun extends TestRunOrder {
  readonly by: Principal;
}

export interface TestRunDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly suites: Pick<TestSuiteService, 'casesOf'>;
  readonly trial: Pick<VersionTrial, 'on'>;
}

/** What each case came to: a sentence for everything that was not so. */
type Findings = readonly (readonly string[])[];

export class TestRunService {
  readonly job: JobDefinition<OrderedRun> = {
    kind: 'feature-tests.run-suite',
    // The device is for those who serve: one at a time.
    queue: () => 'test suites',
    run: (order, context) => this.run(order, context),
  };

  constructor(private readonly doors: TestRunDoors) {}

  /** Answers the id of the job. @throws AppError NOT_FOUND, INVALID_INPUT for a version of another model. */
  async order(order: TestRunOrder, by: Principal): Promise<string> {
    const { database, jobs } = this.doors;
    return database.unitOfWork.run(SERVICE, async () => {
      const suite = await database.unitOfWork.repository(TestSuite).findOneBy({ id: order.suiteId });
      if (!suite) throw notFound(['input', 'suiteId']);
      await this.assertOfModel(order.versionId, suite.modelId, 'versionId');
      if (order.baselineId !== null) await this.assertOfModel(order.baselineId, suite.modelId, 'baselineId');
      if (order.baselineId === order.versionId)
        throw invalidInput(
          ['input', 'baselineId'],
          'This is the version itself. Name another one, or none.',
          'distinct',
        );
      return jobs.enqueue(this.job.kind, { ...order, by });
    });
  }

  private async assertOfModel(id: string, modelId: string, field: string): Promise<void> {
    const version = await this.doors.database.unitOfWork.repository(ModelVersion).findOneBy({ id });
    if (!version) throw notFound(['input', field]);
    if (version.modelId !== modelId) throw otherModel(field);
  }

  private async run(
    { suiteId, versionId, baselineId, by }: OrderedRun,
    context: JobContext,
  ): Promise<string> {
    const { database, suites, clock, events } = this.doors;
    const [suite, cases] = await database.unitOfWork.run(SERVICE, async () => {
      const found = await database.unitOfWork.repository(TestSuite).findOneByOrFail({ id: suiteId });
      return [found, await suites.casesOf(suiteId, found.number)] as const;
    });
    const parts = baselineId === null ? 1 : 2;
    const first = await this.judged(versionId, cases, context, 0, parts);
    const second = baselineId === null ? undefined : await this.judged(baselineId, cases, context, 1, parts);
    const judged = cases.map(({ key, mustPass }, at): JudgedCase => ({
      key,
      mustPass,
      passed: first.findings[at]!.length === 0,
      ...(second && { baselinePassed: second.findings[at]!.length === 0 }),
    }));
    const { verdict, interval, baseline, ...rest } = summaryOf(judged, { ...suite, level: LEVEL });
    const createdAt = clock.now();
    const run: TestRun = {
      id: newId('trn', createdAt),
      jobId: context.jobId,
      suiteId,
      suiteNumber: suite.number,
      versionId,
      baselineId,
      engineKind: first.engine.kind,
      engineDevice: first.engine.device,
      verdict,
      summary: {
        ...rest,
        interval: [...interval],
        baseline: baseline && { ...baseline, interval: [...baseline.interval] },
        byTag: byTag(cases, judged),
      },
      results: judged.map((one, at) => resultOf(one, first.findings[at]!)),
      createdBy: actorOf(by),
      createdAt,
    };
    return database.unitOfWork.run(SERVICE, async () => {
      await holdStandingJob(database.unitOfWork, context.jobId);
      const runs = database.unitOfWork.repository(TestRun);
      // Run a second time, because a worker died before the queue heard of it, it has shown what it has shown.
      const kept = await runs.findOneBy({ jobId: context.jobId });
      if (kept) return kept.id;
      await runs.insert(run as never);
      const { cases: n, passed } = rest;
      const data = { suiteId, suiteNumber: suite.number, versionId, baselineId, verdict, cases: n, passed };
      await events.emit({ type: TEST_RUN_COMPLETED, subject: run.id, after: run, data, actor: by });
      return run.id;
    });
  }

  private judged(
    versionId: string,
    cases: readonly TestCase[],
    { signal, progress }: JobContext,
    part: number,
    parts: number,
  ): Promise<{ readonly engine: EngineInfo; readonly findings: Findings }> {
    return this.doors.trial.on(versionId, async (version) => {
      const findings: (readonly string[])[] = [];
      for (const [at, one] of cases.entries()) {
        signal.throwIfAborted();
        await progress(
          (part + at / cases.length) / parts,
          `case ${at + 1} of ${cases.length} of ${versionId}`,
        );
        const ask = (input: unknown): Promise<Answer> => answerOf(version, input, signal);
        findings.push(await failuresOf(one, await ask(one.input), ask));
      }
      return { engine: version.engine, findings };
    });
  }
}

/** What the version does not take, or fails on, is an answer too; what the engine or the load refuses is not. */
async function answerOf(version: TriedVersion, input: unknown, signal: AbortSignal): Promise<Answer> {
  try {
    const output = await version.ask(input, signal);
    return { output: output as Record<string, unknown> };
  } catch (error) {
    const faults = error instanceof AppErrors ? error.errors : error instanceof AppError ? [error] : [];
    const isRefusal =
      faults.length > 0 && faults.every(({ code }) => code === 'INVALID_INPUT' || code === 'ENGINE_FAULT');
    if (!isRefusal) throw error;
    return { refusal: faults.map(({ message }) => message).join(' ') };
  }
}

function resultOf({ key, passed, baselinePassed }: JudgedCase, failures: readonly string[]): TestCaseResult {
  const differs = baselinePassed !== undefined && baselinePassed !== passed;
  const outcome = passed
    ? differs
      ? CaseOutcome.GOT_BETTER
      : CaseOutcome.PASSED
    : differs
      ? CaseOutcome.GOT_WORSE
      : CaseOutcome.FAILED;
  return { key, outcome, failures: [...failures] };
}

function byTag(cases: readonly TestCase[], judged: readonly JudgedCase[]): TagResult[] {
  const tags = [...new Set(cases.flatMap((one) => one.tags))].sort();
  return tags.map((tag) => {
    const tagged = judged.filter((_, at) => cases[at]!.tags.includes(tag));
    const passed = tagged.filter((one) => one.passed).length;
    return { tag, cases: tagged.length, passed, interval: [...wilsonInterval(passed, tagged.length, LEVEL)] };
  });
}
