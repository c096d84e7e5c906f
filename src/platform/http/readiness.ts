/**
 * /readyz: whether requests should be sent here. A database that says nothing (its machine is gone or stands still) is as good as
 * none, and one that takes no changes is of no use to those who would be sent. Whoever asks every second must not hold a connection
 * each: one question is under way at a time, and a connection on which it was not answered is closed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database';

const SILENCE_MS = 2000;
/** The driver’s types do not know the time limit of one question. */
const QUESTION = {
  text: `select current_setting('transaction_read_only') = 'off' as "takesChanges"`,
  query_timeout: SILENCE_MS,
};
const AWAY = 'database';
const READ_ONLY = 'the database takes no changes';

export function serveReadiness(
  http: FastifyInstance,
  database: Pick<Database, 'servicePool'>,
  notReady: () => readonly string[],
): void {
  let asking: Promise<string | undefined> | undefined;
  const fault = (): Promise<string | undefined> =>
    (asking ??= faultOf(database)
      .catch(() => AWAY)
      .finally(() => (asking = undefined)));
  http.get('/readyz', async (_request, reply) => {
    const reasons = [...notReady()];
    const waiting = new AbortController();
    const silence = delay(SILENCE_MS, AWAY, waiting).catch(() => AWAY);
    const missing = await Promise.race([fault(), silence]);
    if (missing !== undefined) reasons.push(missing);
    waiting.abort();
    return reply
      .status(reasons.length > 0 ? 503 : 200)
      .send({ status: reasons.length > 0 ? 'not ready' : 'ready', reasons });
  });
}

/** A connection that could not be used is not given back: the next one may lead to a server that can. */
async function faultOf({ servicePool }: Pick<Database, 'servicePool'>): Promise<string | undefined> {
  const client = await servicePool.connect();
  let fault: string | undefined = AWAY;
  try {
    const { rows } = await client.query<{ takesChanges: boolean }>(QUESTION);
    fault = rows[0]!.takesChanges ? undefined : READ_ONLY;
    return fault;
  } finally {
    client.release(fault !== undefined);
  }
}
