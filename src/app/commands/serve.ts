/** `npm start`: the whole product in one process, and at most 20 lines that tell a newcomer what runs and where to go. */
import { systemClock } from '../../kernel/clock';
import { EngineStartError } from '../../modules/compute';
import { type Config, readConfig } from '../../platform/config';
import { type App, startApp } from '../app';
import { banner } from '../banner';
import { CommandError, isStopping, takeGround } from '../command';
import { firstLogin } from '../first-login';

export async function serve(): Promise<void> {
  const config = readConfig();
  const ground = await takeGround(config);
  const starting = startApp({ config, databaseUrl: ground.databaseUrl, clock: systemClock });
  ground.whenStopped(async () => {
    const started = await starting.catch(() => undefined);
    await started?.close();
  }, 0);
  let app: App | undefined;
  try {
    app = await starting;
    if (isStopping()) return;
    const first = await firstLogin(app.modules.identity.identity, config.dataDir);
    process.stdout.write(banner({ app, place: ground.place, firstLogin: first }));
    first?.shown();
  } catch (error) {
    await app?.close();
    await ground.leave();
    throw refusal(error, config) ?? error;
  }
}

/** What a person can mend is told in one sentence. */
function refusal(error: unknown, { host, port }: Config): CommandError | undefined {
  if (error instanceof EngineStartError) return new CommandError(error.message);
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  if (code === 'EADDRINUSE')
    return new CommandError(`Port ${port} is in use: stop the other program, or set FLYWHEEL_PORT.`);
  if (code === 'EACCES')
    return new CommandError(
      `Port ${port} needs a right that this user does not have: set FLYWHEEL_PORT above 1023.`,
    );
  return new CommandError(
    `The service cannot listen on ${host} (${String(code)}): set FLYWHEEL_HOST to an address of this machine.`,
  );
}
