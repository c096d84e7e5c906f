/**
 * How many jobs are due and how long the oldest has been, asked of the database when the figures are read: they are the same
 * whichever process is asked, so that work is seen that no process does. What waits on purpose is not late.
 */
import type { Pool } from 'pg';
import type { Metrics } from '../metrics';

/** The driver’s types do not know the time limit of one question. */
const QUESTION = {
  text: `select t.identifier as kind,
      count(*) filter (where j.attempts < j.max_attempts and j.run_at <= now())::int as due,
      count(*) filter (where j.attempts >= j.max_attempts and j.locked_at is null)::int as failed,
      coalesce(extract(epoch from now() - min(j.run_at) filter
        (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now())), 0)::float8 as waited
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id group by 1`,
  query_timeout: 2_000,
};

interface Backlog {
  readonly kind: string;
  readonly due: number;
  readonly failed: number;
  readonly waited: number;
}

export function tellBacklog(pool: Pool, metrics: Metrics): void {
  const due = metrics.gauge('jobs_due', 'Jobs that may run now or do, by kind, of all processes.', ['kind']);
  const failed = metrics.gauge('jobs_given_up', 'Jobs that are not tried again and still lie there.', [
    'kind',
  ]);
  const waited = metrics.gauge(
    'jobs_oldest_wait_seconds',
    'Since when the oldest job is due that no process runs.',
    ['kind'],
  );
  metrics.beforeReading(async () => {
    for (const gauge of [due, failed, waited]) gauge.reset();
    const { rows } = await pool.query<Backlog>(QUESTION);
    for (const { kind, ...row } of rows) {
      due.set({ kind }, row.due);
      failed.set({ kind }, row.failed);
      waited.set({ kind }, row.waited);
    }
  });
}
