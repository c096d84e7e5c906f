/** What people ask about their own data, carried out: copies, erasure, restriction, objection, correction. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src/kernel/errors';
import { newId } from '../../src/kernel/id';
import { answer, submit } from '../feedback/support';
import { count, predict, served, type Served } from '../inference/support';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, attempt, carriedOut, knownPerson, requestOf, run, unpacked } from './data-requests';

let world: World;
let house: Served;
let owner: CustomerPerson;
let server: Person;
let stranger: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
  stranger = await world.customer();
});
afterAll(() => world?.close());

let people = 0;
const nextName = (): string => `person-${++people}`;
const known = (name = nextName(), words = `the words of ${name}`): Promise<Person> =>
  knownPerson(world, server, name, words);

const rowsOf = (sql: string, values: readonly unknown[]) =>
  count(world, `select count(*)::int as count ${sql}`, values);
const contentsOf = async ({ id }: Person) => ({
  payloads: await rowsOf('from inferences where end_user_id = $1 and payload is not null', [id]),
  words: await rowsOf(
    'from feedback where end_user_id = $1 and (text is not null or correction is not null)',
    [id],
  ),
  tracked: await rowsOf('from metric_events where end_user_id = $1', [id]),
  consents: await rowsOf('from consent_states where end_user_id = $1', [id]),
});
const blobs = (): string[] =>
  fs
    .readdirSync(path.join(world.dataDir, 'blobs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name));

describe('a copy', () => {
  test('holds what every module knows of the person, opened, and nothing of anybody else', async () => {
    const other = await known(nextName(), 'what somebody else said');
    const person = await known(undefined, 'what I said');
    const { status, outcome, download, copyUntil, closedAt } = await carriedOut(world, person, {
      kind: 'ACCESS',
    });
    expect({ status, isClosed: closedAt !== null }).toEqual({ status: 'DONE', isClosed: true });
    expect(Date.parse(copyUntil!)).toBeGreaterThan(world.clock.millis());
    const files = await unpacked(download!);
    expect(files['contents.json']).toMatchObject({
      request: { kind: 'ACCESS' },
      controller: { id: owner.customerId },
      person: { id: person.id },
    });
    expect(files['inferences.json']).toMatchObject([{ inputs: ROW, outputs: { label: 'yes' } }]);
    expect(files['feedback.json']).toMatchObject([{ kind: 'TEXT', text: 'what I said' }]);
    expect(files['feedback.csv']).toContain('what I said');
    expect(files['metric_events.json']).toMatchObject([{ name: 'visit', value: 1 }]);
    expect(files['consent_records.json']).toMatchObject([{ purpose: 'TRAINING' }, { purpose: 'ANALYTICS' }]);
    expect(files['end_users.json']).toHaveLength(1);
    expect(files['usage_records.json']).toMatchObject([{ requests: 1 }]);
    const text = JSON.stringify(files);
    for (const foreign of [other.id, 'what somebody else said', 'customer_id', '_key'])
      expect(text).not.toContain(foreign);
    const named = world.app.modules.manifests.flatMap(({ personalData = [] }) =>
      personalData.map(({ table }) => table),
    );
    expect(outcome!.map(({ table }) => table)).toEqual(named);
    expect(outcome).toContainEqual({ table: 'feedback', action: 'COPIED', rows: 1 });
  });

  test('has more rows of a table than are read at a time', async () => {
    const person = await world.endUser(owner);
    const many = 4_001;
    await world.app.platform.database.servicePool.query(
      `insert into metric_events (customer_id, event_id, end_user_id, name, value, at)
       select $1, $2 || n, $2, 'visit', n, now() from generate_series(1, $3::int) n`,
      [owner.customerId, person.id, many],
    );
    const { download } = await carriedOut(world, person, { kind: 'PORTABILITY' });
    const files = await unpacked(download!);
    const values = (files['metric_events.json'] as { value: number }[]).map(({ value }) => value);
    expect(new Set(values).size).toBe(many);
    expect(values).toHaveLength(many);
    expect((files['metric_events.csv'] as string).trimEnd().split('\r\n')).toHaveLength(many + 1);
  });

  test('cannot be read where it is stored', async () => {
    const before = new Set(blobs());
    const person = await known(undefined, 'canary-7781');
    await carriedOut(world, person, { kind: 'ACCESS' });
    const [stored, ...more] = blobs().filter((name) => !before.has(name));
    expect(more).toEqual([]);
    const bytes = fs.readFileSync(path.join(world.dataDir, 'blobs', stored!));
    for (const readable of ['canary-7781', 'feedback.json']) expect(bytes.includes(readable)).toBe(false);
  });

  test('that cannot be made waits for somebody who begins it anew', async () => {
    const person = await known();
    const noRoom = new AppError('OVERLOADED', 'There is no room left on the disk.');
    const put = jest.spyOn(world.app.platform.blobs, 'put').mockRejectedValueOnce(noRoom);
    const { id, status } = await carriedOut(world, person, { kind: 'ACCESS' });
    expect({ status, tried: put.mock.calls.length }).toEqual({ status: 'RECEIVED', tried: 1 });
    put.mockRestore();
    await attempt(owner, 'Fulfil', { id });
    await world.settle();
    expect(await requestOf(person, id)).toMatchObject({ status: 'DONE', download: expect.any(String) });
  });

  test('is the person’s and the customer’s alone, and staff that looks is noted', async () => {
    const person = await known();
    const { id } = await carriedOut(world, person, { kind: 'ACCESS' });
    expect((await requestOf(owner, id)).download).not.toBeNull();
    for (const outsider of [stranger, await known()]) expect(await requestOf(outsider, id)).toBeNull();
    const looks = `from outbox_events where type = 'personal-data.read' and subject = $1`;
    expect(await rowsOf(looks, [person.id])).toBe(0);
    expect((await requestOf(house.staff, id)).download).not.toBeNull();
    expect(await rowsOf(looks, [person.id])).toBe(1);
  });
});

describe('an erasure', () => {
  test('that the customer asks for takes what was said and asked, and leaves what counts', async () => {
    const name = nextName();
    const person = await known(name);
    const { feedbackToken } = await answer(person);
    await submit(person, { feedbackToken, kind: 'RATING', score: 4 });
    await world.settle();
    const bill = `from usage_records where end_user_id = $1`;
    const before = {
      usage: await rowsOf(bill, [person.id]),
      consents: await rowsOf('from consent_records where end_user_id = $1', [person.id]),
    };
    const { status, outcome } = await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
    expect(status).toBe('DONE');
    expect(outcome).toEqual(
      expect.arrayContaining([
        { table: 'inferences', action: 'ERASED', rows: 2 },
        { table: 'feedback', action: 'ERASED', rows: 1 },
        { table: 'metric_events', action: 'ERASED', rows: 1 },
        { table: 'consent_states', action: 'ERASED', rows: 2 },
        { table: 'usage_records', action: 'KEPT', rows: before.usage },
        { table: 'consent_records', action: 'KEPT', rows: before.consents },
      ]),
    );
    expect(await contentsOf(person)).toEqual({ payloads: 0, words: 0, tracked: 0, consents: 0 });
    expect(await rowsOf('from feedback where end_user_id = $1 and score = 4', [person.id])).toBe(1);
    expect(await rowsOf(bill, [person.id])).toBe(before.usage);
    const seen = await owner.client.ask<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on EndUser { externalId erasedAt } } }',
      { id: person.id },
    );
    expect(seen.node).toEqual({ externalId: `erased:${person.id}`, erasedAt: expect.any(String) });
  });

  test('leaves every proof of the audit log intact', async () => {
    const person = await known();
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const { auditVerify } = await house.staff.client.ask<{ auditVerify: object }>(
      '{ auditVerify { isIntact } }',
    );
    expect(auditVerify).toEqual({ isIntact: true });
  });

  test('ends tokens that are still good, and the same name begins anew as somebody else', async () => {
    const name = nextName();
    const person = await known(name);
    await predict(server, { endUserExternalId: name });
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const { errors } = await person.client.send('{ viewer { kind } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const byId = await server.client.attempt('predict', 'PredictInput!', {
      deployment: 'wages',
      rows: ROW,
      endUserId: person.id,
    });
    expect(byId.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { inference } = await predict(server, { endUserExternalId: name });
    expect(inference!.endUser!.id).not.toBe(person.id);
    expect(inference!.consent).not.toContainEqual({ purpose: 'TRAINING', granted: true });
  });

  test('that the person asks for waits until the customer decides; nothing is lost before', async () => {
    const person = await known();
    const asked = await carriedOut(world, person, { kind: 'ERASURE', details: 'I leave.' });
    expect(asked).toMatchObject({ status: 'RECEIVED', details: 'I leave.', closedAt: null, progress: null });
    expect((await contentsOf(person)).words).toBe(1);
    for (const outsider of [stranger, person]) {
      const { errors } = await attempt(outsider, 'Fulfil', { id: asked.id }).catch((error: Error) => ({
        errors: [{ code: /FORBIDDEN|decide/.test(error.message) ? 'FORBIDDEN' : error.message }],
      }));
      expect(errors).toMatchObject([{ code: outsider === person ? 'FORBIDDEN' : 'NOT_FOUND' }]);
    }
    await attempt(owner, 'Fulfil', { id: asked.id });
    await world.settle();
    expect(await requestOf(owner, asked.id)).toMatchObject({ status: 'DONE', details: null });
    expect((await contentsOf(person)).words).toBe(0);
    expect((await attempt(owner, 'Fulfil', { id: asked.id })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  test('can be refused, with a reason that the person reads', async () => {
    const person = await known();
    const { id } = await ask(person, { kind: 'ERASURE' });
    expect((await attempt(owner, 'Refuse', { id, reason: 'short' })).errors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    const reason = 'A claim about your order is still open.';
    await attempt(owner, 'Refuse', { id, reason });
    expect(await requestOf(person, id)).toMatchObject({ status: 'REFUSED', answer: reason });
    expect((await contentsOf(person)).words).toBe(1);
  });

  test('takes copies along, those too that were asked for a moment before', async () => {
    const person = await known();
    const copy = await carriedOut(world, person, { kind: 'ACCESS' });
    expect((await fetch(copy.download!)).status).toBe(200);
    const late = await ask(person, { kind: 'PORTABILITY' });
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    for (const { id } of [copy, late]) {
      expect(await requestOf(owner, id)).toMatchObject({ download: null, copyUntil: null });
      expect((await requestOf(owner, id)).closedAt).not.toBeNull();
    }
    expect((await fetch(copy.download!)).status).toBe(404);
  });

  test('that breaks off goes on where it stood, and counts what it did before', async () => {
    const person = await known();
    const pool = world.app.platform.database.servicePool;
    await pool.query(`create function refuse_for_now() returns trigger language plpgsql as
      $$ begin raise exception 'not now'; end $$`);
    await pool.query(
      'create trigger refuse before delete on metric_events for each row execute function refuse_for_now()',
    );
    const { id } = await ask(server, { kind: 'ERASURE', endUserId: person.id });
    await world.until(
      async () => ((await requestOf(owner, id)).outcome ?? []).some(({ table }) => table === 'inferences'),
      'a part of it',
    );
    await pool.query('drop trigger refuse on metric_events');
    await pool.query('drop function refuse_for_now');
    await world.settle();
    const { status, outcome } = await requestOf(owner, id);
    expect(status).toBe('DONE');
    expect(outcome).toEqual(
      expect.arrayContaining([
        { table: 'inferences', action: 'ERASED', rows: 1 },
        { table: 'metric_events', action: 'ERASED', rows: 1 },
      ]),
    );
    expect(outcome).toHaveLength(new Set(outcome!.map(({ table }) => table)).size);
  });

  test('catches up with what was written while it was under way', async () => {
    const person = await known();
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    await world.app.platform.database.servicePool.query(
      `update feedback set text = 'said a moment too late' where end_user_id = $1`,
      [person.id],
    );
    await run(world, 'privacy.sweep-erased');
    expect((await contentsOf(person)).words).toBe(0);
  });

  test('cancels what was accepted for later', async () => {
    const person = await known();
    const id = newId('prd', world.clock.now());
    await world.app.platform.database.servicePool.query(
      `insert into predictions (customer_id, id, created_at, status, principal, end_user_id, deployment_id, asked)
       values ($1, $2, now(), 'QUEUED', $3, $3, $4, 'sealed')`,
      [owner.customerId, id, person.id, house.deploymentId],
    );
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const gone =
      "from predictions where id = $1 and status = 'CANCELLED' and asked is null and finished_at is not null";
    expect(await rowsOf(gone, [id])).toBe(1);
  });
});

describe('a restriction', () => {
  test('lets nothing that names the person be taken in or used, until it is lifted', async () => {
    const name = nextName();
    const person = await known(name);
    const { inference, feedbackToken } = await predict(person);
    expect(await ask(person, { kind: 'RESTRICTION' })).toMatchObject({ status: 'DONE', progress: null });
    const refusal = [{ code: 'PROCESSING_RESTRICTED' }];
    const about = { deployment: 'wages', rows: ROW };
    for (const who of [person, server]) {
      const input = who === person ? about : { ...about, endUserExternalId: name };
      expect((await who.client.attempt('predict', 'PredictInput!', input)).errors).toMatchObject(refusal);
    }
    const said = { feedbackToken, kind: 'THUMBS', score: 1 };
    expect(
      (await person.client.attempt('feedbackSubmit', 'FeedbackSubmitInput!', said)).errors,
    ).toMatchObject(refusal);
    const events = [{ id: `restricted-${name}`, name: 'visit', value: 1 }];
    const { accepted } = await person.client.mutate<{ accepted: number }>(
      'track',
      'TrackInput!',
      { events },
      'accepted',
    );
    expect(accepted).toBe(0);
    const outputs = async (): Promise<unknown> =>
      (
        await owner.client.ask<{ inference: { outputs: unknown } }>(
          'query ($id: ID!) { inference(id: $id) { outputs } }',
          {
            id: inference!.id,
          },
        )
      ).inference.outputs;
    expect(await outputs()).toBeNull();
    expect(await contentsOf(person)).toMatchObject({ payloads: 2, words: 1 });
    const lift = { endUserId: person.id };
    const foreign = await stranger.client.attempt('restrictionLift', 'RestrictionLiftInput!', lift);
    expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { endUser } = await owner.client.mutate<{ endUser: object }>(
      'restrictionLift',
      'RestrictionLiftInput!',
      lift,
      'endUser { id restrictedAt consents { purpose granted restricted } }',
    );
    expect(endUser).toMatchObject({ id: person.id, restrictedAt: null });
    expect(endUser).toMatchObject({
      consents: expect.arrayContaining([{ purpose: 'TRAINING', granted: true, restricted: false }]),
    });
    expect(await outputs()).not.toBeNull();
    expect((await predict(person)).inference).not.toBeNull();
  });

  test('leaves a copy, an erasure and consents to the person, and a new yes allows that one use', async () => {
    const person = await known();
    await ask(person, { kind: 'RESTRICTION' });
    expect((await carriedOut(world, person, { kind: 'ACCESS' })).status).toBe('DONE');
    const input = { purpose: 'ANALYTICS', granted: true };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, '__typename');
    const { viewer } = await person.client.ask<{ viewer: { endUser: { consents: object[] } } }>(
      '{ viewer { endUser { consents { purpose granted restricted } } } }',
    );
    expect(viewer.endUser.consents).toEqual(
      expect.arrayContaining([
        { purpose: 'ANALYTICS', granted: true, restricted: false },
        { purpose: 'TRAINING', granted: true, restricted: true },
      ]),
    );
  });
});

test('an objection withdraws every consent that stands, at once', async () => {
  const person = await known();
  expect((await ask(person, { kind: 'OBJECTION', details: 'No more.' })).status).toBe('DONE');
  const { viewer } = await person.client.ask<{
    viewer: { endUser: { consents: object[]; consentHistory: { nodes: object[] } } };
  }>('{ viewer { endUser { consents { purpose granted } consentHistory { nodes { granted method } } } } }');
  for (const purpose of ['TRAINING', 'ANALYTICS'])
    expect(viewer.endUser.consents).toContainEqual({ purpose, granted: false });
  expect(viewer.endUser.consentHistory.nodes.filter((record) => 'method' in record)).toEqual([
    { granted: false, method: 'DATA_REQUEST' },
    { granted: false, method: 'DATA_REQUEST' },
    { granted: true, method: 'SELF_SERVICE' },
    { granted: true, method: 'SELF_SERVICE' },
  ]);
});

test('a correction is done by somebody, who says what they did', async () => {
  const person = await known();
  const { id } = await ask(person, { kind: 'RECTIFICATION', details: 'My number is another one.' });
  expect((await attempt(owner, 'Fulfil', { id })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'answer'] },
  ]);
  await attempt(owner, 'Fulfil', { id, answer: 'It is 2 now.' });
  expect(await requestOf(person, id)).toMatchObject({ status: 'DONE', answer: 'It is 2 now.' });
  const readable = `from data_requests where id = $1 and (details like '%number%' or answer like '%2 now%')`;
  expect(await rowsOf(readable, [id])).toBe(0);
});

test('asked again while it is open, also at the same moment, it is one request', async () => {
  const person = await known();
  const asked = await Promise.all(Array.from({ length: 5 }, () => ask(person, { kind: 'RECTIFICATION' })));
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
});

test('a customer asks for what its person asked before: that decides it', async () => {
  const person = await known();
  const { id } = await ask(person, { kind: 'ERASURE' });
  expect((await ask(server, { kind: 'ERASURE', endUserId: person.id })).id).toBe(id);
  await world.settle();
  expect((await requestOf(owner, id)).status).toBe('DONE');
});

test('a request is due in 30 days and shown to the person', async () => {
  const person = await known();
  const { kind, status, createdAt, dueAt, isOverdue } = await ask(person, { kind: 'RECTIFICATION' });
  expect({ kind, status, isOverdue }).toEqual({
    kind: 'RECTIFICATION',
    status: 'RECEIVED',
    isOverdue: false,
  });
  expect(Date.parse(dueAt) - Date.parse(createdAt)).toBe(30 * 86_400_000);
  const { viewer, dataRequests } = await person.client.ask<{
    viewer: { endUser: { dataRequests: object[] } };
    dataRequests: { nodes: object[] };
  }>('{ viewer { endUser { dataRequests { kind } } } dataRequests { nodes { kind } } }');
  expect([viewer.endUser.dataRequests, dataRequests.nodes]).toEqual([[{ kind }], [{ kind }]]);
});

test('every table that carries end_user_id is named by a module as a holder of personal data', async () => {
  const { rows } = await world.app.platform.database.servicePool.query<{ name: string }>(
    `select distinct c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where a.attname = 'end_user_id' and not a.attisdropped and n.nspname = 'public'
       and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const named = world.app.modules.manifests.flatMap(({ personalData = [] }) =>
    personalData.map(({ table }) => table),
  );
  expect(rows.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
});
