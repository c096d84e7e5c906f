/** Saying something about an answer or the product, and taking it back. */
import { served, type Served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { answer, inbox, type Item, refused, submit, triage, withdraw } from './support';

let world: World;
let scene: Served;
let owner: CustomerPerson;
let server: Person;
beforeAll(async () => {
  world = await startWorld();
  scene = await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world.close());

const eventsOf = async (subject: string): Promise<{ type: string; data: Record<string, unknown> }[]> => {
  const text = 'select type, data from outbox_events where subject = $1 order by position';
  const { rows } = await world.app.platform.database.servicePool.query<{
    type: string;
    data: Record<string, unknown>;
  }>(text, [subject]);
  return rows;
};

test('a browser rates its answer by the token, and the answer knows it', async () => {
  const person = await world.endUser(owner);
  const { inferenceId, feedbackToken } = await answer(person);
  const item = await submit(person, { feedbackToken, kind: 'THUMBS', score: 1, text: 'Just right.' });
  expect(item).toMatchObject({ score: 1, text: 'Just right.', status: 'NEW', version: 1 });
  const query =
    '{ inference(id: $id) { feedback { id score inference { id } endUser { id } customer { id } } } }'.replace(
      '$id',
      JSON.stringify(inferenceId),
    );
  const { inference } = await scene.staff.client.ask<{ inference: object }>(query);
  expect(inference).toEqual({
    feedback: [
      {
        id: item.id,
        score: 1,
        inference: { id: inferenceId },
        endUser: { id: person.id },
        customer: { id: owner.customerId },
      },
    ],
  });
  expect(await eventsOf(item.id)).toMatchObject([
    {
      type: 'feedback.submitted',
      data: {
        inferenceId,
        endUserId: person.id,
        kind: 'THUMBS',
        score: 1,
        deploymentId: scene.deploymentId,
        modelVersionId: scene.versionId,
      },
    },
  ]);
});

test('whoever holds the token needs no other credential, and gets no further with it', async () => {
  const { feedbackToken } = await answer(server);
  const stranger = { client: world.client() };
  const item = await submit(
    stranger,
    { feedbackToken, kind: 'RATING', score: 4 },
    'id kind score customer { id } inference { id }',
  );
  expect(item).toMatchObject({ score: 4, customer: null, inference: null });
  const { errors } = await world.client().send('{ feedback { nodes { id } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('said again it is changed, said the same it stays, said twice at once it is one', async () => {
  const person = await world.endUser(owner);
  const { feedbackToken } = await answer(person);
  const all = await Promise.all(
    [1, 2, 3, 4].map(() => submit(person, { feedbackToken, kind: 'THUMBS', score: 0 })),
  );
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  const { id, version } = all[0]!;
  expect(version).toBe(1);
  const changed = await submit(person, { feedbackToken, kind: 'THUMBS', score: 1 });
  expect(changed).toMatchObject({ id, score: 1, version: 2 });
  const other = await submit(person, { feedbackToken, kind: 'TEXT', text: 'And some words.' });
  expect(other.id).not.toBe(id);
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['feedback.submitted', 'feedback.changed']);
});

test('a correction carries any right answer, and belongs to an answer', async () => {
  const { feedbackToken } = await answer(server);
  const item = await submit(server, { feedbackToken, kind: 'CORRECTION', correction: { label: false } });
  expect(item.correction).toEqual({ label: false });
  expect(await refused(server, { kind: 'CORRECTION', score: 1 })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'score'] },
    { code: 'INVALID_INPUT', path: ['input', 'correction'] },
    { code: 'INVALID_INPUT', path: ['input', 'feedbackToken'] },
  ]);
  const long = await refused(server, { feedbackToken, kind: 'CORRECTION', correction: 'x'.repeat(10_001) });
  expect(long).toMatchObject([{ path: ['input', 'correction'] }]);
});

test('a correction that is said again in the same words is no change, however the database orders its keys', async () => {
  const { feedbackToken } = await answer(server);
  const correction = { wage: 12, by: { year: 1985, at: ['north'] }, a: null };
  const once = await submit(server, { feedbackToken, kind: 'CORRECTION', correction });
  const again = await submit(server, { feedbackToken, kind: 'CORRECTION', correction });
  expect(again).toEqual(once);
  expect((await eventsOf(once.id)).map(({ type }) => type)).toEqual(['feedback.submitted']);
  const other = { ...correction, wage: 13 };
  expect(await submit(server, { feedbackToken, kind: 'CORRECTION', correction: other })).toMatchObject({
    correction: other,
    version: 2,
  });
});

