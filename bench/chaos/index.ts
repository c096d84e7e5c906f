/**
 * Everything breaks, again and again, under load: processes, engines, connections, the database. Afterwards the books are
 * checked: every caller has its answer, nothing is there or billed twice, and all sums agree. Faults follow from a fixed seed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/modules/compute/generation/sampling';
import type { Benchmark } from '../main';
import { signUpCustomer } from '../measure/customer';
import { accountsOf } from './accounts';
import { callFor } from './callers';
import { type Fault, FAULTS, House } from './house';

const CUSTOMERS = 4;
const SEED = 9;
/** Between two faults. */
const PAUSE_MS = { least: 4_000, more: 8_000 };
/** Towards the end nothing breaks any more, so that what is left can be answered. */
const CALM_MS = 10_000;

export const benchmark: Benchmark = {
  summary: 'processes, engines and the database killed under load, and whether the books agree (--seconds N)',
  async run({ json, seconds }) {
    const house = await House.open();
    try {
      const customers = [];
      for (let at = 0; at < CUSTOMERS; at++)
        customers.push(await signUpCustomer(house.urls[0]!, `owner-${at}@benchmark.test`));
      // The free plan refuses after a thousand requests.
      await house.pool.query(
        `update plan_subscriptions set plan_id = (select id from plans where code = 'ENTERPRISE' order by version desc limit 1) where ended_at is null`,
      );
      const breaking = breakThings(house, seconds * 1000 - CALM_MS);
      const calls = await callFor(seconds, house.urls, customers);
      const struck = await breaking;
      await house.whole();
      const { inferences, faults } = await accountsOf(house.pool, calls);
      const { predictions, durable, texts, repeated } = calls;
      const figures = {
        seconds,
        predictions: predictions.size,
        durable: durable.size,
        texts,
        repeated,
        inferences,
      };
      if (json) console.log(JSON.stringify({ ...figures, struck: Object.fromEntries(struck), faults }));
      else {
        for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(40)}${value}`);
        for (const [fault, times] of struck) console.log(`${fault.padEnd(40)}${times}`);
        console.log(faults.length === 0 ? '\nall books agree' : `\n${faults.join('\n')}`);
      }
      if (faults.length > 0) process.exitCode = 1;
    } finally {
      await house.close();
    }
  },
};

async function breakThings(house: House, forMs: number): Promise<ReadonlyMap<Fault, number>> {
  const random = seededRandom(SEED);
  const struck = new Map<Fault, number>();
  const end = performance.now() + forMs;
  for (;;) {
    const pause = PAUSE_MS.least + random() * PAUSE_MS.more;
    if (performance.now() + pause > end) return struck;
    await delay(pause);
    const fault = FAULTS[Math.floor(random() * FAULTS.length)]!;
    await house.strike(fault, random());
    struck.set(fault, (struck.get(fault) ?? 0) + 1);
  }
}
