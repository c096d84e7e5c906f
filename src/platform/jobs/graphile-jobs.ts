/**
 * The real engine behind the three verbs: graphile-worker on our own PostgreSQL. A process that dies leaves its jobs
 * locked; each process therefore holds an advisory lock, and whoever finds one free gives that process's jobs back.
 */
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Runner, RunnerOptions, WorkerEvents, WorkerPool } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import type { Clock } from '../../kernel/clock';
import type { UnitOfWork } from '../database';
import { requestScope, type Signals } from '../events';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Tracer } from '../trace';
import { abandonedJobs } from './abandoned-jobs';
import { tellBacklog } from './backlog';
import { ALIVE, giveBackJobsOfTheDead } from './dead-workers';
import type { JobDefinition, JobFailure, Jobs } from './job';
import { JobStatus } from './job.entity';
import { JobQueue } from './job-queue';
import { JobRunner } from './job-runner';
import { patientPool } from './patient-pool';

const RECOVER_MS = 60_000;
const REVIVE_MS = 1_000;
const POLL_MS = 1_000;
/** Jobs at a time that wait outside. Each takes a socket and a few kilobytes; they are fetched together, by one question a poll. */
const OUTSIDE = 64;
/** One that was put off for longer is found soon enough by the poll. */
const NUDGE_MS = 5_000;
/** So long may one that was fetched wait for a slot of this process before another may have it. */
const FETCHED_MS = 5_000;

export interface GraphileJobsSettings {
  readonly pool: Pool;
  readonly unitOfWork: UnitOfWork;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** Jobs at a time, those that wait outside apart; 0 = this process only enqueues. */
  readonly concurrency: number;
  /** Whether this process starts jobs on their schedule. */
  readonly scheduled: boolean;
}

export class GraphileJobs extends JobQueue implements Jobs {
  private readonly instance = randomInt(1, 2 ** 31 - 1);
  private readonly runner: JobRunner;
  private readonly runners: Runner[] = [];
  /** Of the runner for jobs that wait outside. */
  private outside: WorkerPool | undefined;
  private alive: PoolClient | undefined;
  private revival: NodeJS.Timeout | undefined;
  private stopped = false;
  /** Names under which this process locks jobs. */
  private readonly workers = new Set<string>();
  private recovery: NodeJS.Timeout | undefined;

  constructor(private readonly settings: GraphileJobsSettings) {
    super(settings.unitOfWork, settings.signals, settings.clock);
    this.runner = new JobRunner(
      settings.unitOfWork,
      settings.signals,
      settings.clock,
      settings.log,
      settings.metrics,
      {
        putOff: (...job) => this.putOff(...job),
        giveUp: (...job) => this.giveUp(...job),
      },
      settings.tracer,
    );
    tellBacklog(settings.pool, settings.metrics);
  }

  /** Creates or upgrades the queue's own tables. */
  async migrate(): Promise<void> {
    const { runMigrations } = await import('graphile-worker');
    await runMigrations({ pgPool: this.settings.pool, logger: await this.logger() });
  }

  async start(definitions: readonly JobDefinition<never>[]): Promise<void> {
    this.define(definitions);
    if (this.settings.concurrency === 0) return;
    await this.live();
    await this.recover();
    const [outside, own] = [this.all().filter(waits), this.all().filter((one) => !waits(one))];
    await this.work(own, { concurrency: this.settings.concurrency });
    const localQueue = { size: OUTSIDE, ttl: FETCHED_MS };
    if (outside.length > 0)
      await this.work(outside, { concurrency: OUTSIDE, preset: { worker: { localQueue } } });
    this.recovery = setInterval(() => {
      this.recover().catch((error: unknown) =>
        this.settings.log.warn({ error }, 'could not look for jobs of dead workers'),
      );
    }, RECOVER_MS);
    this.recovery.unref();
  }

  private async work(
    definitions: readonly JobDefinition<never>[],
    slots: Pick<RunnerOptions, 'concurrency' | 'preset'>,
  ): Promise<void> {
    const { parseCronItems, run } = await import('graphile-worker');
    const { pool, log } = this.settings;
    // Also where nothing starts by it: a schedule that cannot be read is told at the start.
    const schedule = parseCronItems(
      definitions.flatMap(({ kind, cron }) => (cron ? [{ task: kind, match: cron }] : [])),
    );
    const events = new EventEmitter() as WorkerEvents;
    // Jobs are locked by the pool, or by one of its workers.
    events.on('pool:create', ({ workerPool }) => {
      if (definitions.some(waits)) this.outside = workerPool;
      this.register(workerPool.id);
    });
    events.on('worker:create', ({ worker }) => this.register(worker.workerId));
    const runner = await run({
      ...slots,
      pgPool: patientPool(pool, { log, isStopped: () => this.stopped }),
      noHandleSignals: true,
      pollInterval: POLL_MS,
      events,
      logger: await this.logger(),
      taskList: Object.fromEntries(
        definitions.map(({ kind }) => [
          kind,
          (payload, helpers) => this.runner.run(this.definition(kind), payload as object, helpers),
        ]),
      ),
      parsedCronItems: this.settings.scheduled ? schedule : [],
    });
    this.runners.push(runner);
  }

