/** The product as a contender: the whole application, its own sign-up, an API key, and the rows that all contenders read. */
import 'reflect-metadata';
import { startApp } from '../../src/app/app';
import { readConfig } from '../../src/platform/config';
import { signUpCustomer } from '../measure/customer';
import { POSTGRAPHILE_VIEWS, seed } from './seed';

async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl = '', POOL = '', FLYWHEEL_DATA_DIR = '' } = process.env;
  const config = readConfig({
    FLYWHEEL_PORT: '0',
    FLYWHEEL_DATA_DIR,
    FLYWHEEL_LOG_LEVEL: 'error',
    FLYWHEEL_MODE: 'development',
    DATABASE_POOL: POOL,
  });
  const app = await startApp({ config: { ...config, rateLimits: false }, databaseUrl });
  const url = `${app.url}/graphql`;
  const { customerId, headers } = await signUpCustomer(app.url);
  const { servicePool } = app.platform.database;
  const { inferenceId } = await seed(servicePool, customerId, app.platform.clock.now());
  await servicePool.query(POSTGRAPHILE_VIEWS);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  process.send!({ url, headers, customerId, inferenceId });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
