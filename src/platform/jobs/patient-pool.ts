/**
 * The pool as graphile-worker sees it. It notes the end of a job without waiting for the note, so one that fails would end the
 * process. Notes may be repeated: each is taken again until it is taken, or until the process stops; the jobs of a process that is
 * gone are given back, and one that ended is not run again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { Log } from '../log';

/** As graphile-worker names the statements. */
const NOTE = /^(complete|fail)_job(_q)?\//;
const AGAIN_MS = 1_000;

interface Patience {
  readonly log: Log;
  isStopped(): boolean;
}

export function patientPool(pool: Pool, patience: Patience): Pool {
  const connect = (listens?: Parameters<Pool['connect']>[0]) =>
    // The connection that listens, whose breaks graphile-worker mends itself.
    listens ? pool.connect(listens) : Promise.resolve(patientClient(pool, patience));
  return new Proxy(pool, {
    get: (of, key) => {
      const member: unknown = key === 'connect' ? connect : of[key as keyof Pool];
      return typeof member === 'function' ? (member.bind(of) as unknown) : member;
    },
  });
}

/** A connection that is taken when something is asked of it: for a note it may have to be waited for. */
function patientClient(pool: Pool, patience: Patience): PoolClient {
  let taken: Promise<PoolClient> | undefined;
  const client = {
    query: async (asked: QueryConfig | string, values?: unknown[]) =>
      typeof asked === 'object' && NOTE.test(asked.name ?? '')
        ? noted(pool, asked, patience)
        : (await (taken ??= pool.connect())).query(asked, values),
    release: async () => (await taken?.catch(() => undefined))?.release(),
  };
  return client as unknown as PoolClient;
}

async function noted(pool: Pool, asked: QueryConfig, { log, isStopped }: Patience): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.query(asked);
    } catch (error) {
      // Nobody is left to hear of it.
      if (isStopped()) return new Promise<never>(() => undefined);
      if (attempt === 1) log.warn({ error }, 'the end of a job could not be noted yet');
      await delay(AGAIN_MS, undefined, { ref: false });
    }
  }
}
