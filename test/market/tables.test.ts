/** The views of the market as tables: under an address that only we can make, with the figures of the API, and nothing in them that is a formula. */
import { parse } from 'csv-parse/sync';
import { sha256 } from '../../src/kernel/hash';
import { settleUsage, subscribed, usageOf } from '../billing/support';
import { submit } from '../feedback/support';
import { type Person, startWorld, type World } from '../support/world';

type Row = Record<string, string>;

const CSV = `query ($table: MarketTable!, $period: PeriodInput, $pricing: PricingWhatIfInput, $currency: String) {
  market(currency: $currency) { csv(table: $table, period: $period, pricing: $pricing) } }`;

describe('a view of the market as a table', () => {
  let world: World;
  let staff: Person;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff('ANALYST');
    const buyer = await subscribed(world, 'PRO');
    const reservation = await world.app.modules.billing.metering.reserve(buyer.customerId, 100);
    await settleUsage(world, [await usageOf(world, reservation)]);
    // Whatever somebody calls a channel, a segment or a competitor, it is no formula.
    const channel = { code: 'ads', name: '=HYPERLINK("http://evil.test","Ads, and more")' };
    await staff.client.mutate('channelCreate', 'ChannelCreateInput!', channel, 'channel { id }');
    const competitor = { name: 'Acme', aliases: [], idempotencyKey: 'acme' };
    await staff.client.mutate('competitorCreate', 'CompetitorCreateInput!', competitor, 'competitor { id }');
    await submit(await world.endUser(buyer), { kind: 'PMF', score: 3, text: 'Better than Acme.' });
    await world.settle();
    await world.app.platform.database.servicePool.query(
      `update customer_origins set segment = '+1+1' where customer_id = $1`,
      [buyer.customerId],
    );
  });
  afterAll(() => world.close());

  async function link(table: string, more: object = {}): Promise<string> {
    return (await staff.client.ask<{ market: { csv: string } }>(CSV, { table, ...more })).market.csv;
  }
  async function rowsOf(table: string, more: object = {}): Promise<Row[]> {
    const response = await fetch(await link(table, more));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    return parse(await response.text(), { columns: true });
  }

  it('has the figures of its field', async () => {
    const { market } = await staff.client.ask<{
      market: { movements: { closing: { amountMinor: string } }[] };
    }>('{ market { movements { closing { amountMinor } } } }');
    const movements = await rowsOf('REVENUE_MOVEMENTS');
    expect(movements.map(({ closing_minor }) => closing_minor)).toEqual(
      market.movements.map(({ closing }) => closing.amountMinor),
    );
    expect(movements.at(-1)).toMatchObject({ currency: 'USD', new_minor: '4900', arpa_minor: '4900' });
    expect(movements[0]).toMatchObject({ arpa_minor: '', closing_minor: '0' });
    expect(await rowsOf('COHORTS')).toMatchObject([{ members: '1', age: '0', revenue_minor: '4900' }]);
    expect(await rowsOf('FUNNEL')).toMatchObject([{ paid: '1', visits: '' }]);
    expect(await rowsOf('PRODUCT_MARKET_FIT')).toMatchObject([
      { by: 'all', answers: '1', share: '1', asked: '0' },
      { by: 'segment' },
      { by: 'plan', group: 'PRO' },
    ]);
    expect(Array.isArray(await rowsOf('DEMAND_MAP'))).toBe(true);
    expect(await rowsOf('REVENUE_MOVEMENTS', { currency: 'EUR' })).toMatchObject(
      [...Array(12)].map(() => ({ closing_minor: '0' })),
    );
  });

  it('has other prices for every customer, under the address alone', async () => {
    const prices = [{ unit: 'REQUEST', unitAmount: '0.2' }];
    const pricing = { changes: [{ plan: 'PRO', priceMinor: '4800', prices }], elasticity: '0' };
    const [row, ...others] = await rowsOf('PRICING_WHAT_IF', { pricing });
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      before_plans_minor: '4900',
      before_usage_minor: '40',
      after_plans_minor: '4800',
      after_usage_minor: '20',
      // A number, and no text that looks like one.
      difference_minor: '-120',
    });
  });

  it('has no formula in it, whatever was called what', async () => {
    const [ads] = await rowsOf('CHANNELS');
    expect(ads).toMatchObject({ name: `'=HYPERLINK("http://evil.test","Ads, and more")` });
    expect(await rowsOf('COMPETITOR_MENTIONS')).toMatchObject([{ competitor: 'Acme', segment: `'+1+1` }]);
  });

  it('is nobody’s without our signature, or after a quarter of an hour', async () => {
    const [address, other] = [await link('FUNNEL'), await link('COHORTS')];
    const forged = address.replace(/tables\/[^?]+/, /tables\/[^?]+/.exec(other)![0]);
    for (const url of [forged, address.replace(/code=.*/, ''), address.replace(/\?.*/, '')])
      expect([url, (await fetch(url)).status]).toEqual([url, 404]);
    world.clock.advance(16 * 60_000);
    expect((await fetch(address)).status).toBe(404);
  });

  it('is linked for those alone who may see it, and asked for as it can be', async () => {
    staff = await world.staff('ANALYST');
    const reviewer = await world.staff('REVIEWER');
    await expect(reviewer.client.ask(CSV, { table: 'FUNNEL' })).rejects.toThrow('FORBIDDEN');
    await expect(link('PRICING_WHAT_IF')).rejects.toThrow('INVALID_INPUT');
    await expect(link('FUNNEL', { pricing: { changes: [] } })).rejects.toThrow('INVALID_INPUT');
    const modelId = (at: number, plan: number) => `mdl_${sha256(`${at} ${plan}`).slice(0, 26)}`;
    const changes = ['PRO', 'SCALE', 'FREE', 'ENTERPRISE', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6'].map(
      (plan, p) => ({
        plan,
        prices: Array.from({ length: 40 }, (_, at) => ({
          unit: 'REQUEST',
          modelId: modelId(at, p),
          unitAmount: String(Math.sin(at + p) ** 2).slice(0, 14),
        })),
      }),
    );
    await expect(link('PRICING_WHAT_IF', { pricing: { changes } })).rejects.toThrow('too many prices');
    const fewer = { pricing: { changes: changes.slice(0, 1) } };
    expect((await fetch(await link('PRICING_WHAT_IF', fewer))).status).toBe(200);
  });

  it('says what cannot be asked when it is asked, and not behind the address', async () => {
    const ages = { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    const asked: [string, object][] = [
      ['"path":["pricing","changes","0","plan"]', { changes: [{ plan: 'NOBODYS', priceMinor: '100' }] }],
      ['"path":["pricing","changes","0","priceMinor"]', { changes: [{ plan: 'FREE', priceMinor: '100' }] }],
      ['An elasticity lies between', { changes: [], elasticity: '-11' }],
      ['Ask for at most 13 months', { changes: [], period: ages }],
    ];
    for (const [why, pricing] of asked) {
      await expect(link('PRICING_WHAT_IF', { pricing })).rejects.toThrow(why);
    }
  });
});
