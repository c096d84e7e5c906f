/** `doctor`: the configuration with secrets masked, and one line for each thing that must work. */
import { createComputeModule, engineReport } from '../../modules/compute';
import { type Config, describeConfig, readConfig } from '../../platform/config';
import { createLog } from '../../platform/log';
import { Metrics } from '../../platform/metrics';
import { takeGround } from '../command';
import { createBackstage } from '../app';

export async function doctor(): Promise<void> {
  const config = readConfig();
  const lines = ['Configuration', ...describeConfig()];
  const checks: [string, () => Promise<string[]>][] = [
    ['Database', () => checkDatabase(config)],
    ['Engine', () => checkEngine(config)],
    ['Stripe', () => checkStripe(config)],
  ];
  for (const [name, check] of checks) {
    try {
      lines.push(`ok    ${name}`, ...(await check()).map((line) => `      ${line}`));
    } catch (error) {
      lines.push(`FAIL  ${name}`, `      ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function checkDatabase(config: Config): Promise<string[]> {
  const ground = await takeGround(config);
  try {
    const { platform } = await createBackstage({ config, databaseUrl: ground.databaseUrl });
    const { rows } = await platform.database.servicePool.query<{ version: string }>(`select version()`);
    await platform.close();
    return [rows[0]!.version, ground.place];
  } finally {
    await ground.leave();
  }
}

async function checkEngine(config: Config): Promise<string[]> {
  const { compute } = createComputeModule({ config, log: createLog(config), metrics: new Metrics() });
  await compute.start();
  try {
    return engineReport(compute.info());
  } finally {
    await compute.stop();
  }
}

async function checkStripe(config: Config): Promise<string[]> {
  if (config.stripe.kind === 'SANDBOX')
    return ['the sandbox stands in: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET to use Stripe'];
  return [`key ${config.stripe.secretKey.slice(0, 8)}…, webhook secret present`];
}
