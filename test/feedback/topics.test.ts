/** What many people speak of: found by machine, named by words that many said or by a person, and shown to staff alone. */
import { carriedOut, run } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { DARK, INVOICE, submit, withdraw } from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let other: CustomerPerson;
beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  owner = await world.customer();
  other = await world.customer();
});
afterAll(() => world?.close());

const ALONE = ['My cat sleeps on the keyboard.', 'The weather in Lisbon is lovely.', 'Where is the harbour?'];

interface Topic {
  readonly id: string;
  readonly name: string | null;
  readonly label: string;
  readonly words: readonly string[];
  readonly size: number;
  readonly version: number;
  readonly figures: {
    readonly count: number;
    readonly people: number;
    readonly customers: number;
    readonly sentiment: number | null;
    readonly score: number | null;
    readonly before: number;
    readonly growth: number | null;
    readonly monthlyRevenue: readonly { formatted: string }[];
  };
  readonly newest: readonly { id: string; text: string }[];
}

const TOPIC = `id name label words size version
  figures { count people customers sentiment score before growth monthlyRevenue { formatted } } newest(first: 3) { id text }`;

async function topics(): Promise<Topic[]> {
  const query = `{ feedbackTopics(first: 100) { nodes { ${TOPIC} } } }`;
  return (await staff.client.ask<{ feedbackTopics: { nodes: Topic[] } }>(query)).feedbackTopics.nodes;
}

const topicWith = async (word: string): Promise<Topic | undefined> =>
  (await topics()).find(({ words }) => words.includes(word));

async function topicOf(id: string, { client }: Pick<Person, 'client'> = staff): Promise<string | null> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Feedback { topic { id } } } }';
  return (await client.ask<{ node: { topic: { id: string } | null } }>(query, { id })).node.topic?.id ?? null;
}

/** Each text by a person of their own. */
async function saidBy(customer: CustomerPerson, texts: readonly string[], more: object = { kind: 'TEXT' }) {
  const said: { person: Person; id: string; text: string }[] = [];
  for (const text of texts) {
    const person = await world.endUser(customer);
    said.push({ person, text, id: (await submit(person, { ...more, text })).id });
  }
  await world.settle();
  return said;
}

const find = (): Promise<void> => run(world, 'feedback.find-topics');

test('many who say the same are a topic with its words, and those who stand alone are none', async () => {
  const dark = [...(await saidBy(owner, DARK.slice(0, 4))), ...(await saidBy(other, DARK.slice(4)))];
  await saidBy(owner, INVOICE, { kind: 'CSAT', score: 2 });
  const alone = await saidBy(owner, ALONE);
  await find();
  const found = await topics();
  expect(found.map(({ size }) => size)).toEqual([6, 5]);
  const [first, second] = found;
  expect(first!.words).toEqual(expect.arrayContaining(['dark', 'mode']));
  expect(second!.words).toEqual(expect.arrayContaining(['invoice', 'address']));
  expect(first!.figures).toMatchObject({
    count: 6,
    people: 6,
    customers: 2,
    score: null,
    before: 0,
    growth: null,
  });
  expect(second!.figures).toMatchObject({ count: 5, people: 5, customers: 1, score: 0.25 });
  expect(second!.figures.sentiment).toBeLessThan(0);
  expect(first!.newest.map(({ id }) => id)).toEqual(
    dark
      .map(({ id }) => id)
      .reverse()
      .slice(0, 3),
  );
  expect(await topicOf(dark[0]!.id)).toBe(first!.id);
  expect(await topicOf(alone[0]!.id)).toBeNull();
});

test('a mean of fewer than five people is not told, however many spoke', async () => {
  const { servicePool } = world.app.platform.database;
  const { id } = (await topicWith('invoice'))!;
  const { rows } = await servicePool.query<{ id: string }>(
    `update feedback_analyses set sentiment_label = null, sentiment_score = null where feedback_id = (
       select max(feedback_id) from feedback_analyses where topic_id = $1) returning feedback_id as id`,
    [id],
  );
  expect((await topicWith('invoice'))!.figures).toMatchObject({ people: 5, sentiment: null });
  await servicePool.query(
    `update feedback_analyses set sentiment_label = 'NEGATIVE', sentiment_score = -1 where feedback_id = $1`,
    [rows[0]!.id],
  );
  expect((await topicWith('invoice'))!.figures.sentiment).toBeLessThan(0);
});

test('a topic that goes on keeps its id and its name, and takes what is new', async () => {
  const before = (await topicWith('dark'))!;
  const rename = (input: object) =>
    staff.client.attempt<{ topic: Topic | null }>(
      'feedbackTopicRename',
      'FeedbackTopicRenameInput!',
      { id: before.id, ...input },
      'topic { name label version }',
    );
  const { payload } = await rename({ name: 'Dark mode', expectedVersion: before.version });
  expect(payload.topic).toEqual({ name: 'Dark mode', label: 'Dark mode', version: before.version + 1 });
  expect((await rename({ name: 'Night', expectedVersion: before.version })).errors).toMatchObject([
    { code: 'CONFLICT' },
  ]);
  const [late] = await saidBy(other, ['Could the app get a dark mode?']);
  await find();
  await find();
  expect(await topicOf(late!.id)).toBe(before.id);
  expect(await topicWith('dark')).toMatchObject({
    id: before.id,
    name: 'Dark mode',
    label: 'Dark mode',
    size: 7,
  });
});

