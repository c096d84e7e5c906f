/** The product with two versions to switch between, and a channel over which the benchmark has it promote and roll back. */
import 'reflect-metadata';
import { startApp } from '../../src/app/app';
import { Environment } from '../../src/modules/deployments';
import { readConfig } from '../../src/platform/config';
import { signUpCustomer } from '../measure/customer';
import { addClassifier } from '../predict/classifier';

const SYSTEM = { kind: 'SYSTEM', name: 'benchmark' } as const;

async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl = '', FLYWHEEL_DATA_DIR = '' } = process.env;
  const config = readConfig({ FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR, FLYWHEEL_LOG_LEVEL: 'error' });
  const app = await startApp({ config: { ...config, rateLimits: false }, databaseUrl });
  const { customerId, headers } = await signUpCustomer(app.url);
  const { models, deployments, billing } = app.modules;
  await app.platform.database.unitOfWork.run({ service: true }, () =>
    billing.sync.placeOn(customerId, 'ENTERPRISE'),
  );
  const versions = [await addClassifier(models.models, 1), await addClassifier(models.models, 2)];
  const routes = [{ versionId: versions[0]!, weight: 100 }];
  const wish = { name: 'benchmark', environment: Environment.PRODUCTION, routes };
  const id = await deployments.deployments.create(wish, SYSTEM);
  const servesNow = (): string | undefined => deployments.routes.versionsOf(id)[0]?.id;
  const until = async (versionId: string): Promise<void> => {
    while (servesNow() !== versionId) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(versions[0]!);
  process.on('message', (order) => {
    const work = async (): Promise<void> => {
      const startedAt = performance.now();
      const [from, to] = order === 'promote' ? [versions[0]!, versions[1]!] : [versions[1]!, versions[0]!];
      if (order === 'promote') {
        const next = { id, routes: [{ versionId: versions[1]!, weight: 100 }] };
        await deployments.deployments.promote(next, SYSTEM);
      } else await deployments.deployments.rollBack(id, 'the benchmark goes back', SYSTEM);
      await until(to);
      process.send!({ from, to, ms: performance.now() - startedAt });
    };
    work().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.send!({ url: `${app.url}/graphql`, headers });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
