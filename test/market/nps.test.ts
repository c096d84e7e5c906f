/** The net promoter score by segment: of what stands, of nothing that was taken back, and of nobody who wants data about them left alone. */
import { submit } from '../feedback/support';
import { served } from '../inference/support';
import { carriedOut } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

const NPS = `query ($period: PeriodInput) { market { nps(period: $period) { segment answers promoters detractors score } } }`;

describe('the net promoter score', () => {
  let world: World;
  let staff: Person;
  let owner: CustomerPerson;

  beforeAll(async () => {
    world = await startWorld();
    ({ staff } = await served(world, 'wages'));
    owner = await world.customer();
    await world.settle();
  });
  afterAll(() => world.close());

  async function nps(variables: Record<string, unknown> = {}): Promise<object[]> {
    await world.settle();
    return (await staff.client.ask<{ market: { nps: object[] } }>(NPS, variables)).market.nps;
  }

  it('is nothing before anybody said anything', async () => {
    expect(await nps()).toEqual([]);
  });

  it('counts each answer that stands, in its segment, and other kinds not at all', async () => {
    const person = await world.endUser(owner, 'ann');
    const said: string[] = [];
    for (const score of [10, 9, 8, 7, 6, 0]) said.push((await submit(person, { kind: 'NPS', score })).id);
    await submit(person, { kind: 'CSAT', score: 1 });
    expect(await nps()).toEqual([{ segment: null, answers: 6, promoters: 2, detractors: 2, score: 0 }]);

    await person.client.mutate(
      'feedbackWithdraw',
      'FeedbackWithdrawInput!',
      { id: said[5] },
      'feedback { id }',
    );
    expect(await nps()).toEqual([{ segment: null, answers: 5, promoters: 2, detractors: 1, score: 20 }]);
    await world.app.platform.database.servicePool.query(
      "update customer_origins set segment = 'health' where customer_id = $1",
      [owner.customerId],
    );
    const other = await world.endUser(await world.customer(), 'ben');
    await submit(other, { kind: 'NPS', score: 9 });
    expect(await nps()).toEqual([
      { segment: 'health', answers: 5, promoters: 2, detractors: 1, score: 20 },
      { segment: null, answers: 1, promoters: 1, detractors: 0, score: 100 },
    ]);
    await carriedOut(world, other, { kind: 'RESTRICTION' });
    expect(await nps()).toMatchObject([{ segment: 'health', answers: 5 }]);
    const before = { period: { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' } };
    expect(await nps(before)).toEqual([]);
  });
});
