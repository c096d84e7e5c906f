/** Ten thousand of Stripe's webhooks in disorder: how fast they are taken, and whether the mirror ends up as Stripe stands. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { disorder } from '../../src/modules/billing/stripe/sandbox/event/disorder';
import { signatureHeader } from '../../src/modules/billing/stripe/sandbox/event/signature';
import { startEmbeddedPostgres } from '../../src/platform/database';
import type { Benchmark } from '../main';
import { ServerProcess } from '../measure/server-process';
import { type Goal, printGoals, printTable } from '../measure/table';

const DELIVERIES = 10_000;
const DOUBLED = 0.2;
const DISTINCT = Math.round(DELIVERIES / (1 + DOUBLED));
const FORGED = 2;
const CONNECTIONS = 16;
const SEED = 5;
const SAMPLE_MS = 250;

interface Delivery {
  readonly body: string;
  readonly signature: string;
}

interface Outcome {
  readonly takenSeconds: number;
  readonly settledSeconds: number;
  readonly refused: number;
  readonly peakMegabytes: number;
  readonly p50: number;
  readonly p99: number;
}

/** Where the mirror is not as the sandbox stands; and how many objects were compared. */
const DIFFERENCES = `with theirs as (
    select id, kind, body from stripe_sandbox_objects where kind in ('subscription', 'invoice') and not deleted
  ), compared as (
    select t.id, s.stripe_subscription_id is not null and s.status = upper(t.body ->> 'status')
        and s.quantity = (t.body #>> '{items,data,0,quantity}')::int
        and extract(epoch from s.current_period_start) = (t.body #>> '{items,data,0,current_period_start}')::bigint
        and extract(epoch from s.current_period_end) = (t.body #>> '{items,data,0,current_period_end}')::bigint as same
    from theirs t left join plan_subscriptions s on s.stripe_subscription_id = t.id where t.kind = 'subscription'
    union all
    select t.id, i.stripe_invoice_id is not null and i.status = upper(t.body ->> 'status')
        and i.total_minor = (t.body ->> 'total')::bigint and i.amount_due_minor = (t.body ->> 'amount_due')::bigint
        and i.number is not distinct from t.body ->> 'number'
    from theirs t left join invoices i on i.stripe_invoice_id = t.id where t.kind = 'invoice'
  ) select count(*)::int as compared, count(*) filter (where not same)::int as different from compared`;

export const benchmark: Benchmark = {
  summary: '10,000 webhooks of Stripe, doubled, shuffled and forged, and the mirror that comes of them',
  async run({ json }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    const pool = new Pool({ connectionString: postgres.url('postgres'), max: 1 });
    const file = path.join(folder, 'events.jsonl');
    const server = await ServerProcess.start({
      file: require.resolve('./flywheel.server.ts'),
      env: {
        DATABASE_URL: postgres.url('postgres'),
        FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
        BENCH_EVENTS: String(DISTINCT),
        BENCH_FILE: file,
      },
    });
    try {
      const outcome = await bring(server, deliveries(file, server.headers), pool);
      const { rows } = await pool.query<{ compared: number; different: number }>(DIFFERENCES);
      report(outcome, rows[0]!, json);
    } finally {
      await server.stop();
      await pool.end();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A part of the events twice, all in disorder, and some with a signature of somebody else's in the middle. */
function deliveries(file: string, { secret = '', now = '' }: Readonly<Record<string, string>>): Delivery[] {
  const events = fs.readFileSync(file, 'utf8').split('\n');
  const twice = events.slice(0, DELIVERIES - events.length);
  const ordered = disorder([...events, ...twice], { seed: SEED, doubled: 0 });
  const signed = ordered.map((body) => ({ body, signature: signatureHeader(body, Number(now), [secret]) }));
  const forged = events.slice(0, FORGED).map((body) => {
    const altered = body.replace('"evt_', '"evt_forged');
    return { body: altered, signature: signatureHeader(altered, Number(now), ['whsec_forged']) };
  });
  signed.splice(signed.length >> 1, 0, ...forged);
  return signed;
}

async function bring(server: ServerProcess, all: readonly Delivery[], pool: Pool): Promise<Outcome> {
  let peakBytes = 0;
  const sample = async (): Promise<void> => {
    peakBytes = Math.max(peakBytes, (await server.usage()).rssBytes);
  };
  let sampling = Promise.resolve();
  const sampler = setInterval(() => (sampling = sampling.then(sample)), SAMPLE_MS);
  const begun = performance.now();
  const since = (): number => (performance.now() - begun) / 1000;
  const latencies: number[] = [];
  let refused = 0;
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let delivery = all[next++]; delivery; delivery = all[next++]) {
      const sent = performance.now();
      const status = await post(server.url, delivery);
      latencies.push(performance.now() - sent);
      if (status === 400) refused += 1;
      else if (status !== 200) throw new Error(`a webhook was answered with ${status}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    const takenSeconds = since();
    while (await isOpen(pool)) await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    const settledSeconds = since();
    latencies.sort((a, b) => a - b);
    const at = (quantile: number): number => latencies[Math.floor(latencies.length * quantile)]!;
    const peakMegabytes = peakBytes / 2 ** 20;
    return { takenSeconds, settledSeconds, refused, peakMegabytes, p50: at(0.5), p99: at(0.99) };
  } finally {
    clearInterval(sampler);
    await sampling;
  }
}

async function post(url: string, { body, signature }: Delivery): Promise<number> {
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Whether something that was heard is not dealt with yet. */
async function isOpen(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ open: boolean }>(
    'select exists (select from stripe_inbox where handled_at is null) as open',
  );
  return rows[0]!.open;
}

function report(
  outcome: Outcome,
  { compared, different }: { compared: number; different: number },
  json: boolean,
): void {
  const { takenSeconds, settledSeconds, refused, peakMegabytes, p50, p99 } = outcome;
  const goals: Goal[] = [
    {
      what: `subscriptions and invoices that differ, of ${compared}`,
      goal: '0',
      reached: different,
      met: different === 0 && compared > 0,
    },
    { what: 'forged webhooks refused', goal: `${FORGED}`, reached: refused, met: refused === FORGED },
  ];
  const perSecond = DELIVERIES / takenSeconds;
  if (json) {
    const figures = { perSecond, takenSeconds, settledSeconds, p50, p99, peakMegabytes };
    console.log(JSON.stringify({ benchmark: 'webhooks', deliveries: DELIVERIES, ...figures, goals }));
    return;
  }
  printTable(
    `${DELIVERIES} webhooks, ${CONNECTIONS} connections`,
    ['taken/s', 'p50 ms', 'p99 ms', 'taken s', 'settled s', 'peak MB'],
    [
      [
        'flywheel',
        perSecond.toFixed(0),
        p50.toFixed(2),
        p99.toFixed(2),
        takenSeconds.toFixed(1),
        settledSeconds.toFixed(1),
        peakMegabytes.toFixed(0),
      ],
    ],
  );
  printGoals(goals);
}
