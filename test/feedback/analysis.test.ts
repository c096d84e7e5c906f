/** What the product's own models make of words: how they lean, and what says much the same. */
import { AppError } from '../../src/kernel/errors';
import { AnalysisRepository } from '../../src/modules/feedback/analysis/analysis.repository';
import { SentimentLabel } from '../../src/modules/feedback/analysis/sentiment';
import { TextModelService } from '../../src/modules/feedback/analysis/text-model.service';
import { carriedOut, unpacked } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { submit, triage, withdraw } from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world?.close());

interface Judged {
  readonly sentiment: {
    label: string;
    score: number;
    modelVersion: { model: { name: string } } | null;
  } | null;
  readonly similar: readonly { id: string; text: string }[];
}

const JUDGED = 'sentiment { label score modelVersion { model { name } } } similar(first: 5) { id text }';

async function judged(id: string, { client }: Pick<Person, 'client'> = staff): Promise<Judged> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Feedback { ${JUDGED} } } }`;
  return (await client.ask<{ node: Judged }>(query, { id })).node;
}

const say = (person: Pick<Person, 'client'>, text: string) => submit(person, { kind: 'TEXT', text });

const rowsOf = async (id: string): Promise<number> => {
  const text = 'select count(*)::int as count from feedback_analyses where feedback_id = $1';
  const { rows } = await world.app.platform.database.servicePool.query<{ count: number }>(text, [id]);
  return rows[0]!.count;
};

const ILL = 'The export is terrible and useless, it fails and I hate it.';
const WELL = 'Wonderful answers, I love it, excellent and very helpful.';

test('words are judged after they were said, by the version that serves, and billed to nobody', async () => {
  const [ill, well, flat] = [
    await say(owner, ILL),
    await say(owner, WELL),
    await say(owner, 'The menu is on the left-hand side.'),
  ];
  const rated = await submit(owner, { kind: 'CSAT', score: 2 });
  await world.settle();
  const { sentiment } = await judged(ill.id);
  expect(sentiment).toMatchObject({
    label: 'NEGATIVE',
    modelVersion: { model: { name: 'sentiment-classifier' } },
  });
  expect(sentiment!.score).toBeLessThan(-0.5);
  expect((await judged(well.id)).sentiment).toMatchObject({ label: 'POSITIVE' });
  expect((await judged(flat.id)).sentiment).toMatchObject({ label: 'NEUTRAL', score: 0 });
  expect(await judged(rated.id)).toEqual({ sentiment: null, similar: [] });
  const { rows } = await world.app.platform.database.servicePool.query<{ count: number }>(
    `select (select count(*) from inferences)::int + (select count(*) from usage_records)::int as count`,
  );
  expect(rows[0]!.count).toBe(0);
});

test('a text longer than a model reads is read in pieces, and one of no words breaks nothing', async () => {
  const long = await say(
    owner,
    `${'The page is there. '.repeat(500)}${'terrible '.repeat(20)}`.slice(0, 9900),
  );
  const signs = await say(owner, '😀 … !!! 12345');
  await world.settle();
  expect((await judged(long.id)).sentiment).toMatchObject({ label: expect.any(String) as string });
  expect(await rowsOf(signs.id)).toBe(1);
});

test('what says much the same is found, nearest first, and never what is merged or taken back', async () => {
  const asked = await say(owner, 'Please add a dark mode to the app.');
  const same = await say(owner, 'I would like the app to have a dark mode.');
  const near = await say(owner, 'A dark theme for the app would be nice.');
  const other = await say(owner, 'My invoice of last month has the wrong address.');
  await world.settle();
  const ids = (await judged(asked.id)).similar.map(({ id }) => id);
  expect(ids.slice(0, 2).sort()).toEqual([same.id, near.id].sort());
  expect(ids).not.toContain(asked.id);
  expect(ids).not.toContain(other.id);
  await staff.client.mutate(
    'feedbackMerge',
    'FeedbackMergeInput!',
    { ids: [near.id], into: asked.id },
    'feedback { id }',
  );
  await withdraw(owner, { id: same.id });
  const left = (await judged(asked.id)).similar.map(({ id }) => id);
  expect(left).not.toContain(same.id);
  expect(left).not.toContain(near.id);
});

test('a customer finds what is its own, a person what is theirs, and staff all', async () => {
  const stranger = await world.customer();
  const [ann, bob] = [await world.endUser(owner), await world.endUser(owner)];
  const ofAnn = await say(ann, 'The search finds nothing when I type two words.');
  const alsoAnn = await say(ann, 'Search with two words finds nothing.');
  const ofBob = await say(bob, 'Searching for two words gives no results.');
  const theirs = await say(stranger, 'When I search for two words it finds nothing.');
  await world.settle();
  const seen = async (person: Pick<Person, 'client'>): Promise<string[]> =>
    (await judged(ofAnn.id, person)).similar.map(({ id }) => id).sort();
  expect(await seen(ann)).toEqual([alsoAnn.id]);
  expect(await seen(owner)).toEqual([alsoAnn.id, ofBob.id].sort());
  expect(await seen(staff)).toEqual([alsoAnn.id, ofBob.id, theirs.id].sort());
  // The person sees how it was judged, and nothing of the house's models.
  expect((await judged(ofAnn.id, ann)).sentiment).toMatchObject({ modelVersion: null });
  expect(await judged(ofAnn.id, stranger)).toBeNull();
});

test('words that are said anew are judged anew, words that are taken back leave nothing', async () => {
  const scene = await say(server, ILL);
  await world.settle();
  expect(await rowsOf(scene.id)).toBe(1);
  await withdraw(server, { id: scene.id });
  expect(await rowsOf(scene.id)).toBe(0);
  expect((await judged(scene.id)).sentiment).toBeNull();
  await world.settle();
  expect(await rowsOf(scene.id)).toBe(0);
});

test('what a reviewer does leaves the judgement as it is', async () => {
  const { id } = await say(owner, ILL);
  await world.settle();
  await triage(staff, id, { status: 'TRIAGED' });
  expect((await judged(id)).sentiment).toMatchObject({ label: 'NEGATIVE' });
});

test('what a restricted person said is not found by others, nor compared with theirs, until it is lifted', async () => {
  const person = await world.endUser(owner);
  const before = await say(person, 'The upload of large files never ends.');
  const other = await say(owner, 'Uploading large files never ends.');
  await world.settle();
  expect((await judged(other.id)).similar.map(({ id }) => id)).toContain(before.id);
  await carriedOut(world, person, { kind: 'RESTRICTION' });
  expect((await judged(other.id)).similar.map(({ id }) => id)).not.toContain(before.id);
  expect((await judged(before.id)).similar).toEqual([]);
  const whose = { endUserId: person.id };
  await owner.client.mutate('restrictionLift', 'RestrictionLiftInput!', whose, '__typename');
  expect((await judged(other.id)).similar.map(({ id }) => id)).toContain(before.id);
  expect((await judged(before.id)).similar.map(({ id }) => id)).toContain(other.id);
});

test('a copy holds what was made of the words, and whoever is forgotten leaves none of it', async () => {
  const name = 'whoever';
  const person = await world.endUser(owner, name);
  const { id } = await say(person, ILL);
  await world.settle();
  const { download } = await carriedOut(world, person, { kind: 'ACCESS' });
  expect((await unpacked(download!))['feedback_analyses.json']).toMatchObject([
    { feedbackId: id, sentiment: 'NEGATIVE', vector: expect.any(String) as string },
  ]);
  const { status } = await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
  expect(status).toBe('DONE');
  expect(await rowsOf(id)).toBe(0);
});

test('a text at which the model breaks holds up none of the others, and is tried again', async () => {
  const on = TextModelService.prototype.on;
  const broken = jest.spyOn(TextModelService.prototype, 'on').mockImplementation(function (
    this: TextModelService,
    versionId,
    work,
  ) {
    return on.call(this, versionId, (model) =>
      work({
        ...model,
        read: async (text, signal) => {
          if (text === 'breaks it') throw new AppError('ENGINE_FAULT', 'It broke.');
          return model.read(text, signal);
        },
      }),
    ) as never;
  });
  const errors = jest.spyOn(world.app.platform.log, 'error').mockImplementation(() => undefined);
  const [bad, good] = [await say(owner, 'breaks it'), await say(owner, ILL)];
  await world.until(async () => (await judged(good.id)).sentiment !== null, 'the other one to be read');
  expect(await rowsOf(bad.id)).toBe(0);
  broken.mockRestore();
  errors.mockRestore();
  await world.settle();
  expect((await judged(bad.id)).sentiment).not.toBeNull();
});

describe('what is kept', () => {
  const judgement = { label: SentimentLabel.POSITIVE, score: 1 };
  const words = (): AnalysisRepository => new AnalysisRepository(world.app.platform.database, world.clock);

  test('is of the words that stand: said otherwise while they were read, the judgement is not theirs', async () => {
    const { id } = await say(owner, WELL);
    await world.settle();
    const { customerId } = owner;
    await world.app.platform.database.servicePool.query(
      `update feedback set text = 'Something else.' where id = $1`,
      [id],
    );
    expect(await rowsOf(id)).toBe(0);
    await words().keepSentiment('mdv_any', [{ customerId, id, text: WELL, ...judgement }]);
    expect(await rowsOf(id)).toBe(0);
    await words().keepSentiment('mdv_any', [{ customerId, id, text: 'Something else.', ...judgement }]);
    expect(await rowsOf(id)).toBe(1);
    await words().keepSentiment('mdv_any', [{ customerId, id, text: 'Something else.', ...judgement }]);
    expect(await rowsOf(id)).toBe(1);
  });

  test('is of nobody who has restricted it meanwhile, and their words are not handed out to be read', async () => {
    const person = await world.endUser(owner);
    const { id } = await say(person, WELL);
    await world.settle();
    const unread = async (): Promise<string[]> =>
      (await words().unread('sentiment', 'mdv_any', { ids: [id], after: '', limit: 10 })).map(
        (one) => one.id,
      );
    expect(await unread()).toEqual([id]);
    await carriedOut(world, person, { kind: 'RESTRICTION' });
    expect(await unread()).toEqual([]);
    await world.app.platform.database.servicePool.query(
      'delete from feedback_analyses where feedback_id = $1',
      [id],
    );
    await words().keepSentiment('mdv_any', [{ customerId: owner.customerId, id, text: WELL, ...judgement }]);
    expect(await rowsOf(id)).toBe(0);
  });
});

test('a trend tells stretch by stretch what was said, without gaps, with the interval of the NPS, and of nobody who wants data about them left alone', async () => {
  const customer = await world.customer();
  let restless: Person | undefined;
  for (const score of [10, 9, 9, 3]) {
    const person = await world.endUser(customer);
    restless = person;
    await submit(person, { kind: 'NPS', score, text: score > 8 ? WELL : ILL });
  }
  await world.settle();
  const now = world.clock.now();
  const from = new Date(now.getTime() - 2 * 86_400_000);
  const to = new Date(now.getTime() + 86_400_000);
  const query = `query ($input: FeedbackTrendInput!) { feedbackTrend(input: $input) {
    from submitted negative neutral positive meanSentiment nps { n value interval } } }`;
  const input = { period: { from, to }, interval: 'DAY', customerId: customer.customerId };
  const { feedbackTrend } = await staff.client.ask<{ feedbackTrend: Record<string, unknown>[] }>(query, {
    input,
  });
  expect(feedbackTrend.length).toBeGreaterThanOrEqual(3);
  const said = feedbackTrend.filter(({ submitted }) => submitted !== 0);
  expect(said).toMatchObject([
    { submitted: 4, negative: 1, neutral: 0, positive: 3, nps: { n: 4, value: 50 } },
  ]);
  for (const interval of ['WEEK', 'MONTH']) {
    const longer = await staff.client.ask<{ feedbackTrend: { submitted: number }[] }>(query, {
      input: { ...input, interval },
    });
    expect(longer.feedbackTrend.reduce((sum, { submitted }) => sum + submitted, 0)).toBe(4);
  }
  await carriedOut(world, restless!, { kind: 'RESTRICTION' });
  const { feedbackTrend: since } = await staff.client.ask<{ feedbackTrend: Record<string, unknown>[] }>(
    query,
    { input },
  );
  expect(since.filter(({ submitted }) => submitted !== 0)).toMatchObject([
    { submitted: 3, negative: 0, positive: 3, nps: { n: 3, value: 100 } },
  ]);
  expect(feedbackTrend.filter(({ submitted }) => submitted === 0)[0]).toMatchObject({
    meanSentiment: null,
    nps: null,
  });
  const { errors } = await staff.client.send(query, {
    input: { ...input, period: { from: new Date('2020-01-01T00:00:00Z'), to } },
  });
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  expect((await owner.client.send(query, { input })).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
});

test('looking for what is similar is paid for: a query that asks it of hundreds is refused', async () => {
  const query = '{ feedback(first: 100) { nodes { similar(first: 20) { similar { id } } } } }';
  const { errors } = await staff.client.send(query);
  expect(errors).toMatchObject([{ extensions: { code: 'TOO_COSTLY' } }]);
  const { data } = await staff.client.send('{ feedback(first: 100) { nodes { similar { id } } } }');
  expect(data).toMatchObject({ feedback: { nodes: expect.any(Array) as object[] } });
});
