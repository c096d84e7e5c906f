import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../src/app/app';

const WAIT_MS = 60_000;

/**
 * Waits until all that was used is settled: of many inferences at once that comes a moment after their answers.
 * @throws Error after a minute: a record that cannot be settled would keep every later test waiting.
 */
export async function usageSettled({ platform }: App): Promise<void> {
  const { servicePool } = platform.database;
  const isOpen = async (): Promise<boolean> =>
    (await servicePool.query('select from deferred_usage limit 1')).rowCount! > 0;
  const deadline = performance.now() + WAIT_MS;
  while (await isOpen()) {
    if (performance.now() > deadline) throw new Error(`usage is still put off after ${WAIT_MS / 1000} s`);
    await delay(20);
  }
}
