/**
 * Long work, behind three verbs: `enqueue` inside a transaction, `start`, `stop`. A job that a person waits for has a
 * row of its own (`Job`: status, progress, result) that can be polled, watched and cancelled.
 */
import type { AppError, ErrorCode } from '../../kernel/errors';
import type { JobStatus } from './job.entity';

export interface JobContext {
  readonly jobId: string;
  /** 1 on the first try. */
  readonly attempt: number;
  /** What fails now is not tried again. */
  readonly isLastAttempt: boolean;
  /** Aborted when the job is cancelled or the worker stops. */
  readonly signal: AbortSignal;
  /** Aborted when somebody wants it to pause: it may keep where it stands, and throw `JobPaused`. */
  readonly pause: AbortSignal;
  /** Fraction done, 0–1, and a line for people. Kept and announced; throttled to a few a second. */
  progress(fraction: number, note?: string): Promise<void>;
}

export interface JobDefinition<P = unknown> {
  /** `module.verb-noun`, e.g. `training.run`. */
  readonly kind: string;
  /** Tries before the job is FAILED. Default 5; an AppError is final at once: trying again would not help. */
  readonly maxAttempts?: number;
  /** Jobs with the same queue run one after another. */
  readonly queue?: (payload: P) => string;
  /** It does little but wait for somebody else's server: it has slots of its own, many, and takes none from work of ours. */
  readonly waitsOutside?: boolean;
  /** Five-field cron expression in UTC for work on a schedule; the payload is then `{}`. */
  readonly cron?: string;
  /** Answers the id of the object that the job made, if any. Runs outside a unit of work. Must be safe to run twice. */
  run(payload: P, context: JobContext): Promise<string | null | void>;
  /**
   * Leaves what the job worked for in a final state, in the very transaction in which the job ends undone: because it failed for
   * good, was cancelled, or was given up by the queue after its processes died of it. What the run has ended itself is left as it is.
   * @param payload absent for one that was paused.
   */
  abandon?(job: UndoneJob, payload: P | undefined): Promise<void>;
}

/** A job that ended without having done its work. */
export interface UndoneJob {
  readonly jobId: string;
  readonly status: JobStatus.FAILED | JobStatus.CANCELLED;
  readonly code: ErrorCode;
  /** In words for people. */
  readonly message: string;
}

/** Thrown by a job that keeps where it stands and waits for `resume`. */
export class JobPaused extends Error {
  override readonly name = 'JobPaused';
}

/** Thrown by a job whose turn it is not: it waits in the queue again for so long, and the attempt does not count. */
export class JobPutOff extends Error {
  override readonly name = 'JobPutOff';

  constructor(readonly forMs: number) {
    super('It is not its turn yet.');
  }
}

export interface EnqueueOptions {
  readonly customerId?: string | null;
  readonly runAt?: Date;
  /** A second job of this kind and key replaces the first while that one waits. */
  readonly jobKey?: string;
}

export interface Jobs {
  /** Enqueues in the open unit of work (nothing runs if that rolls back). Answers the id of the `Job`. */
  enqueue<P extends object>(kind: string, payload: P, options?: EnqueueOptions): Promise<string>;
  /** Asks a job to stop: a waiting one never runs, a running one gets its signal. */
  cancel(jobId: string): Promise<boolean>;
  /** Asks a job to pause: a waiting one does at once, a running one when it can. Answers whether there was one to ask. */
  pause(jobId: string): Promise<boolean>;
  /** Puts a paused job back to work, in the open unit of work. Answers whether it was paused. */
  resume<P extends object>(jobId: string, payload: P): Promise<boolean>;
  start(definitions: readonly JobDefinition<never>[]): Promise<void>;
  stop(): Promise<void>;
}

export type JobFailure = Pick<AppError, 'code' | 'message'>;
