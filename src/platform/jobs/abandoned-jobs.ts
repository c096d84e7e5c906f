/**
 * Jobs that stand open though nobody will ever work on them: the queue has given them up, because their processes died of them
 * or could not write down that they failed; or it has lost them.
 */
import { type Database, SERVICE } from '../database';
import { DIED_TOO_OFTEN } from './dead-workers';
import type { JobFailure } from './job';

/** Both are written in one transaction, so one alone is a loss; whoever mends the queue by hand gets this long. */
const LOST_MS = 3_600_000;
const AT_ONCE = 1_000;

const ABANDONED = `select j.id as "jobId", j.kind, q.attempts, q.last_error as "lastError"
  from jobs j left join graphile_worker._private_jobs q on q.key = j.id
  where j.status in ('QUEUED', 'RUNNING')
    and (q.attempts >= q.max_attempts and q.locked_at is null or q.id is null and j.created_at < $1)
  order by j.id limit ${AT_ONCE}`;

interface AbandonedRow {
  readonly jobId: string;
  readonly kind: string;
  /** Null where the queue does not know it. */
  readonly attempts: number | null;
  readonly lastError: string | null;
}

export interface AbandonedJob {
  readonly kind: string;
  readonly jobId: string;
  readonly failure: JobFailure;
}

export async function abandonedJobs(
  { unitOfWork }: Pick<Database, 'unitOfWork'>,
  nowMs: number,
): Promise<AbandonedJob[]> {
  const lost = new Date(nowMs - LOST_MS);
  const rows = await unitOfWork.run(SERVICE, () => unitOfWork.sql<AbandonedRow>(ABANDONED, [lost]));
  return rows.map(({ kind, jobId, ...row }) => ({
    kind,
    jobId,
    failure: { code: 'INTERNAL', message: reasonOf(row) },
  }));
}

function reasonOf({ attempts, lastError }: Pick<AbandonedRow, 'attempts' | 'lastError'>): string {
  if (lastError === DIED_TOO_OFTEN) return DIED_TOO_OFTEN;
  return attempts === null
    ? 'The queue does not know the job any more, and it was given up.'
    : `The job failed ${attempts} times and was given up.`;
}
