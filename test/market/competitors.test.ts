/** Competitors in what people say: found as it is said and in all that was said before, gone with the words, counted with the revenue behind. */
import { pass, signedIn, subscribed } from '../billing/support';
import { submit, withdraw } from '../feedback/support';
import { carriedOut, unpacked } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Figures {
  readonly feedback: number;
  readonly customers: number;
  readonly monthlyRevenue: { readonly amountMinor: string };
  readonly sentiment: number | null;
  readonly feedbackBefore: number;
  readonly growth: number | null;
}
interface Demand {
  readonly competitor: { readonly name: string; readonly feedback: readonly { id: string; text: string }[] };
  readonly total: Figures;
  readonly segments: readonly { readonly segment: string | null; readonly figures: Figures }[];
}
interface Named {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly version: number;
}

const FIGURES = 'feedback customers monthlyRevenue { amountMinor } sentiment feedbackBefore growth';
const MENTIONS = `query ($period: PeriodInput) { market { competitorMentions(period: $period) { competitor { name feedback { id text } }
  total { ${FIGURES} } segments { segment figures { ${FIGURES} } } } } }`;
const DAY_MS = 86_400_000;

describe('competitors', () => {
  let world: World;
  let staff: Person;
  let owner: CustomerPerson;
  let server: Person;
  let buyer: CustomerPerson;
  let buyersServer: Person;
  let keys = 0;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff('ANALYST');
    owner = await world.customer();
    server = await world.apiKey(owner);
    buyer = await subscribed(world, 'PRO');
    buyersServer = await world.apiKey(buyer);
    await world.settle();
    await world.app.platform.database.servicePool.query(
      "update customer_origins set segment = 'retail' where customer_id = $1",
      [buyer.customerId],
    );
  });
  afterAll(() => world.close());

  async function create(name: string, aliases: string[] = []): Promise<Named> {
    const input = { name, aliases, idempotencyKey: `key-${++keys}` };
    const { competitor } = await staff.client.mutate<{ competitor: Named }>(
      'competitorCreate',
      'CompetitorCreateInput!',
      input,
      'competitor { id name aliases version }',
    );
    await world.settle();
    return competitor;
  }
  async function update(id: string, input: object) {
    const query = `mutation ($id: ID!, $input: CompetitorUpdateInput!) { competitorUpdate(id: $id, input: $input) {
      competitor { version } errors { code path } } }`;
    const answer = await staff.client.ask<{ competitorUpdate: { errors: { code: string }[] } }>(query, {
      id,
      input,
    });
    await world.settle();
    return answer.competitorUpdate.errors.map(({ code }) => code);
  }
  async function mentions(period?: object): Promise<Demand[]> {
    await world.settle();
    const answer = await staff.client.ask<{ market: { competitorMentions: Demand[] } }>(MENTIONS, { period });
    return answer.market.competitorMentions;
  }
  const counts = async (): Promise<[string, number][]> =>
    (await mentions()).map(({ competitor, total }) => [competitor.name, total.feedback]);
  async function rows(): Promise<object[]> {
    const text = 'select * from competitor_mentions order by customer_id, feedback_id, competitor_id';
    return (await world.app.platform.database.servicePool.query<object>(text)).rows;
  }
  const say = (text: string, endUserExternalId: string, by = server) =>
    submit(by, { kind: 'TEXT', text, endUserExternalId });

  it('are found in what was said before they were known, and in what is said and changed afterwards', async () => {
    const before = await say('AcmeSoft was faster.', 'ann');
    await say('Nothing to compare.', 'ann');
    expect(await mentions()).toEqual([]);
    await create('AcmeSoft', ['acme soft']);
    expect(await counts()).toEqual([['AcmeSoft', 1]]);
    await say('ACME-SOFT has better prices', 'ben', buyersServer);
    const [acme] = await mentions();
    expect(acme!.competitor.feedback.map(({ text }) => text)).toEqual([
      'ACME-SOFT has better prices',
      'AcmeSoft was faster.',
    ]);
    expect(acme!.total).toEqual({
      feedback: 2,
      customers: 2,
      monthlyRevenue: { amountMinor: '4900' },
      sentiment: null,
      feedbackBefore: 0,
      growth: null,
    });
    expect(
      acme!.segments.map(({ segment, figures }) => [segment, figures.monthlyRevenue.amountMinor]),
    ).toEqual([
      ['retail', '4900'],
      [null, '0'],
    ]);
    await withdraw(server, { id: before.id });
    expect(await counts()).toEqual([['AcmeSoft', 1]]);
    const words = 'As good as AcmeSoft, and I like it.';
    const { id } = await submit(server, { kind: 'PMF', score: 3, text: words, endUserExternalId: 'cat' });
    expect(await counts()).toEqual([['AcmeSoft', 2]]);
    expect(
      (await submit(server, { kind: 'PMF', score: 3, text: 'I like it.', endUserExternalId: 'cat' })).id,
    ).toBe(id);
    expect(await counts()).toEqual([['AcmeSoft', 1]]);
  });

  it('come to the same rows whenever everything is looked through again, and follow the list', async () => {
    const other = await create('Beta Brain');
    await say('Beta brain and AcmeSoft both crash.', 'dan');
    await world.settle();
    const once = await rows();
    expect(once).toHaveLength(3);
    // Any change has everything looked through.
    expect(await update(other.id, { aliases: ['bb'] })).toEqual([]);
    expect(await rows()).toEqual(once);
    await say('bb is nice', 'eve');
    expect(await counts()).toEqual([
      ['AcmeSoft', 2],
      ['Beta Brain', 2],
    ]);
    expect(await update(other.id, { aliases: [] })).toEqual([]);
    expect(await counts()).toEqual([
      ['AcmeSoft', 2],
      ['Beta Brain', 1],
    ]);
    await staff.client.mutate(
      'competitorRemove',
      'CompetitorRemoveInput!',
      { id: other.id },
      'competitor { name }',
    );
    expect(await counts()).toEqual([['AcmeSoft', 2]]);
    expect(await rows()).toHaveLength(2);
  });

  it('are not told of who restricts the use of their data, and forgotten with who is forgotten', async () => {
    const fay = await world.endUser(server, 'fay');
    await submit(fay, { kind: 'TEXT', text: 'AcmeSoft again.' });
    expect(await counts()).toEqual([['AcmeSoft', 3]]);
    const { download } = await carriedOut(world, fay, { kind: 'ACCESS' });
    expect((await unpacked(download!))['competitor_mentions.json']).toMatchObject([
      { competitor: 'AcmeSoft' },
    ]);
    await carriedOut(world, fay, { kind: 'RESTRICTION' });
    expect(await counts()).toEqual([['AcmeSoft', 2]]);
    await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: 'fay' });
    const own = 'select from competitor_mentions where end_user_id = $1';
    expect((await world.app.platform.database.servicePool.query(own, [fay.id])).rowCount).toBe(0);
    await create('Gamma');
    expect((await world.app.platform.database.servicePool.query(own, [fay.id])).rowCount).toBe(0);
  });

  it('are all found again when a restriction is lifted, also by names that were added meanwhile', async () => {
    const gus = await world.endUser(server, 'gus');
    await submit(gus, { kind: 'TEXT', text: 'AcmeSoft, or Omega.' });
    const before = await counts();
    await carriedOut(world, gus, { kind: 'RESTRICTION' });
    // All that was said is looked through anew.
    const { id } = await create('Omega');
    expect(await counts()).not.toContainEqual(['Omega', 1]);
    await owner.client.mutate(
      'restrictionLift',
      'RestrictionLiftInput!',
      { endUserId: gus.id },
      '__typename',
    );
    expect(await counts()).toEqual([...before, ['Omega', 1]]);
    await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: 'gus' });
    await staff.client.mutate('competitorRemove', 'CompetitorRemoveInput!', { id }, 'competitor { id }');
  });

  it('are looked up by what was said, among however many', async () => {
    const client = await world.app.platform.database.servicePool.connect();
    try {
      await client.query('begin');
      await client.query(`insert into competitor_mentions select 'cus_' || n % 100, 'fbk_' || n, id, null, now()
        from generate_series(1, 5000) as n, (select id from competitors limit 1) as one`);
      await client.query('analyze competitor_mentions');
      const { rows } = await client.query<Record<string, string>>(
        "explain delete from competitor_mentions where feedback_id = any(array['fbk_1', 'fbk_2'])",
      );
      // Any other index would be read from its beginning to its end.
      expect(rows.flatMap(Object.values).join('\n')).toContain('using competitor_mentions_feedback');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('refuse a name that is taken or cannot be found, a version that is old, and whoever is not of the market', async () => {
    const attempt = async (input: object, client = staff.client): Promise<string[]> =>
      (
        await client.attempt('competitorCreate', 'CompetitorCreateInput!', {
          idempotencyKey: `x${++keys}`,
          ...input,
        })
      ).errors.map(({ code, path }) => `${code} ${path?.join('.')}`);
    expect(await attempt({ name: 'acme  SOFT' })).toEqual(['CONFLICT input.name']);
    expect(await attempt({ name: '--', aliases: ['ok', '42'] })).toEqual([
      'INVALID_INPUT input.name',
      'INVALID_INPUT input.aliases.1',
    ]);
    const again = { name: 'Delta', idempotencyKey: 'the same' };
    expect([await attempt(again), await attempt(again)]).toEqual([[], []]);
    const { market } = await staff.client.ask<{
      market: { competitors: { nodes: Named[]; totalCount: number } };
    }>('{ market { competitors { totalCount nodes { id name version } } } }');
    expect(market.competitors.nodes.map(({ name }) => name)).toEqual(['Delta', 'Gamma', 'AcmeSoft']);
    const [delta] = market.competitors.nodes;
    expect(await update(delta!.id, { name: 'Delta Two', expectedVersion: 7 })).toEqual(['CONFLICT']);
    expect(await update(delta!.id.replace(/.$/, '0'), { name: 'Other' })).toEqual(['NOT_FOUND']);
    await expect(attempt({ name: 'Mine' }, owner.client)).rejects.toThrow('FORBIDDEN');
    const reviewer = await world.staff('REVIEWER');
    await expect(reviewer.client.ask(MENTIONS)).rejects.toThrow('FORBIDDEN');
  });

  it('are where leads and customers were lost to', async () => {
    await pass(world, 31 * DAY_MS);
    staff = await world.staff('ANALYST');
    const { market } = await staff.client.ask<{ market: { competitors: { nodes: Named[] } } }>(
      '{ market { competitors { nodes { id name } } } }',
    );
    const acme = market.competitors.nodes.find(({ name }) => name === 'AcmeSoft')!;
    const lead = { organisation: 'Prospect', email: 'lost@prospect.test' };
    const made = await staff.client.mutate<{ lead: { id: string } }>(
      'leadCreate',
      'LeadCreateInput!',
      lead,
      'lead { id }',
    );
    const lose = (input: object) =>
      staff.client.attempt<{ lead: { competitor: { name: string } } }>(
        'leadLose',
        'LeadLoseInput!',
        { id: made.lead.id, ...input },
        'lead { lostReason competitor { name } }',
      );
    const wrong = await lose({ reason: 'PRICE', competitorId: acme.id });
    expect(wrong.errors.map(({ path }) => path!.join('.'))).toEqual(['input.competitorId']);
    const { payload } = await lose({ reason: 'COMPETITOR', competitorId: acme.id });
    expect(payload.lead.competitor).toEqual({ name: 'AcmeSoft' });
    const client = await signedIn(world, buyer);
    const end = { when: 'NOW', reason: 'COMPETITOR' };
    await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', end, 'subscription { cancelAt }');
    await pass(world, 1000);
    const losses =
      '{ market { losses { competitors { competitor { name } leads customers revenue { amountMinor } } } } }';
    expect(await staff.client.ask(losses)).toEqual({
      market: {
        losses: {
          competitors: [
            { competitor: { name: 'AcmeSoft' }, leads: 1, customers: 1, revenue: { amountMinor: '4900' } },
          ],
        },
      },
    });
    const period = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
    expect(await mentions(period)).toEqual([]);
  });
});
