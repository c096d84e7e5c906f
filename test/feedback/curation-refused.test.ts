/** Which corrections are no rows to learn from, each with what to do next. */
import { count, served } from '../inference/support';
import { ConsentPurpose } from '../../src/modules/privacy';
import { tenant } from '../../src/platform/database';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { accepted, consent, corrected, correctedBy, curate, refusal } from './curation';
import { submit, whileWithdrawn, withdraw } from './support';

const ASKED = { rows: ROW };

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ staff } = await served(world, 'wages'));
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world?.close());

const held = (feedbackId: string): Promise<number> =>
  count(world, 'select count(*)::int as count from curated_rows where feedback_id = $1', [feedbackId]);

test('a correction is refused of a person who has not agreed, or not any more', async () => {
  const person = await world.endUser(server);
  const { feedbackId } = await correctedBy(person, ASKED, { label: 'no' });
  expect(await refusal(staff, feedbackId)).toMatchObject({ code: 'CONSENT_REQUIRED' });
  await consent(person, true);
  expect(await refusal(staff, feedbackId)).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('is not kept'),
  });
  const agreed = await correctedBy(person, ASKED, { label: 'no' });
  await consent(person, false);
  expect(await refusal(staff, agreed.feedbackId)).toMatchObject({ code: 'CONSENT_REQUIRED' });
  expect(await held(agreed.feedbackId)).toBe(0);
});

test('a correction is refused of a person who takes their consent back meanwhile', async () => {
  const { person, feedbackId } = await corrected(world, server, ASKED, { label: 'no' });
  const no = { ...owner, endUserId: person.id, purpose: ConsentPurpose.TRAINING };
  const { errors } = await whileWithdrawn(world, no, () => curate(staff, feedbackId));
  expect(errors).toMatchObject([{ code: 'CONSENT_REQUIRED' }]);
  expect(await held(feedbackId)).toBe(0);
});

test('a correction is refused of an answer that named nobody', async () => {
  const { feedbackId } = await correctedBy(server, ASKED, { label: 'no' });
  expect(await refusal(staff, feedbackId)).toMatchObject({
    code: 'CONFLICT',
    path: ['input', 'id'],
    message: expect.stringContaining('named no end user'),
  });
});

test('a correction is refused that was taken back, is another kind of word, or a duplicate', async () => {
  const gone = await corrected(world, server, ASKED, { label: 'no' });
  await withdraw(gone.person, { id: gone.feedbackId });
  expect(await refusal(staff, gone.feedbackId)).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('nothing left to learn from'),
  });
  const { feedbackToken, person, feedbackId } = await corrected(world, server, ASKED, { label: 'no' });
  const { id } = await submit(person, { feedbackToken, kind: 'THUMBS', score: 0 });
  expect(await refusal(staff, id)).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('CORRECTION'),
  });
  const twin = await corrected(world, server, ASKED, { label: 'no' });
  const merge = { ids: [feedbackId], into: twin.feedbackId };
  await staff.client.mutate('feedbackMerge', 'FeedbackMergeInput!', merge, 'feedback { id }');
  expect(await refusal(staff, feedbackId)).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(twin.feedbackId),
  });
});

test('a correction is refused that says no class of the version', async () => {
  const { feedbackId } = await corrected(world, server, ASKED, { label: 'maybe' });
  expect(await refusal(staff, feedbackId)).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'id'],
    message: expect.stringContaining('It knows: no, yes'),
  });
});

test('a correction is refused that is not the one that the reviewer saw', async () => {
  const { feedbackId, feedbackToken, person } = await corrected(world, server, ASKED, { label: 'no' });
  await submit(person, { feedbackToken, kind: 'CORRECTION', correction: { label: 'yes' } });
  const accept = async (expectedVersion: number) => {
    const input = { id: feedbackId, expectedVersion };
    return (await staff.client.attempt('feedbackCurate', 'FeedbackCurateInput!', input)).errors;
  };
  expect(await accept(1)).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
  expect(await accept(2)).toEqual([]);
});

test('an accepted row is seen by its own customer’s transactions alone, and its contents by nobody in the table', async () => {
  const { feedbackId } = await corrected(world, server, { rows: { ...ROW, income: 987654.25 } }, 'no');
  await accepted(staff, feedbackId);
  const { read } = world.app.platform.database;
  const rows = (customerId: string) =>
    read.sql(tenant(customerId), 'test.rows', 'select contents from curated_rows where feedback_id = $1', [
      feedbackId,
    ]);
  expect(await rows((await world.customer()).customerId)).toEqual([]);
  const own = await rows(owner.customerId);
  expect(own).toHaveLength(1);
  expect(JSON.stringify(own)).not.toMatch(/987654|income/);
});

test('a correction is refused whose answer is too old for what was asked to be kept', async () => {
  const { feedbackId } = await corrected(world, server, ASKED, { label: 'no' });
  await world.app.platform.database.servicePool.query(
    'update inferences set payload = null, payload_until = null where id = (select inference_id from feedback where id = $1)',
    [feedbackId],
  );
  expect(await refusal(staff, feedbackId)).toMatchObject({ message: expect.stringContaining('30 days') });
});

test('a correction is refused while another reviewer holds it, and to whoever is no reviewer', async () => {
  const other = await world.staff('REVIEWER');
  const { feedbackId } = await corrected(world, server, ASKED, { label: 'no' });
  const query = `mutation ($id: ID!) { feedbackTriage(id: $id, input: {lock: true}) { errors { code } } }`;
  await other.client.ask(query, { id: feedbackId });
  expect(await refusal(staff, feedbackId)).toMatchObject({
    message: expect.stringContaining('holds this'),
  });
  expect(await accepted(other, feedbackId)).toMatchObject({ acceptedBy: { id: other.id } });
  for (const person of [owner, server]) {
    const text = `mutation { feedbackCurate(input: {id: "${feedbackId}"}) { errors { code } } }`;
    expect((await person.client.send(text)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  const { node } = await owner.client.ask<{ node: object }>(
    `{ node(id: "${feedbackId}") { ... on Feedback { curation { status } } } }`,
  );
  expect(node).toEqual({ curation: null });
  await curate(other, feedbackId, 'feedbackUncurate');
});
