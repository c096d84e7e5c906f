/**
 * `work`: jobs and event handlers beside any number of API processes on one database. It serves nobody; whoever watches it may ask how
 * it is, at a port of its own.
 */
import { EngineStartError } from '../../modules/compute';
import { ANONYMOUS } from '../../kernel/principal';
import { type Config, readConfig } from '../../platform/config';
import { createHttpServer } from '../../platform/http';
import { addressRefusal, assertFree } from '../address';
import { createBackstage } from '../app';
import { CommandError, isStopping, takeGround } from '../command';
import { type End, endAll } from '../ends';

/** Where the API processes leave jobs to the worker (FLYWHEEL_WORKERS=0) and the worker shares their settings. */
const USUAL_WORKERS = 2;

export async function work(): Promise<void> {
  const settings = readConfig();
  const config: Config = { ...settings, workers: settings.workers || USUAL_WORKERS };
  if (config.database.kind === 'EMBEDDED') {
    throw new CommandError(
      'A worker of its own needs a database that others reach too: set DATABASE_URL. (`npm start` runs jobs itself.)',
    );
  }
  if (!config.publicUrl)
    throw new CommandError('A worker needs to know the URL of the service: set FLYWHEEL_PUBLIC_URL.');
  const { host, workerPort: port } = config;
  const watched = port === undefined ? undefined : { host, port, variable: 'FLYWHEEL_WORKER_PORT' };
  const ground = await takeGround(config, { check: async () => watched && assertFree(watched), waits: {} });
  const starting = startWorker(config, ground.databaseUrl);
  ground.whenStopped(async () => {
    const stop = await starting.catch(() => undefined);
    await stop?.();
  }, 0);
  try {
    await starting;
  } catch (error) {
    if (error instanceof EngineStartError) throw new CommandError(error.message);
    throw (watched && addressRefusal(error, watched)) ?? error;
  }
  if (!isStopping()) process.stdout.write('The worker is running. Ctrl-C stops it.\n');
}

/** Answers how to stop it. */
async function startWorker(config: Config, databaseUrl: string): Promise<() => Promise<void>> {
  const { platform, modules, dispatcher } = await createBackstage({ config, databaseUrl });
  const stops: End[] = [() => platform.close()];
  const stop = (): Promise<void> => endAll(stops);
  try {
    platform.metrics.collectProcess();
    for (const manifest of modules.manifests) {
      if (manifest.stop) stops.push(manifest.stop);
      await manifest.start?.();
    }
    stops.push(() => dispatcher.stop());
    await dispatcher.start();
    stops.push(() => platform.jobs.stop());
    await platform.jobs.start([]);
    if (config.workerPort !== undefined) {
      const notReady = (): string[] => modules.manifests.flatMap((manifest) => manifest.notReady?.() ?? []);
      const http = createHttpServer({ platform, authenticate: async () => ANONYMOUS, notReady });
      stops.push(() => http.close());
      await http.listen({ host: config.host, port: config.workerPort });
    }
    return stop;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}
