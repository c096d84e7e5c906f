/** How well customers do, as staff read it: each term with what it was made of, and those first who may leave. */
import { pass, signedIn, subscribed } from '../billing/support';
import { answer, submit } from '../feedback/support';
import { predict, served } from '../inference/support';
import { run } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Term {
  readonly term: string;
  readonly value: number | null;
  readonly weight: number;
  readonly basis: string;
}
interface Health {
  readonly score: number;
  readonly risk: string;
  readonly pays: boolean;
  readonly terms: readonly Term[];
  readonly computedAt: string;
  readonly renewsAt: string | null;
  readonly endsAt: string | null;
  readonly customer: { readonly id: string };
}
interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Health[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const HEALTH = 'score risk pays terms { term value weight basis } computedAt renewsAt endsAt customer { id }';
const LIST = `query ($first: Int, $after: String, $filter: CustomerHealthFilter) { market { health(first: $first, after: $after,
  filter: $filter) { totalCount nodes { ${HEALTH} } pageInfo { hasNextPage endCursor } } } }`;
const DAY_MS = 86_400_000;

describe('the health of customers', () => {
  let world: World;
  let staff: Person;
  let payer: CustomerPerson;
  let looker: CustomerPerson;

  beforeAll(async () => {
    world = await startWorld();
    ({ staff } = await served(world, 'wages'));
    [payer, looker] = [await subscribed(world, 'PRO'), await world.customer()];
    const ann = await world.endUser(payer, 'ann');
    for (const score of [1, 1, 0]) {
      const { feedbackToken } = await answer(ann);
      await submit(ann, { feedbackToken, kind: 'THUMBS', score });
    }
    await predict(ann);
    await world.settle();
  });
  afterAll(() => world.close());

  async function list(variables: object = {}): Promise<Page> {
    const answered = await staff.client.ask<{ market: { health: Page } }>(LIST, { first: 100, ...variables });
    return answered.market.health;
  }
  async function healthOf({ customerId }: CustomerPerson): Promise<Health | null> {
    const query = `query ($id: ID!) { customer(by: { id: $id }) { health { ${HEALTH} } } }`;
    return (await staff.client.ask<{ customer: { health: Health | null } }>(query, { id: customerId }))
      .customer.health;
  }
  const values = (health: Health | null) =>
    Object.fromEntries(health!.terms.map(({ term, value }) => [term, value]));
  const reckon = () => run(world, 'market.reckon-health');

  it('is not known before it was reckoned', async () => {
    expect(await healthOf(payer)).toBeNull();
    expect((await list()).nodes).toEqual([]);
  });

  it('shows every term, and its score is their weighted mean', async () => {
    await reckon();
    const health = (await healthOf(payer))!;
    expect(health).toMatchObject({
      pays: true,
      risk: 'LOW',
      customer: { id: payer.customerId },
      endsAt: null,
    });
    expect(Date.parse(health.renewsAt!)).toBeGreaterThan(world.clock.millis() + 27 * DAY_MS);
    const { RECENCY, ...others } = values(health);
    expect(others).toEqual({ USAGE_TREND: 1, FEEDBACK: 1 - 1 / 3, PAYMENT: 1, INCIDENTS: 1 });
    expect(RECENCY).toBeCloseTo(1, 3);
    expect(health.terms.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 10);
    const mean = health.terms.reduce((sum, { value, weight }) => sum + weight * value!, 0);
    expect(health.score).toBeCloseTo(100 * mean, 1);
    expect(health.terms[0]!.basis).toBe('4 requests in 30 days, 0 in the 30 before');
    expect(values(await healthOf(looker))).toMatchObject({ USAGE_TREND: null, FEEDBACK: null, PAYMENT: 1 });
  });

  it('falls when use ends, a payment fails and incidents come, and rises when it is paid', async () => {
    const happened = (type: string, kind: string, n: number, at = world.clock.now()) =>
      world.app.platform.database.servicePool.query(
        `insert into timeline_entries values ($1, $2, $3, $4, $5, null, null, 1, '{}')`,
        [payer.customerId, `made up ${type} ${n}`, at, kind, type],
      );
    await happened('subscription.payment-late', 'PAYMENT', 1);
    for (const n of [1, 2]) await happened('incident.opened', 'INCIDENT', n);
    await reckon();
    expect(values(await healthOf(payer))).toMatchObject({ PAYMENT: 0.5, INCIDENTS: 1 - 2 / 3 });

    await pass(world, 45 * DAY_MS);
    staff = await world.staff();
    await happened('subscription.read-only', 'PAYMENT', 2);
    await reckon();
    const late = (await healthOf(payer))!;
    expect(values(late)).toMatchObject({ USAGE_TREND: 0, RECENCY: 0, PAYMENT: 0, INCIDENTS: 1 });
    expect(late.risk).toBe('HIGH');
    await happened('invoice.paid', 'PAYMENT', 3, new Date(world.clock.millis() + 1));
    await reckon();
    expect(values(await healthOf(payer))).toMatchObject({ PAYMENT: 1 });
    expect((await healthOf(payer))!.score).toBeGreaterThan(late.score);
  });

  it('lists those first who may leave, by pages, and those alone who are asked for', async () => {
    for (let i = 0; i < 5; i++) await world.customer();
    await world.settle();
    await reckon();
    const { nodes, totalCount } = await list();
    expect(totalCount).toBe(7);
    expect(nodes.map(({ score }) => score)).toEqual(
      [...nodes.map(({ score }) => score)].sort((a, b) => a - b),
    );
    const paged: Health[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await list({ first: 2, after });
      paged.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(nodes);
    const paying = await list({ filter: { pays: true } });
    expect(paying.nodes.map(({ customer }) => customer.id)).toEqual([payer.customerId]);
    const { nodes: low } = await list({ filter: { risk: 'LOW' } });
    expect(low).toEqual(nodes.filter(({ risk }) => risk === 'LOW'));
  });

  it('says when a customer who has left is gone, instead of when it renews', async () => {
    const client = await signedIn(world, payer);
    await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, 'subscription { cancelAt }');
    await world.settle();
    const { renewsAt, endsAt } = (await healthOf(payer))!;
    expect(renewsAt).toBeNull();
    expect(Date.parse(endsAt!)).toBeGreaterThan(world.clock.millis());
  });

  it('is for staff alone', async () => {
    const client = await signedIn(world, payer);
    expect(await client.ask('{ customer { health { score } } }')).toEqual({ customer: { health: null } });
  });
});
