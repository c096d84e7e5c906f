/**
 * Gives back the jobs of processes that no longer hold their advisory lock. Being killed is no failure of the job, so it
 * gets another attempt for it; but a job whose process dies again and again may be what kills it, and ends as failed.
 */
import type { Pool, PoolClient } from 'pg';

/** First key of the advisory locks by which worker processes show that they live. */
export const ALIVE = 7_203_115;
/** Attempts in all, those that ended with the process included. */
const MOST_ATTEMPTS = 25;

const DEAD = `with dead as (
    select instance from (select distinct instance from job_workers where instance <> $2) as known
    where pg_try_advisory_xact_lock($1, instance)
  )
  delete from job_workers using dead where job_workers.instance = dead.instance returning worker_id as id`;
const LEFT = 'select id from graphile_worker.jobs where locked_by = any($1)';
const UNLOCK = 'select graphile_worker.force_unlock_workers($1)';
const ANOTHER_ATTEMPT = `select graphile_worker.reschedule_jobs(array[id], max_attempts => max_attempts + 1)
  from graphile_worker.jobs where id = any($1) and attempts < $2`;
/** Left in the queue for whoever looks there for jobs that were given up. */
const GIVE_UP = `select graphile_worker.permanently_fail_jobs(array[id], $3)
  from graphile_worker.jobs where id = any($1) and attempts >= $2`;

export const DIED_TOO_OFTEN = `The process that ran it ended ${MOST_ATTEMPTS} times before the job did, and it was given up.`;

/** In one transaction: killed in its middle, the next one who looks finds everything as it was. */
export async function giveBackJobsOfTheDead(pool: Pool, instance: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await giveBack(client, instance);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function giveBack(client: PoolClient, instance: number): Promise<void> {
  const ids = async (sql: string, values: readonly unknown[]): Promise<string[]> =>
    (await client.query<{ id: string }>(sql, [...values])).rows.map(({ id }) => id);
  const workers = await ids(DEAD, [ALIVE, instance]);
  if (workers.length === 0) return;
  const left = await ids(LEFT, [workers]);
  await client.query(UNLOCK, [workers]);
  await client.query(ANOTHER_ATTEMPT, [left, MOST_ATTEMPTS]);
  await client.query(GIVE_UP, [left, MOST_ATTEMPTS, DIED_TOO_OFTEN]);
}
