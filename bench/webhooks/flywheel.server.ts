/**
 * The product with its stand-in for Stripe, and some years of history there of which it has heard nothing: customers who
 * bought a plan by the product's own checkout, and were charged month by month. What Stripe would bring is put into a file.
 */
import 'reflect-metadata';
import fs from 'node:fs';
import { startApp } from '../../src/app/app';
import type { Clock } from '../../src/kernel/clock';
import { readConfig } from '../../src/platform/config';
import { signUpCustomer } from '../measure/customer';

const MONTH_MS = 31 * 24 * 3_600_000;
const CUSTOMERS = 40;

class BenchmarkClock implements Clock {
  private shift = 0;

  now(): Date {
    return new Date(this.millis());
  }

  millis(): number {
    return Date.now() + this.shift;
  }

  monotonic(): number {
    return performance.now() + this.shift;
  }

  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }
}

const CHECKOUT = `mutation ($input: SubscriptionCheckoutCreateInput!) {
  subscriptionCheckoutCreate(input: $input) { checkoutUrl errors { message } } }`;

async function buy(url: string, email: string): Promise<void> {
  const { token } = await signUpCustomer(url, email);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: CHECKOUT, variables: { input: { plan: 'PRO' } } }),
  });
  const { data } = (await response.json()) as {
    data: { subscriptionCheckoutCreate: { checkoutUrl: string } };
  };
  const body = new URLSearchParams({ act: 'pay', card: 'visa' });
  await fetch(data.subscriptionCheckoutCreate.checkoutUrl, { method: 'POST', body, redirect: 'manual' });
}

async function main(): Promise<void> {
  const {
    DATABASE_URL: databaseUrl = '',
    FLYWHEEL_DATA_DIR = '',
    BENCH_EVENTS = '0',
    BENCH_FILE = '',
  } = process.env;
  const config = readConfig({ FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR, FLYWHEEL_LOG_LEVEL: 'error' });
  const clock = new BenchmarkClock();
  const app = await startApp({ config: { ...config, rateLimits: false }, databaseUrl, clock });
  const sandbox = app.modules.billing.sandbox!;
  sandbox.webhooks.hold();
  for (let customer = 0; customer < CUSTOMERS; customer++)
    await buy(app.url, `owner${customer}@benchmark.test`);
  const wanted = Number(BENCH_EVENTS);
  const count = async (): Promise<number> => (await sandbox.webhooks.pending()).length;
  for (let events = await count(); events < wanted; events = await count()) {
    clock.advance(MONTH_MS);
    await sandbox.tick();
  }
  const events = (await sandbox.webhooks.pending()).slice(0, wanted);
  fs.writeFileSync(BENCH_FILE, events.map((event) => JSON.stringify(event)).join('\n'));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  const secret = `whsec_${app.platform.crypto.mac('stripe-sandbox', 'webhook')}`;
  const headers = { secret, now: String(Math.floor(clock.millis() / 1000)) };
  process.send!({ url: `${app.url}/webhooks/stripe`, headers });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
