/** Limits that warn and limits that hold: the spend cap beside credits, and who is told of it, once. */
import fs from 'node:fs';
import path from 'node:path';
import type { Reservation } from '../../src/modules/billing';
import type { CustomerPerson } from '../support/world';
import { marginsAreTold } from './margins';
import { listening, MoneyHouse } from './money-house';
import { limitTo, mails, putOnTerms, settleUsage, usageOf } from './support';

let house: MoneyHouse;

beforeAll(async () => {
  house = await MoneyHouse.open();
});
afterAll(() => house.world.close());

async function cap({ client }: CustomerPerson, amountMinor: string | null, kind = 'HARD'): Promise<void> {
  await client.mutate(
    'spendCapSet',
    'SpendCapSetInput!',
    { amountMinor, kind },
    'spendCap { amountMinor } kind',
  );
  await house.world.settle();
}

async function settle(reservations: readonly Reservation[]): Promise<void> {
  await settleUsage(house.world, await Promise.all(reservations.map((one) => usageOf(house.world, one))));
  await told();
}

/** Alerts are raised behind the settlement; the job that looks again waits for them, too. */
async function told(): Promise<void> {
  await house.run('billing.alert-usage');
}

interface Spending {
  readonly charged: string;
  readonly credited: string;
  readonly owed: { readonly amountMinor: string };
  readonly capKind: string | null;
  readonly alerts: readonly { readonly subject: string; readonly percent: number; readonly used: string }[];
}

async function spending({ client }: CustomerPerson): Promise<Spending> {
  const query = `{ customer { spending { period { from } cap { amountMinor } capKind charged credited
    owed { amountMinor } alerts { subject percent used limitAmount currency } } } }`;
  return (await client.ask<{ customer: { spending: Spending } }>(query)).customer.spending;
}

const alertsOf = async (customer: CustomerPerson): Promise<string[]> =>
  (await spending(customer)).alerts.map(({ subject, percent }) => `${subject} ${percent}`);

function mailsTo({ email }: CustomerPerson): string[] {
  const folder = path.join(house.world.dataDir, 'mail');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return files
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'))
    .filter((text) => text.includes(`To: ${email}`))
    .map((text) => /^Subject: (.*)$/m.exec(text)![1]!.trim())
    .filter((subject) => subject !== 'Is this your address?');
}

describe('a spend cap', () => {
  it('is on what is owed: credits pay first, and requests end where both are used up', async () => {
    const customer = await house.charged();
    await cap(customer, '1');
    await house.grant(customer, '1');
    const admitted = await house.ask(customer, 30);
    expect(admitted).toHaveLength(10);
    await settle(admitted.slice(0, 7));
    expect(await spending(customer)).toMatchObject({ charged: '1.4', credited: '1', capKind: 'HARD' });
    expect(await house.ask(customer, 5)).toHaveLength(0);
    const { metering } = house.world.app.modules.billing;
    // What is to be done later is refused by the same rule, and a look takes nothing.
    const look = (): Promise<void> => metering.assertLeft(customer.customerId, 1);
    await expect(look()).rejects.toThrow('spend cap');
    metering.release(admitted[9]!);
    await look();
    expect(await house.ask(customer, 5)).toHaveLength(1);
  });

  it('of nothing leaves what is prepaid, and credits let a customer on at once', async () => {
    const customer = await house.charged();
    await cap(customer, '0');
    expect(await house.ask(customer, 3)).toHaveLength(0);
    await house.grant(customer, '1');
    const admitted = await house.ask(customer, 20);
    expect(admitted).toHaveLength(5);
    await settle(admitted);
    expect(await spending(customer)).toMatchObject({
      charged: '1',
      credited: '1',
      owed: { amountMinor: '0' },
    });
    expect(await house.ask(customer, 3)).toHaveLength(0);
  });

  it('that is soft refuses nobody and tells of it all the same', async () => {
    const customer = await house.charged();
    await cap(customer, '1', 'SOFT');
    const changed = 'customer { spending { cap { amountMinor } capKind } }';
    const input = { amountMinor: '1', kind: 'SOFT' };
    const spending = { cap: { amountMinor: '1' }, capKind: 'SOFT' };
    expect(await customer.client.mutate('spendCapSet', 'SpendCapSetInput!', input, changed)).toMatchObject({
      customer: { spending },
    });
    const admitted = await house.ask(customer, 6);
    expect(admitted).toHaveLength(6);
    await settle(admitted);
    expect(await alertsOf(customer)).toEqual(['SPEND 50', 'SPEND 80', 'SPEND 100']);
    await cap(customer, '1');
    expect(await house.ask(customer, 1)).toHaveLength(0);
  });

  it('is refused beyond what it can be, also at the edges of a bigint', async () => {
    const customer = await house.charged();
    for (const amountMinor of ['-1', '1000000000000001', '9223372036854775807', '9223372036854775808']) {
      const { errors } = await customer.client.attempt('spendCapSet', 'SpendCapSetInput!', { amountMinor });
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'amountMinor'] }]);
    }
    await cap(customer, '1000000000000000');
    expect(await house.ask(customer, 3)).toHaveLength(3);
  });

  it('holds from the next request on when it changes while requests are under way', async () => {
    const customer = await house.charged();
    const before = await house.ask(customer, 20);
    expect(before).toHaveLength(20);
    // Twenty under way cost 4; a cap of 5 has room for five more.
    await cap(customer, '5');
    const after = await house.ask(customer, 20);
    expect(after).toHaveLength(5);
    await cap(customer, '2');
    expect(await house.ask(customer, 1)).toHaveLength(0);
    await settle([...before, ...after]);
    expect(await spending(customer)).toMatchObject({ charged: '5' });
    await cap(customer, '6');
    expect(await house.ask(customer, 20)).toHaveLength(5);
  });
});

