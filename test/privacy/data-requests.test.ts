/** What people ask about their own data: copies, corrections, and how a request is asked, shown and decided. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src/kernel/errors';
import { deadlineOf } from '../../src/modules/privacy/data-request/deadline';
import { triage } from '../feedback/support';
import { served, type Served } from '../inference/support';
import { expectNone } from '../support/expect-none';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, attempt, blobsOf, carriedOut, knownPerson, requestOf, rowsOf, unpacked } from './data-requests';

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

describe('a copy', () => {
  test('holds what every module knows of the person, opened, and nothing of anybody else', async () => {
    const other = await known(nextName(), 'what somebody else said');
    const person = await known(undefined, 'what I said');
    const staff = await world.staff();
    const said = async (endUserId: string): Promise<string> => {
      const byWhom = `select id from feedback where end_user_id = $1`;
      const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(byWhom, [
        endUserId,
      ]);
      return rows[0]!.id;
    };
    await triage(staff, await said(person.id), { note: 'a note on it' });
    await triage(staff, await said(other.id), { note: 'a note on what somebody else said' });
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
    const reviewerNotes = [{ at: expect.any(String), note: 'a note on it' }];
    expect(files['feedback.json']).toMatchObject([{ kind: 'TEXT', text: 'what I said', reviewerNotes }]);
    expect(files['feedback.csv']).toContain('what I said');
    expect(files['metric_events.json']).toMatchObject([{ name: 'visit', value: 1 }]);
    expect(files['consent_records.json']).toMatchObject([{ purpose: 'TRAINING' }, { purpose: 'ANALYTICS' }]);
    expect(files['end_users.json']).toHaveLength(1);
    expect(files['usage_records.json']).toMatchObject([{ requests: 1 }]);
    const text = JSON.stringify(files);
    for (const foreign of [other.id, 'what somebody else said', staff.id, 'customer_id', '_key'])
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
    const before = new Set(blobsOf(world));
    const person = await known(undefined, 'canary-7781');
    await carriedOut(world, person, { kind: 'ACCESS' });
    const [stored, ...more] = blobsOf(world).filter((name) => !before.has(name));
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

  test('is read no faster than it is fetched, and its file is closed when nobody fetches it any more', async () => {
    const person = await world.endUser(owner);
    // More than the sockets between them hold.
    await world.app.platform.database.servicePool.query(
      `insert into metric_events (customer_id, event_id, end_user_id, name, value, at)
       select $1, n::text, $2, (select string_agg(sha512((n || '-' || part)::bytea)::text, '') from generate_series(1, 270) part), n, now()
       from generate_series(1, 1000) n`,
      [owner.customerId, person.id],
    );
    const { download } = await carriedOut(world, person, { kind: 'ACCESS' });
    const opened = jest.spyOn(fs, 'createReadStream');
    const leaving = new AbortController();
    const response = await fetch(download!, { signal: leaving.signal });
    await response.body!.getReader().read();
    const handedOut = opened.mock.results.at(-1)!.value as fs.ReadStream;
    opened.mockRestore();
    let [read, still] = [0, 0];
    await world.until(() => {
      still = handedOut.bytesRead === read ? still + 1 : 0;
      read = handedOut.bytesRead;
      return Promise.resolve(still === 10);
    }, 'it to be read no further');
    const { size } = fs.statSync(handedOut.path);
    leaving.abort();
    await world.until(() => Promise.resolve(handedOut.closed), 'its file to be closed');
    expect(read).toBeLessThan(size / 2);
  });

  test('is the person’s and the customer’s alone, and staff that looks is noted', async () => {
    const person = await known();
    const { id } = await carriedOut(world, person, { kind: 'ACCESS' });
    expect((await requestOf(owner, id)).download).not.toBeNull();
    for (const outsider of [stranger, await known()]) expect(await requestOf(outsider, id)).toBeNull();
    const looks = `from outbox_events where type = 'personal-data.read' and subject = $1`;
    expect(await rowsOf(world, looks, [person.id])).toBe(0);
    expect((await requestOf(house.staff, id)).download).not.toBeNull();
    expect(await rowsOf(world, looks, [person.id])).toBe(1);
    // Two customers may know a person by the same id; what leads to members and keys is not for a browser.
    const whose = `{ node(id: "${id}") { ... on DataRequest { customer { id } } } }`;
    expect(await house.staff.client.ask(whose)).toEqual({ node: { customer: { id: owner.customerId } } });
    expect(await person.client.ask(whose)).toEqual({ node: { customer: null } });
  });
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
  expect(await rowsOf(world, readable, [id])).toBe(0);
});

test('asked again while it is open, also at the same moment, it is one request', async () => {
  const person = await known();
  const asked = await Promise.all(Array.from({ length: 5 }, () => ask(person, { kind: 'RECTIFICATION' })));
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
});

test('what is to be corrected is not lost behind an open request that says something else', async () => {
  const person = await known();
  const said = { kind: 'RECTIFICATION', details: 'My name is another one.' };
  const { id } = await ask(person, said);
  expect((await ask(person, said)).id).toBe(id);
  expect((await ask(person, { kind: 'RECTIFICATION' })).id).toBe(id);
  const more = await attempt(person, 'Create', { ...said, details: 'So is my address.' });
  expect(more).toMatchObject({
    request: null,
    errors: [{ code: 'CONFLICT', path: ['input', 'details'] }],
  });
  await attempt(owner, 'Fulfil', { id, answer: 'It is corrected.' });
  expect((await ask(person, { ...said, details: 'So is my address.' })).id).not.toBe(id);
});

test('a copy of the last hour is answered again, and a later one is made anew', async () => {
  const person = await known();
  const { id } = await carriedOut(world, person, { kind: 'ACCESS' });
  const before = blobsOf(world).length;
  for (let i = 0; i < 3; i++) expect((await carriedOut(world, person, { kind: 'ACCESS' })).id).toBe(id);
  expect(blobsOf(world).length).toBe(before);
  expect((await carriedOut(world, person, { kind: 'PORTABILITY' })).id).not.toBe(id);
});

test('of whom nothing is known nothing can be asked, and nobody is made known by it', async () => {
  for (const kind of ['ACCESS', 'ERASURE']) {
    const { errors } = await attempt(server, 'Create', { kind, endUserExternalId: 'never heard of' });
    expect(errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  }
  expect(await rowsOf(world, 'from end_users where external_id = $1', ['never heard of'])).toBe(0);
});

test('a customer asks for what its person asked before: that decides it', async () => {
  const person = await known();
  const { id } = await ask(person, { kind: 'ERASURE' });
  expect(await ask(server, { kind: 'ERASURE', endUserId: person.id })).toMatchObject({
    id,
    identityVerification: 'CONTROLLER',
    identityVerifiedBy: server.id,
  });
  await world.settle();
  expect((await requestOf(owner, id)).status).toBe('DONE');
});

test('how it was made sure who asks is noted by how they asked, or recorded before it is decided', async () => {
  const person = await known();
  const compliance = await world.staff('COMPLIANCE');
  const { id } = await ask(person, { kind: 'ERASURE' });
  const verify = (by: Person, method: string) => attempt(by, 'VerifyIdentity', { id, method });
  expect(await requestOf(compliance, id)).toMatchObject({
    identityVerification: 'LOGIN',
    identityVerifiedBy: person.id,
  });
  expect((await verify(compliance, 'CONTROLLER')).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect((await verify(await world.apiKey(stranger), 'DOCUMENT')).errors).toMatchObject([
    { code: 'NOT_FOUND' },
  ]);
  expect((await verify(compliance, 'KNOWN_CONTACT')).request).toMatchObject({
    identityVerification: 'KNOWN_CONTACT',
    identityVerifiedBy: compliance.id,
  });
  // Who of the house looked into it is none of a token's business that lives in a browser.
  expect(await requestOf(person, id)).toMatchObject({
    identityVerification: 'KNOWN_CONTACT',
    identityVerifiedBy: null,
  });
  await attempt(compliance, 'Refuse', { id, reason: 'They asked for somebody else.' });
  expect((await verify(compliance, 'DOCUMENT')).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const { rows } = await world.app.platform.database.servicePool.query(
    "select data->>'identityVerification' as method from outbox_events where subject = $1 and type = 'data-request.identity-verified'",
    [id],
  );
  expect(rows).toEqual([{ method: 'KNOWN_CONTACT' }]);
});

test('open requests come in the order in which they are due', async () => {
  const asked: string[] = [];
  for (let i = 0; i < 3; i++) {
    asked.push((await ask(await known(), { kind: 'RECTIFICATION' })).id);
    world.clock.advance(1000);
  }
  await attempt(owner, 'Refuse', { id: asked[1]!, reason: 'There is nothing wrong.' });
  const query = `{ dataRequests(filter: { onlyOpen: true, kind: RECTIFICATION }, orderBy: { field: DUE_AT, direction: ASC }) {
    nodes { id } } }`;
  const { dataRequests } = await server.client.ask<{ dataRequests: { nodes: { id: string }[] } }>(query);
  const ids = dataRequests.nodes.map(({ id }) => id);
  expect(ids.filter((id) => asked.includes(id))).toEqual([asked[0], asked[2]]);
});

test('a request is due in a month and shown to the person', async () => {
  const person = await known();
  const { kind, status, createdAt, dueAt, isOverdue } = await ask(person, { kind: 'RECTIFICATION' });
  expect({ kind, status, isOverdue }).toEqual({
    kind: 'RECTIFICATION',
    status: 'RECEIVED',
    isOverdue: false,
  });
  expect(dueAt).toBe(deadlineOf(new Date(createdAt)).toISOString());
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
  expectNone(
    rows.map(({ name }) => name).filter((name) => !named.includes(name)),
    'Say in personal-data.ts of its module what it holds, how long, what goes into a copy and how a person is forgotten.',
  );
});
