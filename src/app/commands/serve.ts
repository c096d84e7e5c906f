/** `npm start`: the ground and the address first, whose refusals need no waiting for, then the whole product on it. */
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '../../platform/config';
import { assertFree } from '../address';
import { takeGround } from '../command';
import { WaitingRoom } from '../waiting-room';

/** So long a refusal may take before it waits for the modules to load; PostgreSQL is on its way by then. */
const HEAD_START_MS = 50;

export async function serve(): Promise<void> {
  const config = readConfig();
  const room = new WaitingRoom(config);
  const taking = takeGround(config, {
    check: () => assertFree(config),
    waits: { begins: () => room.open() },
  });
  await Promise.race([taking, delay(HEAD_START_MS)]);
  // Loading keeps this process busy while PostgreSQL starts in its own.
  const { runService } = await import('../service');
  try {
    await runService(config, await taking, () => room.close());
  } finally {
    await room.close();
  }
}