async function listenTo(url: string, { client }: CustomerPerson, events: string[]): Promise<void> {
  const input = { url, events };
  await client.mutate(
    'webhookEndpointCreate',
    'WebhookEndpointCreateInput!',
    input,
    'webhookEndpoint { id }',
  );
}

describe('alerts', () => {
  it('come at 50, 80 and 100 %, each once a period, by event, by mail and to the endpoint that asked', async () => {
    const customer = await house.charged();
    const hook = await listening();
    await listenTo(hook.url, customer, ['USAGE_ALERTED']);
    await listenTo(hook.url, await house.charged(), ['USAGE_ALERTED']);
    await listenTo(hook.url, customer, []);
    await cap(customer, '2');
    const admitted = await house.ask(customer, 10);
    await settle(admitted.slice(0, 4));
    expect(await alertsOf(customer)).toEqual([]);
    await settle(admitted.slice(4, 5));
    expect(await alertsOf(customer)).toEqual(['SPEND 50']);
    await settle(admitted.slice(5));
    await told();
    expect(await alertsOf(customer)).toEqual(['SPEND 50', 'SPEND 80', 'SPEND 100']);
    const { rows } = await house.world.app.platform.database.servicePool.query<{ data: object }>(
      `select data from outbox_events where type = 'usage.alerted' and customer_id = $1 order by (data->>'percent')::int`,
      [customer.customerId],
    );
    expect(rows.map(({ data }) => data)).toMatchObject([
      { subject: 'SPEND', percent: 50, used: '1', limit: '2', currency: 'USD' },
      { percent: 80 },
      { percent: 100, used: '2' },
    ]);
    // Who goes from 50 to 100 in one step is not written to of 80.
    expect(mailsTo(customer)).toEqual([
      '50 % of your spend cap is reached',
      '100 % of your spend cap is reached',
    ]);
    await hook.close();
    const heard = hook.heard.map((body) => JSON.parse(body) as { type: string; data: { percent: number } });
    expect(heard.sort((a, b) => a.data.percent - b.data.percent)).toMatchObject([
      { type: 'usage.alerted', data: { subject: 'SPEND', percent: 50, used: '1', limit: '2' } },
      { data: { percent: 80 } },
      { data: { percent: 100 } },
    ]);
    const { webhookEndpoints } = await customer.client.ask<{ webhookEndpoints: { nodes: object[] } }>(
      '{ webhookEndpoints { nodes { events deliveries { nodes { type status prediction { id } data } } } } }',
    );
    expect(webhookEndpoints.nodes).toMatchObject([
      { events: [], deliveries: { nodes: [] } },
      {
        events: ['USAGE_ALERTED'],
        deliveries: { nodes: Array(3).fill({ status: 'DELIVERED', prediction: null }) },
      },
    ]);
  });

  it('count requests against the plan, whether the plan refuses the next one or charges it', async () => {
    const customer = await house.world.customer();
    await limitTo(house.world, customer.customerId, 10);
    await settle(await house.ask(customer, 8));
    expect(await alertsOf(customer)).toEqual(['REQUESTS 50', 'REQUESTS 80']);
    await settle(await house.ask(customer, 9));
    expect(await alertsOf(customer)).toEqual(['REQUESTS 100', 'REQUESTS 50', 'REQUESTS 80'].sort(byPercent));
    expect(mails(house.world, customer)).toContain('A higher plan lifts the limit');
    const charged = await house.world.customer();
    await putOnTerms(house.world, charged.customerId, { requests: 10, overage: 'CHARGE' });
    await settle(await house.ask(charged, 11));
    expect(mails(house.world, charged)).toContain('Requests go on beyond it');
  });

  it('say that the cap is reached when it refuses, though its last cents are not spent', async () => {
    const customer = await house.charged();
    await house.grant(customer, '1');
    await cap(customer, '1');
    const { servicePool } = house.world.app.platform.database;
    const admitted = await house.ask(customer, 10);
    await settle(admitted.slice(0, 9));
    expect(await alertsOf(customer)).toEqual(['SPEND 50', 'SPEND 80']);
    expect(await house.ask(customer, 1)).toHaveLength(0);
    await told();
    expect(await alertsOf(customer)).toEqual(['SPEND 50', 'SPEND 80', 'SPEND 100']);
    const { rows } = await servicePool.query<{ used: string }>(
      'select trim_scale(used)::text as used from usage_alerts where customer_id = $1 and percent = 100',
      [customer.customerId],
    );
    expect(rows).toEqual([{ used: '0.8' }]);
  });

  it('are told by the job when the process that saw the threshold ended before it could', async () => {
    const customer = await house.charged();
    await cap(customer, '1000');
    const { servicePool } = house.world.app.platform.database;
    await settle(await house.ask(customer, 1));
    await servicePool.query('update usage_counters set charged = 600 where customer_id = $1', [
      customer.customerId,
    ]);
    expect(await alertsOf(customer)).toEqual([]);
    await Promise.all([told(), told()]);
    expect(await alertsOf(customer)).toEqual(['SPEND 50']);
    expect(mailsTo(customer)).toEqual(['50 % of your spend cap is reached']);
  });
});

const byPercent = (a: string, b: string): number => Number(a.split(' ')[1]) - Number(b.split(' ')[1]);

describe('a margin', () => marginsAreTold(() => house));
