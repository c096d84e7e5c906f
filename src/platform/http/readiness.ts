/**
 * /readyz: whether requests should be sent here. A database that says nothing (its machine is gone or stands still) is as good as
 * none. Whoever asks every second must not hold a connection each: one question is under way at a time, and a connection on
 * which it was not answered is closed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database';

const SILENCE_MS = 2000;
/** The driver’s types do not know the time limit of one question. */
const QUESTION = { text: 'select 1', query_timeout: SILENCE_MS };

export function serveReadiness(
  http: FastifyInstance,
  database: Pick<Database, 'servicePool'>,
  notReady: () => readonly string[],
): void {
  let asking: Promise<boolean> | undefined;
  const answers = (): Promise<boolean> =>
    (asking ??= database.servicePool
      .query(QUESTION)
      .then(
        () => true,
        () => false,
      )
      .finally(() => (asking = undefined)));
  http.get('/readyz', async (_request, reply) => {
    const reasons = [...notReady()];
    const waiting = new AbortController();
    const silence = delay(SILENCE_MS, false, waiting).catch(() => false);
    if (!(await Promise.race([answers(), silence]))) reasons.push('database');
    waiting.abort();
    return reply
      .status(reasons.length > 0 ? 503 : 200)
      .send({ status: reasons.length > 0 ? 'not ready' : 'ready', reasons });
  });
}
