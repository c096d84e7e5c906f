/** The product as a contender: the whole path of a prediction, metered, recorded and billed, for a customer with an API key. */
import 'reflect-metadata';
import { startApp } from '../../src/app/app';
import { Environment } from '../../src/modules/deployments';
import { readConfig } from '../../src/platform/config';
import { signUpCustomer } from '../measure/customer';
import { addClassifier } from './classifier';

const SYSTEM = { kind: 'SYSTEM', name: 'benchmark' } as const;

async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl = '', FLYWHEEL_DATA_DIR = '' } = process.env;
  // With a collector in the environment it is measured what traces cost.
  const traces = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_')));
  const own = { FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR, FLYWHEEL_LOG_LEVEL: 'error' };
  const config = readConfig({ ...traces, ...own });
  const app = await startApp({ config: { ...config, rateLimits: false }, databaseUrl });
  const url = `${app.url}/graphql`;
  const { customerId, headers } = await signUpCustomer(app.url);
  const { models, deployments, billing } = app.modules;
  await app.platform.database.unitOfWork.run({ service: true }, () =>
    billing.sync.placeOn(customerId, 'ENTERPRISE'),
  );
  const versionId = await addClassifier(models.models);
  const routes = [{ versionId, weight: 100 }];
  const wish = { name: 'benchmark', environment: Environment.PRODUCTION, routes };
  const id = await deployments.deployments.create(wish, SYSTEM);
  while (!deployments.routes.isServed(id)) await new Promise((resolve) => setTimeout(resolve, 20));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  process.send!({ url, headers });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
