/** `npm start`: the whole product in one process, and at most 20 lines that tell a newcomer what runs and where to go. */
import { systemClock } from '../../kernel/clock';
import { EngineStartError } from '../../modules/compute';
import { readConfig } from '../../platform/config';
import { type App, startApp } from '../app';
import { CommandError, onStopSignal, takeGround } from '../command';
import { banner } from '../banner';

const FIRST_STAFF_EMAIL = 'admin@flywheel.example';

export async function serve(): Promise<void> {
  const config = readConfig();
  const ground = await takeGround(config);
  let app: App | undefined;
  try {
    app = await startApp({ config, databaseUrl: ground.databaseUrl, clock: systemClock });
    const password = await app.modules.identity.identity.createFirstStaff(FIRST_STAFF_EMAIL);
    process.stdout.write(
      banner({ app, place: ground.place, firstStaff: password && { email: FIRST_STAFF_EMAIL, password } }),
    );
  } catch (error) {
    await app?.close();
    await ground.leave();
    throw refusal(error, config.port) ?? error;
  }
  const running = app;
  onStopSignal(async () => {
    await running.close();
    await ground.leave();
  });
}

/** What a person can mend is told in one sentence. */
function refusal(error: unknown, port: number): CommandError | undefined {
  if (error instanceof EngineStartError) return new CommandError(error.message);
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'EADDRINUSE')
    return new CommandError(`Port ${port} is in use: stop the other program, or set FLYWHEEL_PORT.`);
  if (code === 'EACCES')
    return new CommandError(
      `Port ${port} needs a right that this user does not have: set FLYWHEEL_PORT above 1023.`,
    );
  return undefined;
}
