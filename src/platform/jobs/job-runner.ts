/**
 * Runs jobs: graphile-worker fetches them, this class keeps the row that people see. An AppError is final (trying
 * again would not help); anything else is tried again until the attempts are used up.
 */
import type { Job as QueueJob, JobHelpers } from 'graphile-worker';
import { AppError, AppErrors } from '../../kernel/errors';
import { requestScope } from '../events';
import type { Clock } from '../../kernel/clock';
import { SERVICE, type UnitOfWork } from '../database';
import type { Signals } from '../events';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { type Span, toldPlace, type Tracer, underSpan } from '../trace';
import { type JobDefinition, type JobFailure, JobPaused, JobPutOff } from './job';
import { JobStatus } from './job.entity';
import { CANCEL_CHANNEL, JOB_CHANNEL, PAUSE_CHANNEL } from './job-queue';

interface QueuedPayload {
  readonly jobId?: string;
  readonly payload?: object;
  /** Of the request that enqueued it, where that is recorded. */
  readonly traceparent?: string;
}

/** What becomes of a job that is not done. */
export interface JobDesk {
  putOff(definition: JobDefinition, jobId: string, payload: object, forMs: number): Promise<void>;
  /** Ends it undone. Answers whether it had not ended before. */
  giveUp(kind: string, jobId: string, failure: JobFailure): Promise<boolean>;
}

/** At most this often is progress written and announced. */
const PROGRESS_MS = 200;
const SCHEDULED = 'cron:';
const OPEN = [JobStatus.QUEUED, JobStatus.RUNNING];

