/** Channels and the funnel: what it costs to win a customer, when that is paid back, and how far those come who come. */
import { newId } from '../../src/kernel/id';
import { subscribed } from '../billing/support';
import { predict, served } from '../inference/support';
import type { UserErrorData } from '../support/client';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

const ALL = { from: '2020-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z' };

describe('what channels bring', () => {
  let world: World;
  let staff: Person;
  let channelId: string;
  let people = 0;
  beforeAll(async () => {
    world = await startWorld();
    ({ staff } = await served(world, 'wages'));
    channelId = await channel('search-ads');
    await channel('fairs');
    // Two of the ads buy, one of them for twelve months; one who signed up there only looks; one came by itself.
    const buy = async (attribution: object): Promise<CustomerPerson> => {
      const buyer = await subscribed(world, 'PRO');
      await world.settle();
      await world.app.platform.database.servicePool.query(
        'update customer_origins set channel = $2, campaign = $3, segment = $4 where customer_id = $1',
        [buyer.customerId, ...Object.values(attribution)],
      );
      return buyer;
    };
    const ads = { channel: 'search-ads', campaign: 'spring', segment: 'retail' };
    const buyers = [await buy(ads), await buy({ ...ads, campaign: 'autumn' })];
    await buy({ channel: 'nobody-knows', campaign: null, segment: null });
    await signUp({ channel: 'search-ads', campaign: 'spring' });
    await predict(await world.endUser(buyers[0]!, 'ann'));
    await world.settle();
  });

  afterAll(() => world.close());

  async function channel(code: string): Promise<string> {
    const made = await staff.client.mutate<{ channel: { id: string } }>(
      'channelCreate',
      'ChannelCreateInput!',
      { code, name: `The ${code}` },
      'channel { id }',
    );
    return made.channel.id;
  }
  const codes = (errors: readonly UserErrorData[]) => errors.map(({ code, path }) => [code, path?.join('.')]);
  async function signUp(attribution: object): Promise<string> {
    const email = `new${++people}@acme.test`;
    const input = { organisation: 'Acme', email, password: 'correct horse battery', attribution };
    const { customer } = await world
      .client()
      .mutate<{ customer: { id: string } }>('signUp', 'SignUpInput!', input, 'customer { id }');
    await world.settle();
    return customer.id;
  }
  const cost = (input: object) =>
    staff.client.attempt(
      'channelMonthSet',
      'ChannelMonthSetInput!',
      { channelId, month: world.clock.now().toISOString(), costMinor: '9800', ...input },
      'channel { code }',
    );

  it('is told with what each customer cost, and when it has paid that back', async () => {
    expect((await cost({ costMinor: '1', visits: 10 })).errors).toEqual([]);
    await cost({ costMinor: '14700', visits: 200 });
    await cost({ costMinor: '5', currency: 'eur', visits: 200 });
    const query = `query ($period: PeriodInput) { market { channels(period: $period) { channel { code } cost { amountMinor } visits
      signUps acquired revenue { amountMinor } costPerAcquired { amountMinor } paybackMonths } } }`;
    const { market } = await staff.client.ask<{ market: { channels: Record<string, unknown>[] } }>(query, {});
    const [fairs, ads, none] = market.channels;
    expect(fairs).toMatchObject({
      channel: { code: 'fairs' },
      acquired: 0,
      visits: null,
      costPerAcquired: null,
    });
    expect(fairs).toMatchObject({ cost: { amountMinor: '0' }, paybackMonths: null });
    expect(ads).toEqual({
      channel: { code: 'search-ads' },
      cost: { amountMinor: '14700' },
      visits: 200,
      signUps: 3,
      acquired: 2,
      revenue: { amountMinor: '9800' },
      costPerAcquired: { amountMinor: '7350' },
      paybackMonths: 1.5,
    });
    expect(none).toMatchObject({ channel: null, acquired: 1, costPerAcquired: null, paybackMonths: null });
    const before = { period: { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' } };
    const then = (await staff.client.ask<{ market: { channels: object[] } }>(query, before)).market.channels;
    expect(then).toHaveLength(3);
    for (const row of then)
      expect(row).toMatchObject({ acquired: 0, signUps: 0, cost: { amountMinor: '0' } });
  });

  it('refuses a cost that is none, and a code that is taken or malformed', async () => {
    expect(codes((await cost({ costMinor: '-1' })).errors)).toEqual([['INVALID_INPUT', 'input.costMinor']]);
    expect(codes((await cost({ channelId: newId('chn', world.clock.now()) })).errors)).toEqual([
      ['NOT_FOUND', 'input.channelId'],
    ]);
    const make = (code: string) =>
      staff.client
        .attempt('channelCreate', 'ChannelCreateInput!', { code, name: 'x' })
        .then(({ errors }) => codes(errors));
    expect(await make('fairs')).toEqual([['CONFLICT', 'input.code']]);
    expect(await make('No Code')).toEqual([['INVALID_INPUT', 'input.code']]);
  });

  it('is a funnel, of all or of some', async () => {
    const query = `query ($filter: FunnelFilter, $period: PeriodInput) { market { funnel(period: $period, filter: $filter) {
      visits leads signUps activated paid retained activationRate paidRate retentionRate } } }`;
    const funnel = async (filter: object | null, period: object | null = null) =>
      (await staff.client.ask<{ market: { funnel: object } }>(query, { filter, period })).market.funnel;
    expect(await funnel({ channel: 'search-ads' })).toMatchObject({
      visits: 200,
      signUps: 3,
      activated: 1,
      paid: 2,
      retained: 2,
      activationRate: 1 / 3,
      paidRate: 2 / 3,
      retentionRate: 1,
    });
    expect(await funnel({ campaign: 'spring' })).toMatchObject({ visits: null, signUps: 2, paid: 1 });
    expect(await funnel({ segment: 'retail' })).toMatchObject({ visits: null, signUps: 2, leads: 0 });
    const [all, leads] = [await funnel(null, ALL), await count('leads')];
    expect(all).toMatchObject({ signUps: await count('customers'), leads });
    expect(await funnel({ channel: 'fairs' })).toEqual({
      visits: null,
      leads: 0,
      signUps: 0,
      activated: 0,
      paid: 0,
      retained: 0,
      activationRate: null,
      paidRate: null,
      retentionRate: null,
    });
  });

  it('counts a customer that was a lead by the lead’s channel, where the sign-up names none', async () => {
    const channelId = await channel('conferences');
    const known = { channelId, campaign: 'booth', segment: 'insurance' };
    const { token } = await staff.client.mutate<{ token: string }>(
      'leadCreate',
      'LeadCreateInput!',
      { organisation: 'Beta', email: 'beta@beta.test', ...known },
      'token',
    );
    await signUp({ leadToken: token });
    const query = `query ($filter: FunnelFilter) { market { funnel(filter: $filter) { leads signUps }
      channels { channel { code } signUps } } }`;
    for (const filter of [{ channel: 'conferences' }, { campaign: 'booth' }, { segment: 'insurance' }]) {
      const { market } = await staff.client.ask<{
        market: { funnel: object; channels: { channel: { code: string } | null; signUps: number }[] };
      }>(query, { filter });
      expect({ filter, ...market.funnel }).toEqual({ filter, leads: 1, signUps: 1 });
      expect(market.channels.find((row) => row.channel?.code === 'conferences')).toMatchObject({
        signUps: 1,
      });
    }
  });

  async function count(table: string): Promise<number> {
    const text = `select count(*)::int as count from ${table}`;
    return (await world.app.platform.database.servicePool.query<{ count: number }>(text)).rows[0]!.count;
  }

  it('is shown with the customer, as its sign-up said', async () => {
    const id = await signUp({ channel: 'fairs', campaign: 'autumn' });
    const query = 'query ($id: ID!) { customer(by: { id: $id }) { channel campaign } }';
    const { customer } = await staff.client.ask<{ customer: object }>(query, { id });
    expect(customer).toEqual({ channel: 'fairs', campaign: 'autumn' });
    const { errors } = await world.client().attempt('signUp', 'SignUpInput!', {
      organisation: 'x',
      email: 'odd@acme.test',
      password: 'correct horse battery',
      attribution: { channel: 'NO CODE' },
    });
    expect(codes(errors)).toEqual([['INVALID_INPUT', 'input.attribution.channel']]);
  });
});
