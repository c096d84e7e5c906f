/** What is demanded by whom, as staff read it: counted of what people really said, and set beside what their customers really pay. */
import { click, checkout } from '../billing/support';
import { DARK, INVOICE, submit } from '../feedback/support';
import { carriedOut, run } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Figures {
  readonly feedback: number;
  readonly customers: number;
  readonly monthlyRevenue: { readonly amountMinor: string };
  readonly sentiment: number | null;
  readonly feedbackBefore: number;
  readonly customersBefore: number;
  readonly monthlyRevenueBefore: { readonly amountMinor: string };
  readonly growth: number | null;
}
interface DemandMap {
  readonly topics: readonly {
    readonly topic: { readonly id: string; readonly words: readonly string[] } | null;
    readonly label: string;
    readonly rest: boolean;
    readonly total: Figures;
  }[];
  readonly segments: readonly {
    readonly segment: string | null;
    readonly rest: boolean;
    readonly cells: readonly Figures[];
    readonly total: Figures;
  }[];
  readonly total: Figures;
}

const FIGURES = `feedback customers monthlyRevenue { amountMinor } sentiment feedbackBefore customersBefore
  monthlyRevenueBefore { amountMinor } growth`;
const MAP = `query ($period: PeriodInput, $currency: String) { market(currency: $currency) { demandMap(period: $period) {
  topics { topic { id words } label rest total { ${FIGURES} } }
  segments { segment rest cells { ${FIGURES} } total { ${FIGURES} } } total { ${FIGURES} } } } }`;
const DAY_MS = 86_400_000;

