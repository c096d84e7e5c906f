/**
 * `doctor`: the configuration with secrets masked, and one line for each thing that must work. It looks and changes
 * nothing: no migration runs, no key is made, and a service that is running is not disturbed.
 */
import fs from 'node:fs';
import { systemClock } from '../../kernel/clock';
import { stripeReport } from '../../modules/billing';
import { createComputeModule, engineReport } from '../../modules/compute';
import { blobsReport } from '../../platform/blob';
import { type Config, describeConfig, readConfig, unknownVariables } from '../../platform/config';
import {
  hasMasterKey,
  keyServiceReport,
  masterKey,
  masterKeyFile,
  masterKeyWrapper,
} from '../../platform/crypto';
import { pendingMigrations, provideServer, runningServer } from '../../platform/database';
import { createLog } from '../../platform/log';
import { mailReport } from '../../platform/mail';
import { Metrics } from '../../platform/metrics';
import { traceReport } from '../../platform/trace';
import { masked, takeGround } from '../command';
import { entities } from '../entities';
import { version } from '../version';

export async function doctor(): Promise<void> {
  const config = readConfig();
  const lines = ['Configuration', ...describeConfig()];
  for (const name of unknownVariables())
    lines.push(`WARN  ${name} is set, and there is no such variable: correct its name, or take it away`);
  const checks: [string, () => string[] | Promise<string[]>][] = [
    ['Database', () => checkDatabase(config)],
    ['Keys', () => checkKeys(config)],
    ['Blobs', () => blobsReport(config.blobs)],
    ['Mail', () => mailReport(config.mail, systemClock, createLog(config))],
    ['Engine', () => checkEngine(config)],
    ['Stripe', () => checkStripe(config)],
    ['Traces', () => traceReport(config.trace, version)],
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
  const { database } = config;
  if (database.kind === 'URL') {
    await provideServer(database);
    return [...(await look(database.url)), masked(database.url)];
  }
  const running = runningServer(database);
  if (running) return [...(await look(running)), `${database.folder}, where the service is running`];
  if (!fs.existsSync(database.folder))
    return [`none yet: npm start makes the embedded one in ${database.folder}`];
  const ground = await takeGround(config);
  try {
    return [...(await look(ground.databaseUrl)), ground.place];
  } finally {
    await ground.leave();
  }
}

async function look(url: string): Promise<string[]> {
  const { version, pending } = await pendingMigrations(url, entities);
  const state =
    pending.length === 0
      ? 'every migration has run'
      : `${pending.length} migrations have not run yet: npm run migrate, or npm start, runs them`;
  return [`PostgreSQL ${version}; ${state}`];
}

async function checkKeys(config: Config): Promise<string[]> {
  const { masterKey: configured, dataDir, keyServices } = config;
  const { present, others } = keyServices;
  const file = masterKeyFile(dataDir);
  const place = configured ? 'FLYWHEEL_MASTER_KEY' : file;
  const services = [];
  for (const other of others) services.push(`${await keyServiceReport(other)}; it is not chosen`);
  if (present) {
    const left = hasMasterKey(config)
      ? [`a master key is still in ${place}: it is needed at one start only`]
      : [];
    return [await keyServiceReport(present), ...services, ...left];
  }
  if (!hasMasterKey(config)) return [`none yet: the first start makes ${file}`, ...services];
  const { id } = masterKeyWrapper(masterKey(configured, dataDir));
  const care = configured ? '' : ': keep a copy apart from the database’s backup';
  return [`the master key is in ${place}${care}`, `its id is ${id}`, ...services];
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

function checkStripe({ stripe, stripeTax, publicUrl, database }: Config): string[] | Promise<string[]> {
  if (stripe.kind === 'SANDBOX')
    return ['the sandbox stands in: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET to use Stripe'];
  const access = { apiKey: stripe.secretKey, webhookSecret: stripe.webhookSecret, isTaxed: stripeTax };
  const databaseUrl = database.kind === 'URL' ? database.url : runningServer(database);
  return stripeReport({ access, publicUrl, databaseUrl: databaseUrl ?? undefined });
}
