/**
 * What metering adds to a prediction: the path with it beside the very same path without, in one process, 50 predictions at a
 * time. And what it is for: that nothing is lost, nothing is counted twice, and no limit is passed, looked at in the same run.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../../src/app/app';
import { systemClock } from '../../src/kernel/clock';
import type { Principal } from '../../src/kernel/principal';
import type { MeteringService } from '../../src/modules/billing';
import { Environment } from '../../src/modules/deployments';
import { readConfig } from '../../src/platform/config';
import { startEmbeddedPostgres } from '../../src/platform/database';
import { limitTo } from '../../test/billing/support';
import { usageSettled } from '../../test/support/settled-usage';
import type { Benchmark } from '../main';
import { signUpCustomer } from '../measure/customer';
import { median } from '../measure/rounds';
import { type Goal, printGoals, printTable } from '../measure/table';
import { addClassifier, ROW } from '../predict/classifier';
import { differences } from './exactness';

const CONCURRENT = 50;
const GOAL_MS = 1;
const CALLS = 200;
const LIMIT = 100;
const WARM_UP_SECONDS = 2;
const LEAD_IN_SECONDS = 0.5;
const DEADLINE_MS = 30_000;
/** Enough for the run: what is burned and what is capped costs more than what is only counted. */
const CREDIT_MINOR = 500;
const CAP_MINOR = 10 ** 12;

