/** Leads as staff work them: from an address to a customer or a reason why not; nobody's address lies open. */
import { newId } from '../../src/kernel/id';
import { run } from '../privacy/data-requests';
import type { UserErrorData } from '../support/client';
import { type Person, startWorld, type World } from '../support/world';

interface LeadView {
  readonly id: string;
  readonly stage: string;
  readonly organisation: string | null;
  readonly email: string | null;
  readonly notes: string | null;
  readonly version: number;
  readonly lostReason: string | null;
  readonly closedAt: string | null;
  readonly erasedAt: string | null;
  readonly channel: { readonly code: string } | null;
  readonly owner: { readonly id: string } | null;
  readonly customer: { readonly id: string } | null;
}

const LEAD = `id stage organisation email notes version lostReason closedAt erasedAt
  channel { code } owner { id } customer { id }`;
const EMAIL = 'Ada.Buyer@acme.test';
const NOTES = 'Ada prefers to be called in the morning.';
const YEAR_MS = 366 * 86_400_000;

describe('leads', () => {
  let world: World;
  let staff: Person;
  let channelId: string;
  let people = 0;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff();
    const made = await staff.client.mutate<{ channel: { id: string } }>(
      'channelCreate',
      'ChannelCreateInput!',
      { code: 'search-ads', name: 'Search ads' },
      'channel { id }',
    );
    channelId = made.channel.id;
  });
  afterAll(() => world.close());

  const attempt = (mutation: string, input: object, fields = `lead { ${LEAD} }`) =>
    staff.client.attempt<{ lead: LeadView; token: string }>(
      mutation,
      `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`,
      input,
      fields,
    );
  const create = (input: object = {}) =>
    attempt(
      'leadCreate',
      { organisation: 'Acme', email: `buyer${++people}@acme.test`, channelId, ...input },
      `lead { ${LEAD} } token`,
    );
  async function update(id: string, input: object): Promise<{ lead: LeadView; errors: UserErrorData[] }> {
    const query = `mutation ($id: ID!, $input: LeadUpdateInput!) { leadUpdate(id: $id, input: $input) {
      lead { ${LEAD} } errors { code path message } } }`;
    return (
      await staff.client.ask<{ leadUpdate: { lead: LeadView; errors: UserErrorData[] } }>(query, {
        id,
        input,
      })
    ).leadUpdate;
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

  it('keeps what names a person sealed, and shows it to staff', async () => {
    const { payload } = await create({ email: EMAIL, notes: NOTES, segment: 'health' });
    expect(payload.lead).toMatchObject({ email: EMAIL, notes: NOTES, stage: 'NEW', version: 1 });
    expect(payload.lead).toMatchObject({
      channel: { code: 'search-ads' },
      owner: { id: staff.id },
      customer: null,
    });
    const { servicePool } = world.app.platform.database;
    for (const table of ['leads', 'outbox_events', 'audit_records']) {
      const { rows } = await servicePool.query(`select * from ${table}`);
      expect(JSON.stringify(rows)).not.toMatch(/ada\.buyer|in the morning/i);
    }
    expect(JSON.stringify((await servicePool.query('select * from leads')).rows)).not.toContain(
      payload.token,
    );
  });

  it('has one open lead an address, however it is written', async () => {
    const { errors } = await create({ email: EMAIL.toUpperCase() });
    expect(codes(errors)).toEqual([['CONFLICT', 'input.email']]);
    const twice = await Promise.all([
      create({ email: 'race@acme.test' }),
      create({ email: 'race@acme.test' }),
    ]);
    expect(twice.flatMap(({ errors: some }) => codes(some))).toEqual([['CONFLICT', 'input.email']]);
  });

  it('refuses what is not there: a channel, an owner, an address, a lead', async () => {
    const nobody = newId('stf', world.clock.now());
    expect(codes((await create({ ownerId: nobody })).errors)).toEqual([['NOT_FOUND', 'input.ownerId']]);
    const nowhere = newId('chn', world.clock.now());
    for (const channelId of [nowhere, ''])
      expect(codes((await create({ channelId })).errors)).toEqual([['NOT_FOUND', 'input.channelId']]);
    const unknown = newId('led', world.clock.now());
    for (const [mutation, input] of Object.entries({
      leadLose: { reason: 'PRICE' },
      leadErase: {},
      leadConvert: { customerId: (await world.customer()).customerId },
    }))
      expect(codes((await attempt(mutation, { id: unknown, ...input })).errors)).toEqual([
        ['NOT_FOUND', 'input.id'],
      ]);
    expect(codes((await update(unknown, {})).errors)).toEqual([['NOT_FOUND', 'id']]);
  });

  it('moves, is lost with a reason, is taken up again, and keeps what a change leaves out', async () => {
    const { lead } = (await create({ notes: NOTES })).payload;
    const moved = (await update(lead.id, { stage: 'QUALIFIED', expectedVersion: 1 })).lead;
    expect(moved).toMatchObject({ stage: 'QUALIFIED', notes: NOTES, version: 2 });
    expect(codes((await update(lead.id, { notes: null, expectedVersion: 1 })).errors)).toEqual([
      ['CONFLICT', 'input.expectedVersion'],
    ]);
    expect(codes((await update(lead.id, { stage: 'WON' })).errors)).toEqual([
      ['INVALID_INPUT', 'input.stage'],
    ]);
    const lost = (await attempt('leadLose', { id: lead.id, reason: 'COMPETITOR' })).payload.lead;
    expect(lost).toMatchObject({ stage: 'LOST', lostReason: 'COMPETITOR', closedAt: expect.any(String) });
    world.clock.advance(60_000);
    const corrected = (await attempt('leadLose', { id: lead.id, reason: 'PRICE' })).payload.lead;
    expect(corrected).toMatchObject({ lostReason: 'PRICE', closedAt: lost.closedAt });
    const again = (await update(lead.id, { stage: 'CONTACTED', notes: null })).lead;
    expect(again).toMatchObject({ stage: 'CONTACTED', lostReason: null, closedAt: null, notes: null });
  });

  it('is lost to no competitor that is removed at that moment', async () => {
    const named = { name: 'Vanishing', idempotencyKey: 'vanishing' };
    const { competitor } = await staff.client.mutate<{ competitor: { id: string } }>(
      'competitorCreate',
      'CompetitorCreateInput!',
      named,
      'competitor { id }',
    );
    const { lead } = (await create()).payload;
    const remover = await world.app.platform.database.servicePool.connect();
    const waits =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    try {
      await remover.query('begin');
      await remover.query('delete from competitors where id = $1', [competitor.id]);
      const lost = attempt('leadLose', { id: lead.id, reason: 'COMPETITOR', competitorId: competitor.id });
      await world.until(async () => (await remover.query(waits)).rowCount! > 0, 'the loss to wait');
      await remover.query('commit');
      expect((await lost).errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'competitorId'] }]);
    } finally {
      remover.release();
    }
  });

  it('is won by whoever signs up by its link, in that very sign-up, and once', async () => {
    const { lead, token } = (await create({ email: 'link@acme.test' })).payload;
    const customerId = await signUp({ leadToken: token });
    expect(await find(lead.id)).toMatchObject({ stage: 'WON', customer: { id: customerId } });
    const second = await signUp({ leadToken: token });
    expect(await find(lead.id)).toMatchObject({ customer: { id: customerId } });
    await signUp({ leadToken: 'made up' });
    const other = (await create()).payload.lead;
    expect(codes((await attempt('leadConvert', { id: other.id, customerId })).errors)).toEqual([
      ['CONFLICT', 'input.customerId'],
    ]);
    const won = await attempt('leadConvert', { id: other.id, customerId: second });
    expect(won.payload.lead).toMatchObject({ stage: 'WON', customer: { id: second } });
    for (const mutation of ['leadConvert', 'leadLose']) {
      const input = mutation === 'leadLose' ? { reason: 'PRICE' } : { customerId: second };
      expect(codes((await attempt(mutation, { id: other.id, ...input })).errors)).toEqual([
        ['CONFLICT', 'input.id'],
      ]);
    }
  });

  it('of a customer is one, also when two are said to be it at once', async () => {
    const customerId = await signUp({});
    const leads = await Promise.all(Array.from({ length: 6 }, () => create()));
    const won = await Promise.all(
      leads.map(({ payload }) => attempt('leadConvert', { id: payload.lead.id, customerId })),
    );
    const refused = won.flatMap(({ errors }) => codes(errors));
    expect(refused).toEqual(Array(5).fill(['CONFLICT', 'input.customerId']));
  });

  async function find(id: string): Promise<LeadView> {
    const query = `query ($id: ID!) { node(id: $id) { ... on Lead { ${LEAD} } } }`;
    return (await staff.client.ask<{ node: LeadView }>(query, { id })).node;
  }

  it('forgets a person on request, and what is old by itself', async () => {
    const { lead, token } = (await create({ email: 'forget@acme.test', notes: NOTES })).payload;
    const erased = (await attempt('leadErase', { id: lead.id })).payload.lead;
    expect(erased).toMatchObject({ organisation: null, email: null, notes: null, stage: 'NEW' });
    expect(erased.erasedAt).not.toBeNull();
    expect(codes((await update(lead.id, { notes: 'They called once more.' })).errors)).toEqual([
      ['CONFLICT', 'input.notes'],
    ]);
    expect((await update(lead.id, { stage: 'CONTACTED' })).errors).toEqual([]);
    await signUp({ leadToken: token });
    expect(await find(lead.id)).toMatchObject({ customer: null });
    expect((await create({ email: 'forget@acme.test' })).errors).toEqual([]);

    const old = (await create({ notes: NOTES })).payload.lead;
    world.clock.advance(2 * YEAR_MS);
    staff = await world.staff();
    const young = (await create({ notes: NOTES })).payload.lead;
    await run(world, 'privacy.retain');
    expect(await find(old.id)).toMatchObject({
      organisation: null,
      email: null,
      notes: null,
      erasedAt: null,
    });
    expect(await find(young.id)).toMatchObject({ organisation: 'Acme', notes: NOTES });
  });

  it('lists leads by what is asked for, a page at a time', async () => {
    const query = `query ($first: Int, $after: String, $filter: LeadFilter) { market { leads(first: $first, after: $after,
      filter: $filter) { totalCount nodes { ${LEAD} } pageInfo { hasNextPage endCursor } } } }`;
    interface Page {
      readonly totalCount: number;
      readonly nodes: LeadView[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    }
    const page = async (variables: object): Promise<Page> =>
      (await staff.client.ask<{ market: { leads: Page } }>(query, variables as Record<string, unknown>))
        .market.leads;
    const all = await page({ first: 100 });
    expect(all.nodes).toHaveLength(all.totalCount);
    const seen: LeadView[] = [];
    for (let after: string | null = null; ;) {
      const { nodes, pageInfo }: Page = await page({ first: 4, after });
      seen.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual(all.nodes);
    const won = await page({ first: 100, filter: { stage: 'WON', channelId } });
    expect(won.nodes.map(({ id }) => id)).toEqual(
      all.nodes.filter(({ stage }) => stage === 'WON').map(({ id }) => id),
    );
    expect((await page({ filter: { segment: 'health' } })).totalCount).toBe(1);
  });

  it('is for staff who manage the market', async () => {
    const compliance = await world.staff('COMPLIANCE');
    for (const { client } of [compliance, await world.customer()]) {
      const { errors } = await client.send('{ market { leads { nodes { id } } } }');
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      const lose = 'mutation ($input: LeadLoseInput!) { leadLose(input: $input) { errors { code } } }';
      const refused = await client.send(lose, { input: { id: 'led_1', reason: 'PRICE' } });
      expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});
