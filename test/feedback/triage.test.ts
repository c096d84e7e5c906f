/** What reviewers do with feedback: one at a time, in order of urgency, with what was and why. */
import { served, type Served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { manyAreDecided } from './bulk-triage';
import { duplicatesStand } from './duplicates';
import { answer, HISTORY, type History, inbox, type Item, ranked, submit, triage, withdraw } from './support';

let world: World;
let scene: Served;
let owner: CustomerPerson;
let reviewer: Person;
beforeAll(async () => {
  world = await startWorld();
  scene = await served(world, 'wages');
  owner = await world.customer();
  reviewer = await world.staff('REVIEWER');
});
afterAll(() => world.close());

const said = (text: string): Promise<Item> => submit(owner, { kind: 'TEXT', text });

test('triage is kept step by step, and only staff reads who and why', async () => {
  const { id } = await said('The chart is empty.');
  const decided = await triage(
    reviewer,
    id,
    {
      status: 'TRIAGED',
      severity: 2,
      assigneeId: reviewer.id,
      tags: ['Chart', 'chart', 'empty-state'],
      note: 'Seen it too.',
    },
    'status severity tags dueAt createdAt assignee { id } priority { value formula votes severity monthlyRevenue { formatted } ageDays }',
  );
  expect(decided.errors).toEqual([]);
  expect(decided.feedback).toMatchObject({
    status: 'TRIAGED',
    severity: 2,
    tags: ['chart', 'empty-state'],
    assignee: { id: reviewer.id },
    priority: {
      value: 4,
      votes: 1,
      severity: 2,
      monthlyRevenue: { formatted: '0.00 USD' },
      ageDays: 0,
      formula: expect.stringContaining('log10') as string,
    },
  });
  const query = `{ node(id: "${id}") { ... on Feedback { priority { value } assignee { id } ${HISTORY} } } }`;
  const { node: staffs } = await reviewer.client.ask<{ node: History }>(query);
  expect(staffs.history.nodes).toMatchObject([
    {
      kind: 'TRIAGED',
      by: reviewer.id,
      note: 'Seen it too.',
      changes: { status: ['NEW', 'TRIAGED'], severity: [null, 2] },
    },
    { kind: 'SUBMITTED', by: expect.stringMatching(/^mem_/) as string, note: null },
  ]);
  const { node: customers } = await owner.client.ask<{ node: History & { priority: null; assignee: null } }>(
    query,
  );
  expect(customers).toMatchObject({ priority: null, assignee: null });
  expect(customers.history.nodes[0]).toMatchObject({ kind: 'TRIAGED', by: null, note: null });
});

test('of several acts in one request each answers what it left, and not what one before it had read', async () => {
  const [one, other] = [await said('The export lacks a column.'), await said('Export: a column is missing.')];
  const query = `mutation ($one: ID!, $other: ID!) {
    merge: feedbackMerge(input: { ids: [$other], into: $one }) { errors { message } }
    before: feedbackTriage(id: $other, input: { note: "The same." }) { feedback { mergedInto { severity } } }
    judge: feedbackTriage(id: $one, input: { severity: 1 }) { errors { message } }
    after: feedbackTriage(id: $other, input: { note: "It is urgent." }) { feedback { mergedInto { severity } } }
  }`;
  expect(await reviewer.client.ask(query, { one: one.id, other: other.id })).toEqual({
    merge: { errors: [] },
    before: { feedback: { mergedInto: { severity: null } } },
    judge: { errors: [] },
    after: { feedback: { mergedInto: { severity: 1 } } },
  });
});

test('two reviewers never work on one item unknowingly', async () => {
  const other = await world.staff('REVIEWER');
  const { id } = await said('Two want this.');
  expect((await triage(reviewer, id, { lock: true })).errors).toEqual([]);
  expect((await triage(other, id, { status: 'DECLINED' })).errors).toMatchObject([
    { __typename: 'Conflict', currentId: id },
  ]);
  expect((await triage(reviewer, id, { status: 'TRIAGED' })).errors).toEqual([]);
  // A quarter of an hour later the lock has ended, as has the session of whoever held it.
  world.clock.advance(16 * 60_000);
  const later = await world.staff('REVIEWER');
  expect((await triage(later, id, { lock: true })).errors).toEqual([]);
  const given = await triage(later, id, { lock: false, status: 'PLANNED' });
  world.clock.advance(-16 * 60_000);
  expect(given.feedback).toMatchObject({ status: 'PLANNED' });
});

test('who decides on what has changed since is told, with the one to look at', async () => {
  const { id, version } = await said('Late decision.');
  const both = await Promise.all([
    triage(reviewer, id, { severity: 1, expectedVersion: version }),
    triage(reviewer, id, { severity: 4, expectedVersion: version }),
  ]);
  expect(both.map(({ errors }) => errors.length).sort()).toEqual([0, 1]);
  expect(both.flatMap(({ errors }) => errors)).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'expectedVersion'], currentId: id },
  ]);
});

test('feedback goes only where it may go, and all faults of a decision come at once', async () => {
  const { id } = await said('Done already.');
  await triage(reviewer, id, { status: 'RESOLVED' });
  expect((await triage(reviewer, id, { status: 'PLANNED' })).errors).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'status'] },
  ]);
  expect((await triage(reviewer, id, { status: 'DUPLICATE' })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await triage(reviewer, id, { status: 'TRIAGED' })).errors).toEqual([]);
  const faults = (
    await triage(reviewer, id, { severity: 9, tags: ['no spaces here'], note: 'x'.repeat(2001) })
  ).errors;
  expect(faults.map(({ path }) => path?.[1]).sort()).toEqual(['note', 'severity', 'tags']);
  expect((await triage(reviewer, id, { assigneeId: `stf_${'0'.repeat(26)}` })).errors).toMatchObject([
    { path: ['input', 'assigneeId'] },
  ]);
  expect((await triage(reviewer, `fbk_${'0'.repeat(26)}`, { severity: 1 })).errors).toMatchObject([
    { code: 'NOT_FOUND', path: ['id'] },
  ]);
});

