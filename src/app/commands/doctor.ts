/** `doctor`: the configuration with secrets masked, and one line for each thing that must work. */
import { createComputeModule, engineReport } from '../../modules/compute';
import { CONFIG_KEYS, type Config, readConfig } from '../../platform/config';
import { createLog } from '../../platform/log';
import { Metrics } from '../../platform/metrics';
import { masked, takeGround } from '../command';
import { createBackstage } from '../app';

const SECRET = /KEY|SECRET|PASSWORD/;

export async function doctor(): Promise<void> {
  const config = readConfig();
  const lines = ['Configuration', ...configurationLines(process.env)];
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

function configurationLines(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(CONFIG_KEYS).map(([name, type]) => {
    const value = env[name];
    return `  ${name} = ${value === undefined ? '(default)' : shown(name, value)}   ${type.description ?? ''}`;
  });
}

function shown(name: string, value: string): string {
  if (name === 'DATABASE_URL') return masked(value);
  return SECRET.test(name) ? `${value.slice(0, 8)}…` : value;
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