interface Sample {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

type Path = 'metered' | 'unmetered';

const WITHOUT_METERING: Partial<MeteringService> = {
  reserve: (customerId, requests) =>
    Promise.resolve({ customerId, requests, leaseId: 'none', periodStart: new Date(0) }),
  release: () => undefined,
  settle: () => Promise.resolve(),
};

export const benchmark: Benchmark = {
  summary: 'what metering adds to a prediction, and whether it counts exactly',
  async run({ json, rounds, seconds }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    // Durable, as in service: the group commit is part of what is measured.
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    let app: App | undefined;
    try {
      const env = {
        FLYWHEEL_PORT: '0',
        FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
        FLYWHEEL_LOG_LEVEL: 'error',
      };
      const config = { ...readConfig(env), rateLimits: false };
      app = await startApp({ config, databaseUrl: postgres.url('postgres') });
      report(await measure(app, rounds, seconds), json);
    } finally {
      await app?.close();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Result {
  readonly samples: ReadonlyMap<Path, readonly Sample[]>;
  readonly added: number;
  readonly admitted: number;
  readonly answered: number;
  /** What does not agree, in words; empty when all does. */
  readonly differences: readonly string[];
}

async function measure(app: App, rounds: number, seconds: number): Promise<Result> {
  await deploy(app);
  const customerId = await subscriber(app);
  const { metering } = app.modules.billing;
  const paths: Record<Path, Partial<MeteringService>> = { metered: {}, unmetered: WITHOUT_METERING };
  const samples = new Map<Path, Sample[]>([
    ['metered', []],
    ['unmetered', []],
  ]);
  let answered = 0;
  const run = async (name: Path, forSeconds: number): Promise<Sample> => {
    // The methods of the class come back when those of the instance are gone.
    for (const method of ['reserve', 'release', 'settle'] as const) Reflect.deleteProperty(metering, method);
    Object.assign(metering, paths[name]);
    // What is settled behind the answers is under way when the clock starts, and none of it is left for the next.
    const before = await load(app, customerId, LEAD_IN_SECONDS);
    const sample = await load(app, customerId, forSeconds);
    await usageSettled(app);
    if (name === 'metered') answered += before.answered + sample.answered;
    return sample;
  };
  for (const name of samples.keys()) await run(name, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round++) {
    const order = [...samples.keys()];
    if (round % 2) order.reverse();
    for (const name of order) samples.get(name)!.push(await run(name, seconds));
  }
  for (const method of ['reserve', 'release', 'settle'] as const) Reflect.deleteProperty(metering, method);
  const [metered, unmetered] = [samples.get('metered')!, samples.get('unmetered')!];
  return {
    samples,
    added: median(metered.map(({ p50 }, round) => p50 - unmetered[round]!.p50)),
    admitted: await admittedOf(app),
    answered,
    differences: await differences(app, customerId, answered),
  };
}

async function deploy(app: App): Promise<void> {
  const { models, deployments } = app.modules;
  const versionId = await addClassifier(models.models);
  const wish = {
    name: 'benchmark',
    environment: Environment.PRODUCTION,
    routes: [{ versionId, weight: 100 }],
  };
  const id = await deployments.deployments.create(wish, { kind: 'SYSTEM', name: 'benchmark' });
  while (!deployments.routes.isServed(id)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Charged for every request, under a cap, with credits that end on the way: all that metering can have to do. */
async function subscriber(app: App): Promise<string> {
  const { customerId } = await signUpCustomer(app.url);
  await app.modules.billing.sync.placeOn(customerId, 'ENTERPRISE');
  const { servicePool } = app.platform.database;
  await servicePool.query('update billing_accounts set spend_cap_minor = $2 where customer_id = $1', [
    customerId,
    CAP_MINOR,
  ]);
  await servicePool.query(
    `with granted as (
       insert into credit_grants (customer_id, id, source, amount_minor, currency, remaining, priority, reason, created_at)
       values ($1, flywheel_id('grt', now()), 'PURCHASED', $2::bigint, 'USD', $2::bigint, 0, 'benchmark', now()) returning id
     ) insert into ledger_transfers (customer_id, created_at, id, kind, debit_account, credit_account, grant_id, currency, amount)
     select $1, now(), flywheel_id('ltr', now()), 'GRANT', 'CASH', 'CREDIT', id, 'USD', $2::bigint from granted`,
    [customerId, CREDIT_MINOR],
  );
  return customerId;
}

function call(app: App, customerId: string) {
  const principal: Principal = {
    kind: 'API_KEY',
    apiKeyId: 'key_benchmark',
    customerId,
    mode: 'LIVE',
    scopes: ['*'],
  };
  return app.modules.inference.predictions.predict({
    principal,
    requestId: 'req_benchmark',
    customerId,
    deployment: 'benchmark',
    rows: [ROW],
    deadlineMs: DEADLINE_MS,
    signal: new AbortController().signal,
  });
}

async function load(app: App, customerId: string, seconds: number): Promise<Sample> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const client = async (): Promise<void> => {
    for (let asked = performance.now(); asked < end; asked = performance.now()) {
      await call(app, customerId);
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, client));
  const took = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? NaN;
  return { answered: sorted.length, perSecond: sorted.length / took, p50: at(0.5), p99: at(0.99) };
}

/** How many of 200 calls at once a plan of 100 requests answers. */
async function admittedOf(app: App): Promise<number> {
  const { servicePool } = app.platform.database;
  const { rows } = await servicePool.query<{ id: string }>(
    `insert into customers (id, name, created_at) values (flywheel_id('cus', now()), 'Limited', now()) returning id`,
  );
  const customerId = rows[0]!.id;
  await app.modules.billing.sync.placeOn(customerId, 'FREE');
  await limitTo({ app, clock: systemClock }, customerId, LIMIT);
  const outcomes = await Promise.allSettled(Array.from({ length: CALLS }, () => call(app, customerId)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

function report({ samples, added, admitted, answered, differences: wrong }: Result, json: boolean): void {
  const goals: Goal[] = [
    {
      what: `p50 more at ${CONCURRENT} at a time, ms`,
      goal: `≤ ${GOAL_MS}`,
      reached: added,
      met: added <= GOAL_MS,
    },
    {
      what: `of ${CALLS} calls at once, a limit of ${LIMIT} answers`,
      goal: `= ${LIMIT}`,
      reached: admitted,
      met: admitted === LIMIT,
    },
    { what: 'sums that do not agree', goal: '= 0', reached: wrong.length, met: wrong.length === 0 },
  ];
  const middle = (name: Path, key: keyof Sample): number => median(samples.get(name)!.map((one) => one[key]));
  if (json) {
    const figures = Object.fromEntries(
      [...samples.keys()].map((name) => [
        name,
        { perSecond: middle(name, 'perSecond'), p50: middle(name, 'p50'), p99: middle(name, 'p99') },
      ]),
    );
    console.log(JSON.stringify({ benchmark: 'metering', answered, figures, differences: wrong, goals }));
  } else {
    const rows = [...samples.keys()].map((name) => [
      name,
      middle(name, 'perSecond').toFixed(0),
      middle(name, 'p50').toFixed(2),
      middle(name, 'p99').toFixed(2),
    ]);
    printTable(`${CONCURRENT} predictions at a time`, ['per second', 'p50 ms', 'p99 ms'], rows);
    printGoals(goals);
    for (const difference of wrong) console.log(`  ${difference}`);
  }
  // An inexact meter is no result, however fast.
  if (wrong.length > 0 || admitted !== LIMIT) process.exitCode = 1;
}
