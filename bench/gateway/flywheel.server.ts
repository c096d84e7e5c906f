/** The product as a gateway: each text is admitted, metered, recorded and billed, for a customer with an API key. */
import 'reflect-metadata';
import { startApp } from '../../src/app/app';
import { EngineKind } from '../../src/modules/compute';
import { Environment } from '../../src/modules/deployments';
import { DType, ModelTask } from '../../src/modules/models';
import { readConfig } from '../../src/platform/config';
import { signUpCustomer } from '../measure/customer';

const SYSTEM = { kind: 'SYSTEM', name: 'benchmark' } as const;

async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl = '', FLYWHEEL_DATA_DIR = '', BENCH_UPSTREAM = '' } = process.env;
  const config = readConfig({ FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR, FLYWHEEL_LOG_LEVEL: 'error' });
  const app = await startApp({ config: { ...config, rateLimits: false }, databaseUrl });
  const { customerId, headers } = await signUpCustomer(app.url);
  const { models, deployments, billing } = app.modules;
  await app.platform.database.unitOfWork.run({ service: true }, () =>
    billing.sync.placeOn(customerId, 'ENTERPRISE'),
  );
  const prices = { request: '0', row: '0', promptTokens: '0.0001', completionTokens: '0.0004' };
  const reference = { protocol: 'OPENAI', url: BENCH_UPSTREAM, model: 'bench', secret: null, prices };
  const artefacts = await models.models.storeArtefacts([
    { format: 'REMOTE', bytes: Buffer.from(JSON.stringify(reference)) },
  ]);
  const { id: modelId } = await models.models.ensureModel('bench', ModelTask.TEXT_GENERATION);
  const { versionId } = await models.models.addVersion(modelId, {
    engine: EngineKind.REMOTE,
    artefacts,
    inputWidth: 0,
    outputWidth: 0,
    signature: {
      inputs: [{ name: 'prompt', dtype: DType.STRING, optional: false }],
      outputs: [{ name: 'text', dtype: DType.STRING, optional: false }],
    },
    preparation: null,
    warmUp: [],
    metrics: [],
    evaluation: null,
    exportDifference: null,
    datasetVersionId: null,
    trainingJobId: null,
  });
  const routes = [{ versionId, weight: 100 }];
  const wish = { name: 'bench', environment: Environment.PRODUCTION, routes };
  const id = await deployments.deployments.create(wish, SYSTEM);
  while (!deployments.routes.isServed(id)) await new Promise((resolve) => setTimeout(resolve, 20));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  process.send!({
    url: `${app.url}/v1/chat/completions`,
    headers,
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
