/** Puts jobs in, inside the transaction that needs them, and takes them out again on request. */
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import { SERVICE, type UnitOfWork } from '../database';
import type { Signals } from '../events';
import { activeSpan } from '../trace';
import type { EnqueueOptions, JobDefinition, UndoneJob } from './job';
import { Job, JobStatus } from './job.entity';

/** Every change of a job is announced here, with its id. */
export const JOB_CHANNEL = 'flywheel_job';
export const CANCEL_CHANNEL = 'flywheel_job_cancel';
export const PAUSE_CHANNEL = 'flywheel_job_pause';

const DEFAULT_ATTEMPTS = 5;
const NO_FAILURE = { code: null, message: null };
const QUEUED = `select payload -> 'payload' as payload from graphile_worker._private_jobs where key = $1`;

export class JobQueue {
  private readonly definitions = new Map<string, JobDefinition<never>>();

  constructor(
    protected readonly unitOfWork: UnitOfWork,
    protected readonly signals: Signals,
    protected readonly clock: Clock,
  ) {}

  /** Makes kinds known; a kind must be known before it is enqueued. */
  define(definitions: readonly JobDefinition<never>[]): void {
    for (const definition of definitions) this.definitions.set(definition.kind, definition);
  }

  definition(kind: string): JobDefinition {
    const definition = this.definitions.get(kind);
    if (!definition) throw new Error(`no job of kind ${kind} is defined`);
    return definition as unknown as JobDefinition;
  }

  all(): JobDefinition<never>[] {
    return [...this.definitions.values()];
  }

  async enqueue<P extends object>(kind: string, payload: P, options: EnqueueOptions = {}): Promise<string> {
    const definition = this.definition(kind);
    const now = this.clock.now();
    const waiting = options.jobKey ? await this.waiting(kind, options.jobKey) : undefined;
    const jobId = waiting ?? newId('job', now);
    if (!waiting) {
      await this.unitOfWork.repository(Job).insert({
        id: jobId,
        customerId: options.customerId ?? null,
        kind,
        key: options.jobKey ?? null,
        status: JobStatus.QUEUED,
        createdAt: now,
      });
    }
    await this.put(definition, jobId, payload, options.runAt);
    return jobId;
  }

  pause(jobId: string): Promise<boolean> {
    return this.unitOfWork.run(SERVICE, async () => {
      const [waiting] = await this.unitOfWork.sql<{ id: string }>(
        `update jobs set status = $2 where id = $1 and status = 'QUEUED' returning id`,
        [jobId, JobStatus.PAUSED],
      );
      if (waiting) {
        await this.unitOfWork.sql('select graphile_worker.remove_job($1)', [jobId]);
        await this.signals.publish(JOB_CHANNEL, { id: jobId });
        return true;
      }
      const [running] = await this.unitOfWork.sql<{ id: string }>(
        `select id from jobs where id = $1 and status = 'RUNNING'`,
        [jobId],
      );
      if (running) await this.signals.publish(PAUSE_CHANNEL, { id: jobId });
      return running !== undefined;
    });
  }

  async resume<P extends object>(jobId: string, payload: P): Promise<boolean> {
    const [paused] = await this.unitOfWork.sql<{ kind: string }>(
      `update jobs set status = $2, note = null where id = $1 and status = 'PAUSED' returning kind`,
      [jobId, JobStatus.QUEUED],
    );
    if (!paused) return false;
    await this.put(this.definition(paused.kind), jobId, payload);
    await this.signals.publish(JOB_CHANNEL, { id: jobId });
    return true;
  }

  /** Puts a job that runs among those that wait, for so long. */
  protected putOff(definition: JobDefinition, jobId: string, payload: object, forMs: number): Promise<void> {
    return this.unitOfWork.run(SERVICE, async () => {
      const [running] = await this.unitOfWork.sql<{ id: string }>(
        `update jobs set status = $2 where id = $1 and status = 'RUNNING' returning id`,
        [jobId, JobStatus.QUEUED],
      );
      if (!running) return;
      await this.put(definition, jobId, payload, new Date(this.clock.millis() + forMs));
      await this.signals.publish(JOB_CHANNEL, { id: jobId });
    });
  }

  private async put<P extends object>(
    { kind, queue, maxAttempts }: JobDefinition,
    jobId: string,
    payload: P,
    runAt?: Date,
  ): Promise<void> {
    await this.unitOfWork.sql('select flywheel_enqueue($1, $2, $3, $4, $5, $6)', [
      kind,
      JSON.stringify({ jobId, payload, traceparent: activeSpan()?.traceparent }),
      queue?.(payload) ?? null,
      runAt ?? null,
      maxAttempts ?? DEFAULT_ATTEMPTS,
      jobId,
    ]);
  }

  /** Answers whether there was something to cancel. */
  cancel(jobId: string): Promise<boolean> {
    return this.end({ jobId, status: JobStatus.CANCELLED, code: 'CONFLICT', message: 'It was cancelled.' });
  }

  /** Ends a job whose work is not done, and with it what it worked for. Answers whether it had not ended before. */
  protected end({ jobId, status, ...failure }: UndoneJob): Promise<boolean> {
    return this.unitOfWork.run(SERVICE, async () => {
      const { code, message } = status === JobStatus.FAILED ? failure : NO_FAILURE;
      const [ended] = await this.unitOfWork.sql<{ kind: string }>(
        `update jobs set status = $2, error_code = $3, error_message = $4, finished_at = $5
         where id = $1 and status in ('QUEUED', 'RUNNING', 'PAUSED') returning kind`,
        [jobId, status, code, message, this.clock.now()],
      );
      if (!ended) return false;
      const [queued] = await this.unitOfWork.sql<{ payload: object }>(QUEUED, [jobId]);
      // A kind that a later release has may be unknown here.
      const definition = this.definitions.get(ended.kind) as JobDefinition | undefined;
      await definition?.abandon?.({ jobId, status, ...failure }, queued?.payload);
      await this.unitOfWork.sql('select graphile_worker.remove_job($1)', [jobId]);
      await this.signals.publish(CANCEL_CHANNEL, { id: jobId });
      await this.signals.publish(JOB_CHANNEL, { id: jobId });
      return true;
    });
  }

  private async waiting(kind: string, key: string): Promise<string | undefined> {
    // Two that ask at once: the second waits for the first to commit, and then finds its job.
    await this.unitOfWork.takeTurn(`${kind} ${key}`);
    const [row] = await this.unitOfWork.sql<{ id: string }>(
      `select id from jobs where kind = $1 and key = $2 and status = 'QUEUED' for update`,
      [kind, key],
    );
    return row?.id;
  }
}
