/** The survey of product–market fit: who may be asked and how often, what counts as an answer, and how it is told by segment and plan. */
import { carriedOut, unpacked } from '../privacy/data-requests';
import { submit } from '../feedback/support';
import { subscribed } from '../billing/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Turn {
  readonly due: boolean;
  readonly question: string;
  readonly nextAt: string;
}
interface Figures {
  readonly answers: number;
  readonly veryDisappointed: number;
  readonly share: number | null;
  readonly interval: readonly number[] | null;
  readonly standing: string;
  readonly asked: number;
  readonly responded: number;
  readonly responseRate: number | null;
}
interface Fit {
  readonly question: string;
  readonly benchmark: number;
  readonly total: Figures;
  readonly bySegment: readonly { group: string | null; figures: Figures }[];
  readonly byPlan: readonly { group: string | null; figures: Figures }[];
}

const FIGURES = 'answers veryDisappointed share interval standing asked responded responseRate';
const FIT = `query ($period: PeriodInput) { market { productMarketFit(period: $period) { question benchmark total { ${FIGURES} }
  bySegment { group figures { ${FIGURES} } } byPlan { group figures { ${FIGURES} } } } } }`;
const DAY_MS = 86_400_000;

describe('the survey of product–market fit', () => {
  let world: World;
  let analyst: Person;
  let owner: CustomerPerson;
  let server: Person;
  let other: CustomerPerson;
  /** Keys outlive the days that pass here. */
  let buyers: Person;

  beforeAll(async () => {
    world = await startWorld();
    analyst = await world.staff('ANALYST');
    owner = await world.customer();
    server = await world.apiKey(owner);
    other = await subscribed(world, 'PRO');
    buyers = await world.apiKey(other);
    await world.settle();
    await world.app.platform.database.servicePool.query(
      "update customer_origins set segment = 'health' where customer_id = $1",
      [other.customerId],
    );
  });
  afterAll(() => world.close());

  async function ask({ client }: Pick<Person, 'client'>, input: object = {}) {
    const { payload, errors } = await client.attempt<Turn>(
      'surveyAsk',
      'SurveyAskInput!',
      input,
      'due question nextAt',
    );
    return errors.length > 0 ? errors.map(({ code, path }) => `${code} ${path?.join('.')}`) : payload;
  }
  async function fit(period?: object): Promise<Fit> {
    const answer = await analyst.client.ask<{ market: { productMarketFit: Fit } }>(FIT, { period });
    return answer.market.productMarketFit;
  }

  it('is nothing before anybody was asked', async () => {
    const { total, bySegment, ...rest } = await fit();
    expect(rest).toMatchObject({
      question: 'How would you feel if you could no longer use this product?',
      benchmark: 0.4,
    });
    expect(total).toEqual({
      answers: 0,
      veryDisappointed: 0,
      share: null,
      interval: null,
      standing: 'UNDECIDED',
      asked: 0,
      responded: 0,
      responseRate: null,
    });
    expect(bySegment).toEqual([]);
  });

  it('asks nobody again for 90 days, asked from two places at once neither, nor who has just answered', async () => {
    const ann = await world.endUser(owner, 'ann');
    const first = await Promise.all([ask(ann), ask(server, { endUserExternalId: 'ann' }), ask(ann)]);
    expect((first as Turn[]).map(({ due }) => due).sort()).toEqual([false, false, true]);
    expect(await ask(owner)).toMatchObject({ due: true });
    const ben = await world.endUser(owner, 'ben');
    await submit(ben, { kind: 'PMF', score: 2 });
    expect(await ask(ben)).toMatchObject({ due: false });
    expect(await ask(server)).toEqual(['INVALID_INPUT input.endUserExternalId']);

    world.clock.advance(89 * DAY_MS);
    const annie = { endUserExternalId: 'ann' };
    expect(await ask(server, annie)).toMatchObject({ due: false });
    world.clock.advance(DAY_MS + 60_000);
    expect(await ask(server, annie)).toMatchObject({ due: true });
    analyst = await world.staff('ANALYST');
  });

  it('takes one answer of a person: said again it is changed, taken back it does not count, by a token it is refused', async () => {
    const before = (await fit()).total.answers;
    const cat = await world.endUser(server, 'cat');
    const answer = await submit(cat, { kind: 'PMF', score: 1 });
    const again = await submit(cat, { kind: 'PMF', score: 3, text: 'I could not work.' });
    expect(again).toMatchObject({ id: answer.id, score: 3, version: 2 });
    const atOnce = await Promise.all(
      [1, 2, 3].map((score) => submit(server, { kind: 'PMF', score, endUserExternalId: 'dan' })),
    );
    expect(new Set(atOnce.map(({ id }) => id)).size).toBe(1);
    expect((await fit()).total.answers).toBe(before + 2);
    await server.client.mutate(
      'feedbackWithdraw',
      'FeedbackWithdrawInput!',
      { id: answer.id },
      'feedback { id }',
    );
    expect((await fit()).total.answers).toBe(before + 1);
    const { errors } = await cat.client.attempt('feedbackSubmit', 'FeedbackSubmitInput!', {
      kind: 'PMF',
      score: 0,
    });
    expect(errors.map(({ path }) => path!.join('.'))).toEqual(['input.score']);
  });

  it('is told with its interval and its response rate, by segment and by plan, which add up', async () => {
    const from = new Date(world.clock.millis() + 1000);
    world.clock.advance(2000);
    // Five of PRO are asked and four answer, three of whom would miss it; two of FREE answer unasked.
    for (const [name, score] of Object.entries({ p1: 3, p2: 3, p3: 3, p4: 1, p5: null })) {
      expect(await ask(buyers, { endUserExternalId: name })).toMatchObject({ due: true });
      if (score !== null) await submit(buyers, { kind: 'PMF', score, endUserExternalId: name });
    }
    for (const [name, score] of Object.entries({ f1: 2, f2: 3 }))
      await submit(server, { kind: 'PMF', score, endUserExternalId: name });
    const { total, bySegment, byPlan } = await fit({ from, to: new Date(world.clock.millis() + DAY_MS) });
    expect(total).toMatchObject({
      answers: 6,
      veryDisappointed: 4,
      asked: 5,
      responded: 4,
      responseRate: 0.8,
    });
    expect(total.share).toBeCloseTo(2 / 3, 12);
    expect(total.interval![0]).toBeCloseTo(0.3, 2);
    expect(total.standing).toBe('UNDECIDED');
    expect(bySegment.map(({ group, figures }) => [group, figures.answers, figures.veryDisappointed])).toEqual(
      [
        ['health', 4, 3],
        [null, 2, 1],
      ],
    );
    expect(byPlan.map(({ group, figures }) => [group, figures.answers, figures.responseRate])).toEqual([
      ['PRO', 4, 0.8],
      ['FREE', 2, null],
    ]);
  });

  it('leaves out who restricted the use of their data, asks them no more, and is forgotten with the person', async () => {
    const eve = await world.endUser(server, 'eve');
    await ask(eve);
    await submit(eve, { kind: 'PMF', score: 3 });
    const { total } = await fit();
    const { download } = await carriedOut(world, eve, { kind: 'ACCESS' });
    expect((await unpacked(download!))['survey_asks.json']).toHaveLength(1);
    await carriedOut(world, eve, { kind: 'RESTRICTION' });
    expect((await fit()).total).toMatchObject({ answers: total.answers - 1, asked: total.asked - 1 });
    expect(await ask(server, { endUserExternalId: 'eve' })).toEqual([
      expect.stringContaining('PROCESSING_RESTRICTED'),
    ]);
    await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: 'eve' });
    const left = 'select from survey_asks where end_user_id = $1';
    expect((await world.app.platform.database.servicePool.query(left, [eve.id])).rowCount).toBe(0);
  });

  it('is staff’s to see', async () => {
    await expect(server.client.ask(FIT)).rejects.toThrow('FORBIDDEN');
  });
});