  /** One poll brings all that became due since the last: those that were put off one after the other would come at once. */
  protected override async putOff(
    definition: JobDefinition,
    jobId: string,
    payload: object,
    forMs: number,
  ): Promise<void> {
    await super.putOff(definition, jobId, payload, forMs);
    if (!definition.waitsOutside || forMs > NUDGE_MS) return;
    setTimeout(() => {
      if (!this.stopped) this.outside?.nudge(1);
    }, forMs).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.recovery);
    clearTimeout(this.revival);
    this.runner.abortAll();
    await Promise.all(this.runners.splice(0).map((runner) => runner.stop()));
    await this.signOff().catch((error: unknown) =>
      // The lock is gone with its connection, and whoever looks next does what was left.
      this.settings.log.warn({ error }, 'could not sign off from the jobs'),
    );
  }

  private async signOff(): Promise<void> {
    const { alive } = this;
    this.alive = undefined;
    try {
      await this.settings.pool.query('delete from job_workers where instance = $1', [this.instance]);
      await alive?.query('select pg_advisory_unlock($1, $2)', [ALIVE, this.instance]);
      alive?.release();
    } catch (error) {
      alive?.release(true);
      throw error;
    }
  }

  /** The lock ends with its connection, and this process is taken for dead until it holds it again. */
  private async live(): Promise<void> {
    const client = await this.settings.pool.connect();
    client.once('end', () => {
      if (this.alive !== client) return;
      this.alive = undefined;
      client.release(true);
      this.revive();
    });
    try {
      await client.query('select pg_advisory_lock($1, $2)', [ALIVE, this.instance]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    // Stopped meanwhile: a connection that is held would keep the pool from ending.
    if (this.stopped) return client.release(true);
    this.alive = client;
    // Who took it for dead has struck its workers off.
    this.enroll();
  }

  private revive(): void {
    if (this.stopped) return;
    this.revival = setTimeout(() => {
      this.live().catch((error: unknown) => {
        this.settings.log.warn({ error }, 'could not show that the jobs of this process are alive');
        this.revive();
      });
    }, REVIVE_MS);
  }

  private register(workerId: string): void {
    this.workers.add(workerId);
    this.enroll();
  }

  /** Until it is done, the jobs of this process would wait if it died. */
  private enroll(): void {
    const insert =
      'insert into job_workers (worker_id, instance) select unnest($1::text[]), $2 on conflict do nothing';
    this.settings.pool.query(insert, [[...this.workers], this.instance]).catch((error: unknown) => {
      if (this.stopped) return;
      this.settings.log.warn({ error }, 'the workers of this process could not be registered yet');
      setTimeout(() => !this.stopped && this.enroll(), REVIVE_MS).unref();
    });
  }

  private async recover(): Promise<void> {
    const { pool, clock, unitOfWork, log } = this.settings;
    await giveBackJobsOfTheDead(pool, this.instance);
    for (const { kind, jobId, failure } of await abandonedJobs({ unitOfWork }, clock.millis())) {
      try {
        const isEnded = await this.giveUp(kind, jobId, failure);
        if (!isEnded) continue;
        this.runner.finished.inc({ kind, outcome: 'given-up' });
        log.error({ kind, jobId, why: failure.message }, 'a job was given up');
      } catch (error) {
        log.error({ error, kind, jobId }, 'a job that was given up could not be ended; it is tried again');
      }
    }
  }

  private giveUp(kind: string, jobId: string, { code, message }: JobFailure): Promise<boolean> {
    const principal = { kind: 'SYSTEM', name: kind } as const;
    return this.unitOfWork.outside(() =>
      requestScope.run({ requestId: null, principal }, () =>
        this.end({ jobId, status: JobStatus.FAILED, code, message }),
      ),
    );
  }

  private async logger(): Promise<InstanceType<typeof import('graphile-worker').Logger>> {
    const { Logger } = await import('graphile-worker');
    return new Logger(() => (level, message) => {
      // What a job failed of was told by its runner already.
      if (level === 'error' && !message.startsWith('Failed task')) this.settings.log.error({}, message);
    });
  }
}

function waits({ waitsOutside }: JobDefinition<never>): boolean {
  return waitsOutside === true;
}
