/**
 * The pool as graphile-worker sees it. It notes the end of a job without waiting for the note, so one that fails ends the
 * process, unless by a code that it tries again; and of what breaks with a connection it knows few codes. Its statements are
 * short and may be repeated: whatever fails of them is tried again.
 */
import type { Pool, PoolClient } from 'pg';

/** Tried again at once, then up to every 5 s, a hundred times in all (`RETRYABLE_ERROR_CODES` of graphile-worker). */
const SERIALIZATION_FAILURE = '40001';
/** Tried again after 3 s, then up to every 2 minutes. */
const CANNOT_CONNECT_NOW = '57P03';

export function patientPool(pool: Pool): Pool {
  const connect = async (): Promise<PoolClient> => {
    // The runners have ended, and nobody is left to hear whether a last note was taken.
    if (pool.ending) return new Promise<never>(() => undefined);
    const client = await pool.connect().catch(as(CANNOT_CONNECT_NOW));
    const query = client.query.bind(client) as (...asked: unknown[]) => Promise<unknown>;
    return overridden(client, {
      query: (...asked: unknown[]) => query(...asked).catch(as(SERIALIZATION_FAILURE)),
    });
  };
  return overridden(pool, {
    // With a callback it is the connection that listens, whose breaks graphile-worker mends itself.
    connect: (listens?: Parameters<Pool['connect']>[0]) => (listens ? pool.connect(listens) : connect()),
  });
}

function as(code: string): (cause: Error) => never {
  return (cause) => {
    throw Object.assign(new Error(cause.message, { cause }), { code });
  };
}

function overridden<T extends Pool | PoolClient>(target: T, methods: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get: (of, key) => {
      const method = methods[key as keyof T] ?? of[key as keyof T];
      return typeof method === 'function' ? (method.bind(of) as unknown) : method;
    },
  });
}