test('a forged, a foreign and another person’s token get the very same answer', async () => {
  const person = await world.endUser(owner);
  const neighbour = await world.endUser(owner);
  const stranger = await world.customer();
  const { feedbackToken } = await answer(person);
  const say = { kind: 'THUMBS', score: 1 };
  const forged = await refused(person, {
    ...say,
    feedbackToken: feedbackToken.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a')),
  });
  expect(await refused(stranger, { ...say, feedbackToken })).toEqual(forged);
  expect(await refused(neighbour, { ...say, feedbackToken })).toEqual(forged);
  expect(forged).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'feedbackToken'] }]);
});

test('a token ends after ninety days', async () => {
  const person = await world.endUser(owner);
  const { feedbackToken } = await answer(person);
  world.clock.advance(91 * 86_400_000);
  const errors = await refused({ client: world.client() }, { feedbackToken, kind: 'THUMBS', score: 1 });
  world.clock.advance(-91 * 86_400_000);
  expect(errors).toMatchObject([{ path: ['input', 'feedbackToken'] }]);
});

test('members, servers for their people, and people themselves speak of the product too', async () => {
  const member = await submit(owner, { kind: 'NPS', score: 9 }, 'id kind endUser { id } inference { id }');
  expect(member).toMatchObject({ endUser: null, inference: null });
  const forPerson = await submit(
    server,
    { kind: 'TEXT', text: 'From the app.', endUserExternalId: 'ada' },
    'id endUser { externalId }',
  );
  expect(forPerson).toMatchObject({ endUser: { externalId: 'ada' } });
  const person = await world.endUser(owner);
  expect(await submit(person, { kind: 'CSAT', score: 5 }, 'endUser { id } customer { id }')).toEqual({
    endUser: { id: person.id },
    customer: null,
  });
  const errors = await refused(owner, { kind: 'CSAT', score: 5, endUserExternalId: 'ada' });
  expect(errors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('words are kept without what steers a terminal or turns the reading direction', async () => {
  const item = await submit(owner, { kind: 'TEXT', text: '\u001b[2Jfine\u202e txt.exe\u0000' });
  expect(item.text).toBe('[2Jfine txt.exe');
  expect(await refused(owner, { kind: 'TEXT', text: '\u0007\u202e' })).toMatchObject([
    { path: ['input', 'text'] },
  ]);
  expect(await refused(owner, { kind: 'TEXT', text: 'x'.repeat(10_001) })).toMatchObject([
    { path: ['input', 'text'] },
  ]);
});

test('the person takes it back: what was said is gone, and saying it again brings it back', async () => {
  const person = await world.endUser(owner);
  const { inferenceId, feedbackToken } = await answer(person);
  const { id } = await submit(person, { feedbackToken, kind: 'THUMBS', score: 0, text: 'Wrong.' });
  const { payload, errors } = await withdraw(person, { id });
  expect(errors).toEqual([]);
  expect(payload.feedback).toMatchObject({
    id,
    score: null,
    text: null,
    version: 2,
    withdrawnAt: expect.any(String) as string,
  });
  expect((await withdraw(person, { id })).payload.feedback).toMatchObject({ version: 2 });
  const { inference } = await server.client.ask<{ inference: { feedback: Item[] } }>(
    `{ inference(id: "${inferenceId}") { feedback { id } } }`,
  );
  expect(inference.feedback).toEqual([]);
  const { rows } = await world.app.platform.database.servicePool.query(
    'select text, score from feedback where id = $1',
    [id],
  );
  expect(rows).toEqual([{ text: null, score: null }]);
  expect(await submit(person, { feedbackToken, kind: 'THUMBS', score: 1 })).toMatchObject({
    id,
    score: 1,
    withdrawnAt: null,
  });
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
    'feedback.submitted',
    'feedback.withdrawn',
    'feedback.changed',
  ]);
});

test('what is taken back stands in no history either, and takes a severity that no reviewer judged with it', async () => {
  const person = await world.endUser(owner);
  const { feedbackToken } = await answer(person);
  const say = (score: number): Promise<Item> => submit(person, { feedbackToken, kind: 'SEVERITY', score });
  const { id } = await say(2);
  await say(1);
  await withdraw(person, { id });
  const { servicePool } = world.app.platform.database;
  const { rows: steps } = await servicePool.query(
    `select kind, changes -> 'score' as score from feedback_events where feedback_id = $1 order by id`,
    [id],
  );
  expect(steps).toEqual([
    { kind: 'SUBMITTED', score: null },
    { kind: 'CHANGED', score: [true, true] },
    { kind: 'WITHDRAWN', score: null },
  ]);
  const { rows } = await servicePool.query(
    `select severity, due_at, priority_terms -> 'severity' as ranked from feedback where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ severity: null, due_at: null, ranked: null }]);
  expect(await say(3)).toMatchObject({ severity: 3 });
  await triage(scene.staff, id, { severity: 1 });
  expect((await withdraw(person, { id })).payload.feedback).toMatchObject({ score: null, severity: 1 });
  const { rows: judged } = await servicePool.query(
    `select changes -> 'severity' as severity, changes -> 'dueAt' -> 0 as due from feedback_events
     where feedback_id = $1 and kind = 'TRIAGED'`,
    [id],
  );
  expect(judged).toEqual([{ severity: [null, 1], due: null }]);
});

test('a note about what was said goes with it, and is in no log, from which nothing goes', async () => {
  const { id } = await submit(owner, { kind: 'TEXT', text: 'Ann cannot pay.' });
  await triage(scene.staff, id, { note: 'Ann cannot pay.' });
  await withdraw(owner, { id });
  await world.settle();
  const left = `select note as said from feedback_events where feedback_id = $1 union select reason from outbox_events
    where subject = $1 union select reason from audit_records where object = $1`;
  const { rows } = await world.app.platform.database.servicePool.query<object>(left, [id]);
  expect(rows).toEqual([{ said: null }]);
});

test('nobody takes back what another said, and cannot tell whether it exists', async () => {
  const person = await world.endUser(owner);
  const neighbour = await world.endUser(owner);
  const stranger = await world.customer();
  const { feedbackToken } = await answer(person);
  const { id } = await submit(person, { feedbackToken, kind: 'THUMBS', score: 1 });
  const invented = await withdraw(neighbour, { id: `fbk_${'0'.repeat(26)}` });
  expect(invented.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  for (const other of [neighbour, stranger, owner])
    expect((await withdraw(other, { id })).errors).toEqual(invented.errors);
  expect((await withdraw({ client: world.client() }, { id, feedbackToken })).errors).toEqual([]);
});

test('a person’s token sees that person’s feedback, a customer its own, staff all, and staff’s look is noted', async () => {
  const person = await world.endUser(owner);
  const stranger = await world.customer();
  const mine = await submit(person, { kind: 'CSAT', score: 1 });
  const theirs = await submit(stranger, { kind: 'CSAT', score: 2 });
  expect((await inbox(person)).map(({ id }) => id)).toEqual([mine.id]);
  expect(await inbox(person, { endUserId: `eus_${'0'.repeat(26)}` })).toEqual([]);
  expect((await inbox(stranger)).map(({ id }) => id)).toEqual([theirs.id]);
  const all = (await inbox(scene.staff, { kind: 'CSAT' })).map(({ id }) => id);
  expect(all).toEqual(expect.arrayContaining([mine.id, theirs.id]));
  expect((await eventsOf(person.id)).map(({ type }) => type)).toContain('personal-data.read');
  const { viewer } = await person.client.ask<{ viewer: object }>(
    '{ viewer { endUser { feedback { totalCount nodes { id } } } } }',
  );
  expect(viewer).toEqual({ endUser: { feedback: { totalCount: 1, nodes: [{ id: mine.id }] } } });
  const asNode = await stranger.client.ask<{ node: null }>(`{ node(id: "${mine.id}") { id } }`);
  expect(asNode.node).toBeNull();
});

test('a list of answers with their feedback stays at few statements', async () => {
  const { customer } = await owner.client.ask<{ customer: { feedback: { nodes: Item[] } } }>(
    '{ customer { feedback(first: 50, filter: {kind: THUMBS}) { nodes { id score inference { id createdAt } endUser { id } } } } }',
  );
  expect(customer.feedback.nodes.length).toBeGreaterThan(2);
});

test('one voice is heard sixty times an hour about the product, and then told to wait', async () => {
  const person = await world.endUser(owner);
  for (let i = 0; i < 60; i++) await submit(person, { kind: 'TEXT', text: `Thought ${i}` }, 'id');
  const { errors } = await person.client.send(
    'mutation { feedbackSubmit(input: {kind: TEXT, text: "And another."}) { errors { code } } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});