test('nobody works on what was taken back, or merges it', async () => {
  const { id } = await said('Never mind.');
  await withdraw(owner, { id });
  expect((await triage(reviewer, id, { severity: 1 })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const { id: standing } = await said('I do mind.');
  for (const merge of [
    { ids: [id], into: standing },
    { ids: [standing], into: id },
  ]) {
    const { errors } = await reviewer.client.attempt('feedbackMerge', 'FeedbackMergeInput!', merge);
    expect(errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('took this back') as string },
    ]);
  }
  expect((await inbox(reviewer)).map((item) => item.id)).not.toContain(id);
  expect((await inbox(reviewer, { withWithdrawn: true })).map((item) => item.id)).toContain(id);
});

test('customers do not triage', async () => {
  const { id } = await said('Mine.');
  const { errors } = await owner.client.send(
    `mutation { feedbackTriage(id: "${id}", input: {severity: 1}) { errors { code } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('the inbox lists the most urgent first, page by page, each once', async () => {
  for (const severity of [4, 1, 3, 2, 1])
    await submit(owner, { kind: 'SEVERITY', score: severity, text: 'paged' });
  const query = `query ($after: String) { feedback(first: 2, after: $after, filter: {kind: SEVERITY, textContains: "PAGED"}, orderBy: {field: PRIORITY, direction: DESC}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id severity dueAt } } }`;
  interface Answer {
    feedback: {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: { id: string; severity: number }[];
    };
  }
  const seen: { id: string; severity: number }[] = [];
  let after: string | null = null;
  do {
    const { feedback }: Answer = await reviewer.client.ask(query, { after });
    expect(feedback.totalCount).toBe(5);
    seen.push(...feedback.nodes);
    after = feedback.pageInfo.hasNextPage ? feedback.pageInfo.endCursor : null;
  } while (after);
  expect(seen.map(({ severity }) => severity)).toEqual([1, 1, 2, 3, 4]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
});

test('the inbox is filtered by the answer’s deployment and version without the client naming them', async () => {
  const { feedbackToken } = await answer(await world.apiKey(owner));
  const { id } = await submit({ client: world.client() }, { feedbackToken, kind: 'THUMBS', score: 0 });
  const found = await inbox(reviewer, {
    deploymentId: scene.deploymentId,
    modelVersionId: scene.versionId,
    status: 'NEW',
  });
  expect(found.map((item) => item.id)).toEqual([id]);
  expect(await inbox(reviewer, { deploymentId: `dep_${'0'.repeat(26)}` })).toEqual([]);
});

test('a person who finds a problem worse than first said is heard, until a reviewer judges otherwise', async () => {
  const { feedbackToken } = await answer(await world.apiKey(owner));
  const say = (score: number): Promise<Item> => submit(owner, { feedbackToken, kind: 'SEVERITY', score });
  const { id } = await say(4);
  const urgency = async (): Promise<object> =>
    (
      await reviewer.client.ask<{ node: object }>(
        `{ node(id: "${id}") { ... on Feedback { severity dueAt createdAt priority { value severity } } } }`,
      )
    ).node;
  expect(await urgency()).toMatchObject({ severity: 4, priority: { value: 1, severity: 4 } });
  expect(await say(1)).toMatchObject({ id, severity: 1 });
  const { createdAt, dueAt, ...now } = (await urgency()) as { createdAt: string; dueAt: string };
  expect(now).toEqual({ severity: 1, priority: { value: 8, severity: 1 } });
  expect(Date.parse(dueAt) - Date.parse(createdAt)).toBe(86_400_000);
  await triage(reviewer, id, { severity: 2 });
  expect(await say(4)).toMatchObject({ score: 4, severity: 2 });
  expect(await urgency()).toMatchObject({ severity: 2, priority: { severity: 2 } });
});

const desk = { world: () => world, owner: () => owner, reviewer: () => reviewer };
duplicatesStand(desk);
manyAreDecided(desk);

test('what waits grows more urgent by the hour, without a change of version', async () => {
  const { id, version } = await said('Still waiting.');
  const priority = async (
    by = reviewer,
  ): Promise<{ version: number; priority: { value: number; ageDays: number } }> =>
    (
      await by.client.ask<{ node: { version: number; priority: { value: number; ageDays: number } } }>(
        `{ node(id: "${id}") { ... on Feedback { version priority { value ageDays } } } }`,
      )
    ).node;
  const before = await priority();
  world.clock.advance(15 * 86_400_000);
  const { servicePool } = world.app.platform.database;
  const written = async (): Promise<string> =>
    (await servicePool.query<{ by: string }>('select xmin::text as by from feedback where id = $1', [id]))
      .rows[0]!.by;
  await ranked(world);
  expect(await priority(await world.staff('REVIEWER'))).toEqual({
    version,
    priority: { value: before.priority.value * 1.5, ageDays: 15 },
  });
  // An hour that changes nothing writes nothing: the inbox of a year is not written anew every hour.
  const once = await written();
  await ranked(world);
  expect(await written()).toBe(once);
});