export class JobRunner {
  private readonly running = new Map<string, AbortController>();
  private readonly pausable = new Map<string, AbortController>();
  readonly finished;
  private isLeaving = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
    private readonly desk: JobDesk,
    private readonly tracer: Tracer,
  ) {
    this.finished = metrics.counter('jobs_finished', 'Jobs that ended, by kind and outcome.', [
      'kind',
      'outcome',
    ]);
    signals.subscribe(CANCEL_CHANNEL, ({ id }) => this.running.get(String(id))?.abort());
    signals.subscribe(PAUSE_CHANNEL, ({ id }) => this.pausable.get(String(id))?.abort());
  }

  /** Tells every running job to stop: the worker is leaving. */
  abortAll(): void {
    this.isLeaving = true;
    for (const controller of this.running.values()) controller.abort();
  }

  /** In a trace of its own, linked to the one in which it was enqueued: it may run long after that, and again. */
  async run(
    definition: JobDefinition,
    queued: QueuedPayload,
    helpers: Pick<JobHelpers, 'job'>,
  ): Promise<void> {
    const span = this.tracer.begin(`process ${definition.kind}`, {
      kind: 'CONSUMER',
      because: toldPlace(queued.traceparent, undefined),
      attributes: {
        'messaging.system': 'flywheel',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': definition.kind,
        'messaging.message.id': queued.jobId,
        'flywheel.job.attempt': helpers.job.attempts,
      },
    });
    try {
      await underSpan(span, () => this.carryOut(definition, queued, helpers, span));
    } finally {
      span?.end();
    }
  }

  private async carryOut(
    definition: JobDefinition,
    queued: QueuedPayload,
    { job }: Pick<JobHelpers, 'job'>,
    span: Span | undefined,
  ): Promise<void> {
    const { kind } = definition;
    const jobId = queued.jobId ?? `${SCHEDULED}${kind}:${job.id}`;
    if (!(await this.begin(jobId))) return;
    const [controller, pausing] = [new AbortController(), new AbortController()];
    this.running.set(jobId, controller);
    this.pausable.set(jobId, pausing);
    // It was taken up while the others were told.
    if (this.isLeaving) controller.abort();
    let progressAt = 0;
    try {
      const context = {
        jobId,
        attempt: job.attempts,
        isLastAttempt: job.attempts >= job.max_attempts,
        signal: controller.signal,
        pause: pausing.signal,
        progress: async (fraction: number, note?: string): Promise<void> => {
          const now = performance.now();
          if (now - progressAt < PROGRESS_MS && fraction < 1) return;
          progressAt = now;
          const rows = await this.update(jobId, `progress = $3, note = coalesce($4, note)`, [
            Math.min(1, Math.max(0, fraction)),
            note ?? null,
          ]);
          // It was cancelled, and the signal that said so was lost.
          if (rows === 0 && !isScheduled(jobId)) controller.abort();
        },
      };
      const principal = { kind: 'SYSTEM', name: kind } as const;
      const result = await requestScope.run({ requestId: null, principal }, () =>
        definition.run(queued.payload ?? {}, context),
      );
      await this.update(
        jobId,
        `status = '${JobStatus.SUCCEEDED}', progress = 1, result_id = $3, finished_at = $4`,
        [result ?? null, this.clock.now()],
      );
      this.finished.inc({ kind, outcome: 'succeeded' });
    } catch (error) {
      if (!(error instanceof JobPaused || error instanceof JobPutOff)) span?.fail(error);
      if (error instanceof JobPaused)
        await this.update(jobId, `status = '${JobStatus.PAUSED}', note = $3`, [error.message]);
      else if (error instanceof JobPutOff)
        await this.desk.putOff(definition, jobId, queued.payload ?? {}, error.forMs);
      // That its process leaves is no failure of the job: however often it happens, the job goes on elsewhere.
      else if (this.isLeaving && controller.signal.aborted && !isScheduled(jobId) && !finalFailure(error))
        await this.desk.putOff(definition, jobId, queued.payload ?? {}, 0);
      else await this.fail(definition, jobId, job, error, controller.signal.aborted);
    } finally {
      this.running.delete(jobId);
      this.pausable.delete(jobId);
    }
  }

  /** Marks the job as running; false when it was cancelled while it waited. */
  private async begin(jobId: string): Promise<boolean> {
    if (isScheduled(jobId)) return true;
    const rows = await this.update(
      jobId,
      `status = '${JobStatus.RUNNING}', started_at = coalesce(started_at, $3)`,
      [this.clock.now()],
    );
    return rows > 0;
  }

  private async fail(
    definition: JobDefinition,
    jobId: string,
    job: QueueJob,
    error: unknown,
    aborted: boolean,
  ): Promise<void> {
    const final = finalFailure(error);
    if (!final && job.attempts < job.max_attempts) {
      // Nobody tries again what was cancelled: thrown to the queue, it would lie there for good, with all that it was given.
      if (!isScheduled(jobId) && (await this.hasEnded(jobId))) return;
      this.log.warn(
        { error, kind: definition.kind, jobId, attempt: job.attempts },
        aborted ? 'a job was interrupted' : 'a job failed and will be tried again',
      );
      throw error;
    }
    if (!final) this.log.error({ error, kind: definition.kind, jobId }, 'a job failed for good');
    const { code, message } = final ?? {
      code: 'INTERNAL',
      message: `The job failed ${job.attempts} times and was given up.`,
    };
    if (!isScheduled(jobId)) await this.desk.giveUp(definition.kind, jobId, { code, message });
    this.finished.inc({ kind: definition.kind, outcome: 'failed' });
  }

  private async hasEnded(jobId: string): Promise<boolean> {
    const open = await this.unitOfWork.outside(() =>
      this.unitOfWork.run(SERVICE, () =>
        this.unitOfWork.sql('select from jobs where id = $1 and status = any($2)', [jobId, OPEN]),
      ),
    );
    return open.length === 0;
  }

  /** Changes the row of a job that has not ended, and announces it. Answers the number of rows (0 = it has ended). */
  private async update(jobId: string, assignments: string, values: readonly unknown[]): Promise<number> {
    return this.unitOfWork.outside(() =>
      this.unitOfWork.run(SERVICE, async () => {
        const rows = await this.unitOfWork.sql<{ id: string }>(
          `update jobs set ${assignments} where id = $1 and status = any($2) returning id`,
          [jobId, OPEN, ...values],
        );
        if (rows.length > 0) await this.signals.publish(JOB_CHANNEL, { id: jobId });
        return rows.length;
      }),
    );
  }
}

/** Work on a schedule has no row that people see. */
function isScheduled(jobId: string): boolean {
  return jobId.startsWith(SCHEDULED);
}

function finalFailure(error: unknown): JobFailure | undefined {
  if (error instanceof AppError) return error;
  if (error instanceof AppErrors)
    return { code: error.errors[0]?.code ?? 'INVALID_INPUT', message: error.message };
  return undefined;
}
