/**
 * Predictions that may wait. Their job steps aside while somebody needs the device, and is called back from here when the
 * house is quiet or their latest start has come. Everything that must not be lost stands in the tables, so a process that
 * dies takes no turn with it: whichever process looks next calls the jobs back.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import { type Jobs, JobPaused } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { Attendance } from '../batching/attendance';
import { type Deferred, DEFERRAL_TERMS, fits, latestStart, mayBegin } from '../scheduler/deferral';
import { ServiceClass } from '../service-class';
import type { PredictionJobPayload } from './prediction.job';

/** How often it is looked whether the house is quiet, while something waits. */
const LOOK_MS = 100;
/** The longest between two looks when those who were called back had to step aside again: a busy house has short gaps. */
const LONGEST_PAUSE_MS = 2_000;
/** And whether something waits that another process put down. */
const BELT_MS = 5_000;
/** Called back at a time: no more than the workers of a process have at hand. */
const AT_ONCE = 16;
/** What a prediction takes beside the device: its job, its statements, the way there and back. */
const ASIDE_MS = 25;

/** By ten seconds, the earliest moment of each for all of it: a day of deferred work is 8640 rows at most. */
const WAITING = `select extract(epoch from date_bin('10 seconds', complete_by, 'epoch'))::float8 * 1000 as "deadlineAt",
    sum(expected_ms) as "expectedMs"
  from predictions where service_class = 'ECONOMY' and status in ('QUEUED', 'RUNNING') group by 1`;

const STEPPED_ASIDE = `select p.customer_id as "customerId", p.id, p.job_id as "jobId"
  from predictions p join jobs j on j.id = p.job_id
  where p.service_class = 'ECONOMY' and p.status in ('QUEUED', 'RUNNING') and j.status = 'PAUSED'
  order by p.complete_by, p.id limit ${AT_ONCE}`;

interface SteppedAside {
  readonly customerId: string;
  readonly id: string;
  readonly jobId: string;
}

export interface DeferredDoors {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly attendance: Attendance;
  /** Whether this process works on jobs: one that does not calls none back. */
  readonly works: boolean;
}

export class DeferredPredictions {
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private stopped = false;
  private lookedAt = -Infinity;
  private pauseMs = LOOK_MS;
  /** When the device must turn to what waits, as it was last looked up. */
  private dueAt = Infinity;
  /** Whether something may have stepped aside. */
  private waits = true;

  constructor(private readonly doors: DeferredDoors) {}

  start(): void {
    if (!this.doors.works) return;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /**
   * What one that is accepted now is expected to take, in milliseconds.
   * @throws AppError DEADLINE_UNREACHABLE when it, or others that were accepted before, could not be done in time with it.
   */
  async admit(deviceMs: number, completeBy: Date): Promise<number> {
    const now = this.doors.clock.millis();
    const expectedMs = deviceMs + ASIDE_MS;
    const one = { deadlineAt: completeBy.getTime(), expectedMs };
    if (!fits(await this.waiting(), one, now)) throw tooMuchWaits(completeBy.getTime() - now);
    return expectedMs;
  }

  /** @throws JobPaused when it is to wait: it is called back. */
  async takeTurn(serviceClass: ServiceClass): Promise<void> {
    if (serviceClass !== ServiceClass.ECONOMY) return;
    if (await this.isTurn()) {
      this.pauseMs = LOOK_MS;
      return;
    }
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    this.waits = true;
    throw new JobPaused('It waits until nobody else needs the device, or until it must begin.');
  }

  private async isTurn(): Promise<boolean> {
    const { attendance, clock } = this.doors;
    if (attendance.isEmpty) return true;
    const works = await this.waiting();
    this.dueAt = latestStart(works, DEFERRAL_TERMS);
    return mayBegin(works, { now: clock.millis(), isQuiet: attendance.isEmpty });
  }

  private waiting(): Promise<Deferred[]> {
    return this.doors.database.read.sql<Deferred>(SERVICE, 'inference.deferred', WAITING, []);
  }

  private look(): void {
    const now = performance.now();
    const isBelt = now - this.lookedAt >= BELT_MS;
    const isQuiet = this.doors.attendance.isEmpty && now - this.lookedAt >= this.pauseMs;
    const isDue = this.doors.clock.millis() >= this.dueAt;
    if (this.looking || this.stopped || !(isBelt || (this.waits && (isQuiet || isDue)))) return;
    this.looking = true;
    this.lookedAt = now;
    this.callBack()
      .catch((error: unknown) =>
        this.doors.log.warn({ error }, 'deferred predictions could not be called back'),
      )
      .finally(() => (this.looking = false));
  }

  private async callBack(): Promise<void> {
    const { database, jobs } = this.doors;
    const { unitOfWork } = database;
    const found = await unitOfWork.run(SERVICE, () => unitOfWork.sql<SteppedAside>(STEPPED_ASIDE));
    this.waits = found.length > 0;
    if (!this.waits || !(await this.isTurn())) return;
    await unitOfWork.run(SERVICE, async () => {
      for (const { customerId, id: predictionId, jobId } of found) {
        const payload: PredictionJobPayload = {
          customerId,
          predictionId,
          serviceClass: ServiceClass.ECONOMY,
        };
        await jobs.resume(jobId, payload);
      }
    });
  }
}

function tooMuchWaits(withinMs: number): AppError {
  const retryAfterMs = Math.min(60_000, Math.max(1000, Math.ceil(withinMs / 10)));
  return new AppError(
    'DEADLINE_UNREACHABLE',
    'So much waits for a quiet moment that this could not be promised by its deadline; nothing was accepted. Allow more time, or ask for STANDARD.',
    ['input', 'completeWithinMs'],
    { retryAfterMs },
  );
}
