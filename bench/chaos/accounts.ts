/** What must hold when everything is over: nobody’s answer is lost, nothing is there twice, and all books say the same. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Calls } from './callers';

const SETTLED_MS = 180_000;
const OPEN = `select (select count(*) from deferred_usage)
  + (select count(*) from predictions where status in ('QUEUED', 'RUNNING'))
  + (select count(*) from domain_events e where e.type = 'inference.completed'
      and not exists (select from audit_records a where a.action = e.type and a.object = e.subject)) as open`;

const BOOKS = `select
  (select count(*) from inferences)::int as inferences,
  (select sum(price_exact) from inferences)::text as price,
  (select sum(requests) from usage_records)::int as recorded,
  (select sum(price) from usage_records)::text as recorded_price,
  (select sum(settled) from usage_counters)::int as settled,
  (select sum(charged) from usage_counters)::text as charged,
  (select sum(amount) from ledger_transfers where kind in ('CHARGE', 'BURN'))::text as ledger,
  (select count(*) from (select unnest(inference_ids) from usage_records group by 1 having count(*) > 1) as twice)::int as twice,
  (select count(distinct object) from audit_records where action = 'inference.completed')::int as audited,
  (select count(*) from inference_keys)::int as keys,
  (select count(*) from inferences where id = any($1))::int as found,
  (select count(*) from predictions where id = any($2) and status = 'SUCCEEDED')::int as succeeded`;

interface Books {
  readonly inferences: number;
  readonly price: string;
  readonly recorded: number;
  readonly recorded_price: string;
  readonly settled: number;
  readonly charged: string;
  readonly ledger: string;
  readonly twice: number;
  readonly audited: number;
  readonly keys: number;
  readonly found: number;
  readonly succeeded: number;
}

export interface Accounts {
  readonly inferences: number;
  /** What does not hold, in words; empty when all does. */
  readonly faults: readonly string[];
}

/** @throws Error when something is still open long after the last call. */
export async function accountsOf(pool: Pool, calls: Calls): Promise<Accounts> {
  await settled(pool);
  const predictions = [...calls.predictions.values()];
  const durable = [...calls.durable.values()];
  const { rows } = await pool.query<Books>(BOOKS, [predictions, durable]);
  const books = rows[0]!;
  const faults: string[] = [];
  const check = (what: string, one: unknown, other: unknown): void => {
    if (Number(one) !== Number(other)) faults.push(`${what}: ${String(one)} and ${String(other)}`);
  };
  check('callers without an answer', calls.abandoned, 0);
  check('answers, and different ones among them', predictions.length, new Set(predictions).size);
  check('answers, and those on record', predictions.length, books.found);
  check('keys of callers, and keys on record', predictions.length, books.keys);
  check('accepted durable predictions, and those that succeeded', durable.length, books.succeeded);
  check('predictions, and those that are billed', books.inferences, books.recorded);
  check('predictions that are billed twice', books.twice, 0);
  check('predictions, and requests on the counters', books.inferences, books.settled);
  check('prices of predictions, and of usage', books.price, books.recorded_price);
  check('prices of predictions, and what the counters charge', books.price, books.charged);
  check('prices of predictions, and the ledger', books.price, books.ledger);
  check('predictions, and those in the audit log', books.inferences, books.audited);
  return { inferences: books.inferences, faults };
}

async function settled(pool: Pool): Promise<void> {
  const until = performance.now() + SETTLED_MS;
  for (;;) {
    const { rows } = await pool.query<{ open: string }>(OPEN);
    if (Number(rows[0]!.open) === 0) return;
    if (performance.now() > until) throw new Error(`${rows[0]!.open} things are still open`);
    await delay(1000);
  }
}
