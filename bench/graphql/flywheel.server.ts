/** The product as a contender: the whole application, its own sign-up, an API key, and the rows that all contenders read. */
import 'reflect-metadata';
import { startApp } from '../../src/app/app';
import { readConfig } from '../../src/platform/config';
import { POSTGRAPHILE_VIEWS, seed } from './seed';

interface Answer<T> {
  readonly data: T;
}

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
  const ask = async <T>(query: string, input: object, credential?: string): Promise<T> => {
    const headers = {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
    };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables: { input } }),
    });
    return ((await response.json()) as Answer<T>).data;
  };
  const { signUp } = await ask<{ signUp: { customer: { id: string }; session: { accessToken: string } } }>(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { customer { id } session { accessToken } } }',
    { organisation: 'Benchmark', email: 'owner@benchmark.test', password: 'correct horse battery' },
  );
  const { apiKeyCreate } = await ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret } }',
    { name: 'benchmark' },
    signUp.session.accessToken,
  );
  const { servicePool } = app.platform.database;
  const { inferenceId } = await seed(servicePool, signUp.customer.id, app.platform.clock.now());
  await servicePool.query(POSTGRAPHILE_VIEWS);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  const headers = { authorization: `Bearer ${apiKeyCreate.secret}` };
  process.send!({ url, headers, customerId: signUp.customer.id, inferenceId });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