test('while another version reads the words anew, topics stay as they are', async () => {
  const { servicePool } = world.app.platform.database;
  const before = await topics();
  expect(before.map(({ name }) => name)).toContain('Dark mode');
  const seenBy = async (versionId: string): Promise<string> => {
    const { rows } = await servicePool.query<{ was: string }>(
      `with old as (select min(embedding_version_id) as was from feedback_analyses)
       update feedback_analyses set embedding_version_id = $1 from old returning was`,
      [versionId],
    );
    return rows[0]!.was;
  };
  const served = await seenBy(`mdv_${'0'.repeat(26)}`);
  await find();
  expect(await topics()).toEqual(before);
  await seenBy(served);
});

test('it is nobody’s but the staff’s: its words are of all customers', async () => {
  const { id, newest } = (await topicWith('dark'))!;
  const mine = newest.find(({ text }) => text)!.id;
  expect(await topicOf(mine, other)).toBeNull();
  expect(
    (await owner.client.ask<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id }))
      .node,
  ).toBeNull();
  for (const person of [owner, await world.endUser(owner), await world.apiKey(owner)])
    expect((await person.client.send('{ feedbackTopics { nodes { id } } }')).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
});

test('growth is against the period before, and a customer’s part of a topic is told without words', async () => {
  await world.app.platform.database.servicePool.query(
    `update feedback set created_at = created_at - interval '2 days'`,
  );
  const from = new Date(world.clock.millis() - 86_400_000);
  await saidBy(owner, [
    'I miss the dark mode in the app.',
    'The app should get a dark mode.',
    'Dark mode in the app!',
  ]);
  await find();
  const { id } = (await topicWith('dark'))!;
  const to = new Date(from.getTime() + 2 * 86_400_000);
  const query = `query ($id: ID!, $period: PeriodInput) { node(id: $id) { ... on FeedbackTopic {
    figures(period: $period) { count before growth people sentiment } } } }`;
  const { node } = await staff.client.ask<{ node: object }>(query, { id, period: { from, to } });
  expect(node).toEqual({
    figures: { count: 3, before: 7, growth: 3 / 7 - 1, people: 3, sentiment: null },
  });
  const parts = await world.app.modules.feedback.topics.byCustomer({ from, to });
  expect(parts.filter(({ topicId }) => topicId === id)).toEqual([
    expect.objectContaining({
      label: 'Dark mode',
      customerId: owner.customerId,
      count: 3,
      before: 4,
      judged: 3,
    }),
    expect.objectContaining({
      customerId: other.customerId,
      count: 0,
      before: 3,
      judged: 0,
      sentimentSum: 0,
    }),
  ]);
});

test('a name that few people say, and personal data that many say, are no words of a topic', async () => {
  const texts = DARK.map(
    (text, at) => `${text} jane.doe@example.com says so${at < 2 ? ', and Zebulon, Zebulon, Zebulon.' : '.'}`,
  );
  const said = await saidBy(owner, texts);
  await find();
  const { words } = (await topicWith('dark'))!;
  for (const word of ['zebulon', 'jane', 'doe', 'example']) expect(words).not.toContain(word);
  for (const { person, id } of said) await withdraw(person, { id });
});

test('a topic of which fewer than five people are left is gone', async () => {
  const { id } = (await topicWith('invoice'))!;
  const query = `select feedback_id as id, end_user_id as "endUserId" from feedback_analyses where topic_id = $1 order by 1`;
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(query, [id]);
  expect(rows).toHaveLength(5);
  const server = await world.apiKey(owner);
  await withdraw(server, { id: rows[0]!.id });
  expect(await topicOf(rows[1]!.id)).toBe(id);
  await find();
  expect(await topicWith('invoice')).toBeUndefined();
  expect(await topicOf(rows[1]!.id)).toBeNull();
});

test('one person who says much is no topic, and a restricted person counts in none', async () => {
  const person = await world.endUser(owner);
  for (let i = 0; i < 8; i++)
    await submit(person, { kind: 'TEXT', text: `The search finds nothing, number ${i}.` });
  await world.settle();
  await find();
  expect(await topicWith('search')).toBeUndefined();
  const dark = (await topicWith('dark'))!;
  const [late] = await saidBy(owner, ['A dark mode in the app would be great.']);
  await find();
  expect((await topicWith('dark'))!.size).toBe(dark.size + 1);
  expect((await topicWith('dark'))!.newest[0]!.id).toBe(late!.id);
  await carriedOut(world, late!.person, { kind: 'RESTRICTION' });
  expect((await topicWith('dark'))!.newest.map(({ id }) => id)).not.toContain(late!.id);
  expect(await topicOf(late!.id)).toBeNull();
  await find();
  expect((await topicWith('dark'))!.size).toBe(dark.size);
});