describe('the map of demand', () => {
  let world: World;
  let staff: Person;
  /** Pays for its plan. */
  let shop: CustomerPerson;
  let clinic: CustomerPerson;
  let other: CustomerPerson;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff();
    [shop, clinic, other] = [await inSegment('retail'), await inSegment('health'), await inSegment(null)];
    const { location } = await click(await checkout(shop, { plan: 'PRO' }), { act: 'pay' });
    await fetch(location!);
    await world.settle();
  });
  afterAll(() => world?.close());

  async function inSegment(segment: string | null): Promise<CustomerPerson> {
    const email = `of-${segment}@customer.test`;
    const password = 'correct horse battery';
    const { customer, session } = await world.client().mutate<{
      customer: { id: string };
      session: { accessToken: string; refreshToken: string };
    }>('signUp', 'SignUpInput!', { organisation: `Of ${segment}`, email, password, segment }, 'customer { id } session { accessToken refreshToken }');
    const { accessToken: credential, refreshToken } = session;
    const client = world.client(credential);
    return { id: customer.id, customerId: customer.id, credential, client, email, password, refreshToken };
  }
  /** Each text by a person of their own. */
  async function say(customer: CustomerPerson, texts: readonly string[]): Promise<Person[]> {
    const people: Person[] = [];
    for (const text of texts) {
      const person = await world.endUser(customer);
      await submit(person, { kind: 'TEXT', text });
      people.push(person);
    }
    await world.settle();
    return people;
  }
  const find = (): Promise<void> => run(world, 'feedback.find-topics');
  async function map(variables: Record<string, unknown> = {}): Promise<DemandMap> {
    return (await staff.client.ask<{ market: { demandMap: DemandMap } }>(MAP, variables)).market.demandMap;
  }
  const columnOf = ({ topics }: DemandMap, word: string): number =>
    topics.findIndex(({ topic }) => topic!.words.includes(word));
  const rowOf = ({ segments }: DemandMap, name: string | null) =>
    segments.find(({ segment }) => segment === name)!;
  const minor = ({ monthlyRevenue: { amountMinor } }: Figures): number => Number(amountMinor);

  it('is empty at first', async () => {
    const { topics, segments, total } = await map();
    expect([topics, segments]).toEqual([[], []]);
    expect(total).toMatchObject({ feedback: 0, customers: 0, sentiment: null, growth: null });
  });

  it('says which segment speaks of what, and what it pays', async () => {
    await say(shop, [...DARK.slice(0, 5), ...INVOICE.slice(0, 3)]);
    await say(clinic, INVOICE.slice(3));
    await say(other, DARK.slice(5));
    await find();
    const found = await map();
    expect(found.topics.map(({ rest, total: { feedback } }) => [rest, feedback])).toEqual([
      [false, 6],
      [false, 5],
    ]);
    const [dark, invoice] = [columnOf(found, 'dark'), columnOf(found, 'invoice')];
    expect([dark, invoice]).toEqual([0, 1]);
    expect(found.topics[dark]!.label).toBe(found.topics[dark]!.topic!.words.join(', '));
    expect(found.segments.map(({ segment }) => segment)).toEqual(['retail', 'health', null]);
    const retail = rowOf(found, 'retail');
    expect(retail.cells[dark]).toMatchObject({ feedback: 5, customers: 1, feedbackBefore: 0, growth: null });
    expect(retail.cells[invoice]).toMatchObject({ feedback: 3, customers: 1 });
    // Who speaks of both is one customer, who pays once.
    expect(retail.total).toMatchObject({
      feedback: 8,
      customers: 1,
      monthlyRevenue: { amountMinor: '4900' },
    });
    expect(retail.cells.map(minor)).toEqual([4900, 4900]);
    expect(rowOf(found, 'health').cells.map(({ feedback }) => feedback)).toEqual([0, 2]);
    expect(rowOf(found, null).cells.map(({ customers }) => customers)).toEqual([1, 0]);
    expect(found.total).toMatchObject({
      feedback: 11,
      customers: 3,
      monthlyRevenue: { amountMinor: '4900' },
    });
  });

  it('tells how many lean, and never how few do', async () => {
    const found = await map();
    const [dark, invoice] = [columnOf(found, 'dark'), columnOf(found, 'invoice')];
    const retail = rowOf(found, 'retail');
    expect(retail.cells[dark]!.sentiment).toEqual(expect.any(Number));
    expect(retail.cells[invoice]!.sentiment).toBeNull();
    expect(rowOf(found, 'health').total.sentiment).toBeNull();
    expect(found.topics[invoice]!.total.sentiment).toBeLessThan(0);
  });

  it('knows no amounts of other currencies', async () => {
    const { total } = await map({ currency: 'EUR' });
    expect(total).toMatchObject({ feedback: 11, customers: 3, monthlyRevenue: { amountMinor: '0' } });
  });

  it('sets the period before beside it', async () => {
    await world.app.platform.database.servicePool.query(
      `update feedback set created_at = created_at - interval '2 days'`,
    );
    const from = new Date(world.clock.millis() - DAY_MS);
    await say(clinic, ['I miss the dark mode in the app.', 'The app should get a dark mode.']);
    await find();
    const period = { from, to: new Date(from.getTime() + 2 * DAY_MS) };
    const found = await map({ period });
    const [dark, invoice] = [columnOf(found, 'dark'), columnOf(found, 'invoice')];
    expect(found.topics[dark]!.total).toMatchObject({
      feedback: 2,
      customers: 1,
      monthlyRevenue: { amountMinor: '0' },
      feedbackBefore: 6,
      customersBefore: 2,
      monthlyRevenueBefore: { amountMinor: '4900' },
      growth: 2 / 6 - 1,
    });
    expect(rowOf(found, 'health').cells[dark]).toMatchObject({
      feedback: 2,
      feedbackBefore: 0,
      growth: null,
    });
    expect(rowOf(found, 'retail').cells[invoice]).toMatchObject({
      feedback: 0,
      feedbackBefore: 3,
      growth: -1,
    });
    expect((await map()).total).toMatchObject({ feedback: 13, feedbackBefore: 0 });
  });

  it('leaves a restricted person out', async () => {
    const before = rowOf(await map(), null).total.feedback;
    const [person] = await say(other, ['A dark mode in the app would be great.']);
    await find();
    expect(rowOf(await map(), null).total.feedback).toBe(before + 1);
    await carriedOut(world, person!, { kind: 'RESTRICTION' });
    expect(rowOf(await map(), null).total.feedback).toBe(before);
  });

  it('is asked of any time that a calendar has, and of none that ends before it begins', async () => {
    const ever = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' };
    expect((await map({ period: ever })).total).toMatchObject({ feedback: 13, feedbackBefore: 0 });
    const topic = (await map()).topics[0]!.topic!.id;
    const figures = `query ($id: ID!, $period: PeriodInput) { node(id: $id) { ... on FeedbackTopic { figures(period: $period) { before } } } }`;
    const asked = { id: topic, period: ever };
    expect(await staff.client.ask(figures, asked)).toEqual({ node: { figures: { before: 0 } } });
    const { errors } = await staff.client.send(MAP, { period: { from: ever.to, to: ever.from } });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('shows no word of anybody and no customer, and is for those who may read the market', async () => {
    const told = JSON.stringify(await map());
    for (const { customerId } of [shop, clinic, other]) expect(told).not.toContain(customerId);
    for (const text of [...DARK, ...INVOICE]) expect(told).not.toContain(text);
    for (const { client } of [shop, await world.endUser(shop), await world.staff('REVIEWER')]) {
      const { errors } = await client.send(MAP);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });
});
