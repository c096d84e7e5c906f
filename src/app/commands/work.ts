/** `work`: jobs and event handlers without an HTTP server, beside any number of API processes on one database. */
import { readConfig } from '../../platform/config';
import { createBackstage } from '../app';
import { CommandError, onStopSignal, takeGround } from '../command';

export async function work(): Promise<void> {
  const config = readConfig();
  if (config.database.kind === 'EMBEDDED') {
    throw new CommandError(
      'A worker of its own needs a database that others reach too: set DATABASE_URL. (`npm start` runs jobs itself.)',
    );
  }
  if (!config.publicUrl)
    throw new CommandError('A worker needs to know the URL of the service: set FLYWHEEL_PUBLIC_URL.');
  const ground = await takeGround(config);
  const { platform, modules, dispatcher } = await createBackstage({
    config,
    databaseUrl: ground.databaseUrl,
  });
  for (const { start } of modules.manifests) await start?.();
  await dispatcher.start();
  await platform.jobs.start([]);
  process.stdout.write('The worker is running. Ctrl-C stops it.\n');
  onStopSignal(async () => {
    await platform.jobs.stop();
    await dispatcher.stop();
    for (const { stop } of [...modules.manifests].reverse()) await stop?.();
    await platform.close();
  });
}
