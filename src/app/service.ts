/** The whole product in one process: started on the ground it was given, and told to a newcomer in at most 20 lines. */
import { systemClock } from '../kernel/clock';
import { EngineStartError } from '../modules/compute';
import type { Config } from '../platform/config';
import { addressRefusal } from './address';
import { type App, startApp } from './app';
import { banner } from './banner';
import { CommandError, type Ground, isStopping } from './command';
import { endAll } from './ends';
import { firstLogin } from './first-login';

/** `beforeListening` leaves the address to the service. */
export async function runService(
  config: Config,
  ground: Ground,
  beforeListening?: () => Promise<void>,
): Promise<void> {
  // Who waits for readiness goes in next, and must have read how.
  let isTold = false;
  const notReady = (): string[] => (isTold ? [] : ['the start is not told yet']);
  const { databaseUrl } = ground;
  const starting = startApp({ config, databaseUrl, clock: systemClock, beforeListening, notReady });
  ground.whenStopped(async () => {
    const started = await starting.catch(() => undefined);
    await started?.drain();
    await started?.close();
  }, 0);
  let app: App | undefined;
  try {
    app = await starting;
    if (isStopping()) return;
    const first = await firstLogin(app.modules.identity.identity, config.dataDir);
    process.stdout.write(banner({ app, place: ground.place, firstLogin: first }));
    first?.shown();
    isTold = true;
  } catch (error) {
    // What failed at first is told, not what could not be ended because of it.
    await endAll([ground.leave, () => app?.close()]).catch(() => undefined);
    if (error instanceof EngineStartError) throw new CommandError(error.message);
    throw addressRefusal(error, config) ?? error;
  }
}
