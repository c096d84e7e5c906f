/** Consent as the person, the customer and a stranger meet it. */
import { createPublicKey, verify } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../../src/kernel/hash';
import { ConsentPurpose } from '../../src/modules/privacy';
import { CollectionMethod } from '../../src/modules/privacy/consent-record.entity';
import { tenant } from '../../src/platform/database';
import { RawClient } from '../platform/raw-client';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let owner: CustomerPerson;
let person: Person;

beforeAll(async () => {
  world = await startWorld();
  owner = await world.customer();
});
afterAll(() => world.close());
beforeEach(async () => (person = await world.endUser(owner)));

const CONSENTS = '{ viewer { endUser { consents { purpose granted since text { version title } } } } }';
interface State {
  purpose: string;
  granted: boolean;
  since: string | null;
  text: { version: number; title: string } | null;
}

async function consents(who: Person = person): Promise<Map<string, State>> {
  const { viewer } = await who.client.ask<{ viewer: { endUser: { consents: State[] } } }>(CONSENTS);
  return new Map(viewer.endUser.consents.map((state) => [state.purpose, state]));
}

const record = (
  who: Person,
  input: object,
  fields = 'record { id granted method } state { purpose granted }',
) =>
  who.client.attempt<{ record: { id: string } | null; state: object | null }>(
    'consentRecord',
    'ConsentRecordInput!',
    input,
    fields,
  );

test('a person who was never asked has agreed to nothing, and SERVICE says why it needs no consent', async () => {
  const states = await consents();
  expect([...states.keys()]).toEqual([
    'SERVICE',
    'ANALYTICS',
    'FEEDBACK_CONTACT',
    'TRAINING',
    'REMOTE_PROCESSING',
    'MARKETING',
    'FAIRNESS_MONITORING',
  ]);
  expect(states.get('SERVICE')).toMatchObject({ granted: true, text: { title: 'Answering you' } });
  expect([...states.values()].filter(({ granted }) => granted)).toHaveLength(1);
  expect(states.get('TRAINING')).toEqual({ purpose: 'TRAINING', granted: false, since: null, text: null });
});

test('a person gives and withdraws with their own token, in one call each, and both stay in the history', async () => {
  const given = await record(person, { purpose: 'TRAINING', granted: true });
  expect(given).toMatchObject({
    errors: [],
    payload: { record: { granted: true, method: 'SELF_SERVICE' }, state: { granted: true } },
  });
  expect((await consents()).get('TRAINING')).toMatchObject({ granted: true, text: { version: 1 } });
  await record(person, { purpose: 'TRAINING', granted: false });
  expect((await consents()).get('TRAINING')).toMatchObject({ granted: false });
  const { viewer } = await person.client.ask<{ viewer: { endUser: { consentHistory: object } } }>(
    '{ viewer { endUser { consentHistory { totalCount nodes { purpose granted by text { body } } } } } }',
  );
  expect(viewer.endUser.consentHistory).toMatchObject({
    totalCount: 2,
    nodes: [
      { granted: false, by: person.id },
      { granted: true, by: person.id },
    ],
  });
});

test('a withdrawal is effective for the next use, in the transaction of the use', async () => {
  const { database } = world.app.platform;
  const consent = world.app.modules.privacy.consents;
  const use = () =>
    database.unitOfWork.run(tenant(owner.customerId), () =>
      consent.require(owner.customerId, person.id, ConsentPurpose.ANALYTICS),
    );
  await expect(use()).rejects.toMatchObject({ code: 'CONSENT_REQUIRED', data: { purpose: 'ANALYTICS' } });
  await record(person, { purpose: 'ANALYTICS', granted: true });
  await expect(use()).resolves.toBeUndefined();
  await record(person, { purpose: 'ANALYTICS', granted: false });
  await expect(use()).rejects.toMatchObject({ code: 'CONSENT_REQUIRED' });
});

