import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../src/app/app';

/** Waits until all that was used is settled: of many inferences at once that comes a moment after their answers. */
export async function usageSettled({ platform }: App): Promise<void> {
  const { servicePool } = platform.database;
  const isOpen = async (): Promise<boolean> =>
    (await servicePool.query('select from deferred_usage limit 1')).rowCount! > 0;
  while (await isOpen()) await delay(20);
}
