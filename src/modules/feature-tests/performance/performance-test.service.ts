/** Performance tests as they are ordered and kept. What is tested stands in the order alone, which ends with its job. */
import type { Clock } from '../../../kernel/clock';
import { AppError, AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { holdStandingJob, type Jobs } from '../../../platform/jobs';
import type { EngineInfo } from '../../compute';
import type { VersionLoad } from '../../inference';
import { ModelVersion } from '../../models';
import { PERFORMANCE_TEST_COMPLETED } from '../feature-tests.events';
import { type LoadPlan, type LoadWish, planFaults, planOf } from './load-plan';
import type { LoadFigures } from './load-run';
import { loadVerdict, throughputOf } from './load-verdict';
import { PerformanceTest } from './performance-test.entity';

export const RUN_LOAD = 'feature-tests.run-load';

export interface PerformanceTestWish extends LoadWish {
  readonly versionId: string;
  readonly rows: unknown;
  readonly isRequired?: boolean | null;
}

export interface OrderedLoad {
  readonly versionId: string;
  readonly plan: LoadPlan;
  readonly rows: readonly unknown[];
  readonly isRequired: boolean | null;
  readonly by: Principal;
  /** Of one name one test runs at a time. */
  readonly engineName: string;
}

/** What came of an order. */
export interface LoadShown {
  readonly figures: LoadFigures;
  readonly engine: EngineInfo;
  readonly peakRate: number | null;
}

const MOST_ROWS = 1024;

export class PerformanceTestService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly load: Pick<VersionLoad, 'hold'>,
  ) {}

  /**
   * Answers the id of the job.
   * @throws AppErrors with every fault of the plan and of every row, AppError NOT_FOUND, CONFLICT for a version that is not warm.
   */
  async order({ versionId, rows, isRequired, ...wish }: PerformanceTestWish, by: Principal): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const isThere = await unitOfWork.repository(ModelVersion).existsBy({ id: versionId });
      if (!isThere) throw notFound(['input', 'versionId']);
      const version = this.load.hold(versionId);
      try {
        const faults = [...planFaults(wish), ...faultsOf(() => version.check(rowsOf(rows)))];
        if (faults.length > 0) throw new AppErrors(faults);
        const order: OrderedLoad = {
          versionId,
          plan: planOf(wish),
          rows: rowsOf(rows),
          isRequired: isRequired ?? null,
          by,
          engineName: version.engineName,
        };
        return await this.jobs.enqueue(RUN_LOAD, order);
      } finally {
        version.release();
      }
    });
  }

  /** Answers the id of the test. Done twice it is done once. @throws DOMException AbortError when its job was cancelled. */
  async keep(jobId: string, order: OrderedLoad, { figures, engine, peakRate }: LoadShown): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      // Whoever cancels waits for this, or has been here before; so does whoever runs the same job.
      await holdStandingJob(unitOfWork, jobId);
      const tests = unitOfWork.repository(PerformanceTest);
      const kept = await tests.findOneBy({ jobId });
      if (kept) return kept.id;
      const { versionId, plan, rows, isRequired, by } = order;
      const { record, durationMs } = figures;
      const createdAt = this.clock.now();
      const test: PerformanceTest = {
        id: newId('pft', createdAt),
        jobId,
        versionId,
        scenario: plan.scenario,
        plan,
        rowCount: rows.length,
        rowsHash: contentHash(rows),
        isRequired,
        engineKind: engine.kind,
        engineDevice: engine.device,
        queries: record.queries,
        late: record.late,
        failed: record.failed,
        durationMs,
        throughput: throughputOf(figures),
        quantiles: record.quantiles(),
        peakRate,
        ...loadVerdict(plan, figures),
        createdBy: actorOf(by),
        createdAt,
      };
      await tests.insert(test as never);
      const { verdict, queries, throughput } = test;
      const data = { versionId, scenario: plan.scenario, verdict, queries, throughput, isRequired };
      const type = PERFORMANCE_TEST_COMPLETED;
      await this.events.emit({ type, subject: test.id, after: test, data, actor: by });
      return test.id;
    });
  }
}

/** @throws AppError INVALID_INPUT. */
function rowsOf(rows: unknown): readonly unknown[] {
  if (Array.isArray(rows) && rows.length >= 1 && rows.length <= MOST_ROWS) return rows;
  throw invalidInput(['input', 'rows'], `Give a list of 1 to ${MOST_ROWS} rows.`, 'length');
}

function faultsOf(check: () => void): readonly AppError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof AppErrors) return error.errors;
    if (error instanceof AppError) return [error];
    throw error;
  }
}