test('Global Privacy Control withdraws analytics and marketing whatever the browser asks for', async () => {
  for (const purpose of ['ANALYTICS', 'MARKETING', 'TRAINING'])
    await record(person, { purpose, granted: true });
  await world.client(person.credential, { 'sec-gpc': '1' }).ask('{ viewer { kind } }');
  const states = await consents();
  expect(states.get('ANALYTICS')).toMatchObject({ granted: false });
  expect(states.get('MARKETING')).toMatchObject({ granted: false });
  expect(states.get('TRAINING')).toMatchObject({ granted: true });
});

test('the signal counts on a WebSocket too, once it is said there whose it is', async () => {
  await record(person, { purpose: 'ANALYTICS', granted: true });
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${person.credential}` } };
  const client = await new RawClient(world, { 'sec-gpc': '1' }).say(init);
  await client.next('connection_ack');
  expect((await consents()).get('ANALYTICS')).toMatchObject({ granted: false });
  client.socket.terminate();
});

/** Says yes, holds what it said until those who ask meanwhile wait for it, and says yes again. */
async function meanwhile<T>(purpose: ConsentPurpose, ask: (() => Promise<T>)[]): Promise<T[]> {
  const { unitOfWork, servicePool } = world.app.platform.database;
  const { customerId } = owner;
  const yes = { customerId, endUserId: person.id, purpose, granted: true, method: CollectionMethod.FORM };
  const say = () =>
    world.app.modules.privacy.consents.record({ ...yes, by: { kind: 'SYSTEM', name: 'form' } });
  const waiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  const asked: Promise<T>[] = [];
  await unitOfWork.run(tenant(customerId), async () => {
    await say();
    await unitOfWork.outside(async () => void asked.push(...ask.map((one) => one())));
    await world.until(
      async () => (await servicePool.query(waiting)).rows.length === ask.length,
      'those who ask to wait',
    );
    await say();
  });
  return Promise.all(asked);
}

test('where two speak for a person at once, what stands is what the history has last', async () => {
  await meanwhile(ConsentPurpose.TRAINING, [() => record(person, { purpose: 'TRAINING', granted: false })]);
  const { viewer } = await person.client.ask<{ viewer: { endUser: { consentHistory: { nodes: State[] } } } }>(
    '{ viewer { endUser { consentHistory { nodes { granted } } } } }',
  );
  const said = viewer.endUser.consentHistory.nodes.map(({ granted }) => granted);
  expect(said).toHaveLength(3);
  expect((await consents()).get('TRAINING')).toMatchObject({ granted: said[0] });
});

test('a browser that says no in many requests at once has said it once', async () => {
  await record(person, { purpose: 'ANALYTICS', granted: true });
  const client = world.client(person.credential, { 'sec-gpc': '1' });
  const ask = () => client.ask('{ viewer { kind } }');
  await meanwhile(ConsentPurpose.ANALYTICS, [ask, ask, ask]);
  const { viewer } = await person.client.ask<{ viewer: { endUser: { consentHistory: { nodes: State[] } } } }>(
    '{ viewer { endUser { consentHistory { nodes { granted } } } } }',
  );
  const said = viewer.endUser.consentHistory.nodes.map(({ granted }) => granted);
  expect(said).toEqual([false, true, true, true]);
});

test('under Global Privacy Control a page cannot say yes for the person', async () => {
  const client = world.client(person.credential, { 'sec-gpc': '1' });
  const { errors } = await client.attempt('consentRecord', 'ConsentRecordInput!', {
    purpose: 'MARKETING',
    granted: true,
  });
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'granted'] }]);
  expect((await consents()).get('MARKETING')).toMatchObject({ granted: false, since: null });
});

test('the customer records for its users, by its own id of them, and says how it was collected', async () => {
  const key = await world.apiKey(owner);
  const input = {
    purpose: 'MARKETING',
    granted: true,
    endUserExternalId: 'crm-7',
    method: 'WRITTEN',
    evidence: 'form 12',
  };
  expect(await record(key, input)).toMatchObject({ errors: [], payload: { record: { method: 'WRITTEN' } } });
  expect((await record(key, { ...input, method: 'SELF_SERVICE' })).errors).toMatchObject([
    { path: ['input', 'method'] },
  ]);
  expect((await record(key, { ...input, endUserExternalId: undefined })).errors).toMatchObject([
    { path: ['input', 'endUserId'] },
  ]);
});

test('another customer’s person, an invented one and another person of the same customer get the same answer', async () => {
  const stranger = await world.customer();
  const foreign = await record(stranger, { purpose: 'TRAINING', granted: true, endUserId: person.id });
  const invented = await record(stranger, {
    purpose: 'TRAINING',
    granted: true,
    endUserId: `eus_${'0'.repeat(26)}`,
  });
  expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(invented.errors).toEqual(foreign.errors);
  const other = await world.endUser(owner);
  const neighbour = await record(other, { purpose: 'TRAINING', granted: true, endUserId: person.id });
  expect(neighbour.errors).toEqual(foreign.errors);
  expect((await consents()).get('TRAINING')).toMatchObject({ granted: false });
});

test('a record is found by its person and its customer, and by nobody else', async () => {
  const { payload } = await record(person, { purpose: 'TRAINING', granted: true });
  const find = async (who: Person) =>
    (await who.client.ask<{ node: object | null }>(`{ node(id: "${payload.record!.id}") { id } }`)).node;
  expect(await find(person)).toEqual({ id: payload.record!.id });
  expect(await find(owner)).toEqual({ id: payload.record!.id });
  expect(await find(await world.endUser(owner))).toBeNull();
  expect(await find(await world.customer())).toBeNull();
});

test('SERVICE needs no consent, and a text that does not exist was not shown', async () => {
  expect((await record(person, { purpose: 'SERVICE', granted: false })).errors).toMatchObject([
    { path: ['input', 'purpose'] },
  ]);
  expect((await record(person, { purpose: 'TRAINING', granted: true, textVersion: 9 })).errors).toMatchObject(
    [{ path: ['input', 'textVersion'] }],
  );
});

test('what is refused makes nobody known', async () => {
  const key = await world.apiKey(owner);
  for (const wrong of [{ purpose: 'SERVICE' }, { purpose: 'TRAINING', textVersion: 9 }]) {
    const { errors } = await record(key, { granted: true, endUserExternalId: 'crm-8', ...wrong });
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  }
  const { servicePool } = world.app.platform.database;
  expect((await servicePool.query("select from end_users where external_id = 'crm-8'")).rows).toEqual([]);
});

test('the texts are open to everyone, in full', async () => {
  const { consentTexts } = await world
    .client()
    .ask<{ consentTexts: { purpose: string; body: string }[] }>(
      '{ consentTexts(language: "en") { purpose version body } }',
    );
  expect(consentTexts).toHaveLength(7);
  expect(consentTexts[0]!.body).toMatch(/needs no consent/);
});

test('the receipt is signed, says what was agreed to, and its address works for a while only', async () => {
  const { payload } = await record(person, { purpose: 'TRAINING', granted: true }, 'record { id receipt }');
  const { receipt: url } = payload.record as unknown as { receipt: string };
  const response = await fetch(url);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  const { receipt, signature } = (await response.json()) as {
    receipt: { granted: boolean; text: { title: string } };
    signature: { publicKey: string; value: string };
  };
  expect(receipt).toMatchObject({
    granted: true,
    purpose: 'TRAINING',
    text: { title: 'Learning from your requests' },
  });
  const signed = Buffer.from(canonicalJson(receipt));
  expect(
    verify(null, signed, createPublicKey(signature.publicKey), Buffer.from(signature.value, 'base64')),
  ).toBe(true);
  const forged = url.replace(/code=(.)/, (_, first: string) => `code=${first === 'A' ? 'B' : 'A'}`);
  expect((await fetch(forged)).status).toBe(404);
});

test('nobody but privacy decides from the tables of consent', () => {
  const sources = fs
    .readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'));
  const readers = sources.filter((file) =>
    /(from|join|into|update) consent_(states|records)/.test(fs.readFileSync(path.join('src', file), 'utf8')),
  );
  expect(readers.filter((file) => !file.startsWith(path.join('modules', 'privacy')))).toEqual([]);
  expect(readers.length).toBeGreaterThan(0);
});
