/**
 * Canaries: values that nobody else would send go in by every door, in good and in broken requests and into a database that
 * fails; afterwards they may stand in the tables that are there for them, and in no line of any log, no trace, no event, no audit
 * record, no job and no figure.
 */
import { Writable } from 'node:stream';
import { createLog } from '../../src/platform/log';
import { deployed } from '../deployments/support';
import { FakeCollector } from '../support/fake-collector';
import { linkTo } from '../support/mails';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import type { GraphqlClient } from '../support/client';
import { startWorld, type World } from '../support/world';

const PERSONAL = {
  email: 'canary.of.mail@canary.test',
  invited: 'second.canary@canary.test',
  name: 'CanaryOfNames',
  organisation: 'CanaryOfOrganisations',
  externalId: 'canary-of-people',
  field: 'canaryOfFields',
  input: 'canary of inputs',
  text: 'canary of words',
  correction: 'canary of corrections',
  evidence: 'canary of evidence',
};
/** Where each may stand at rest; what is not named here may stand nowhere. */
const AT_REST: Readonly<Record<string, readonly string[]>> = {
  email: ['members'],
  invited: ['members'],
  name: ['members'],
  organisation: ['customers'],
  externalId: ['end_users'],
  text: ['feedback'],
  correction: ['feedback'],
  evidence: ['consent_records'],
};
const PASSWORD = 'canary of passwords';

const logged: string[] = [];
const stream = new Writable({
  write: (chunk, _encoding, done) => {
    logged.push(String(chunk));
    done();
  },
});

let world: World;
let collector: FakeCollector;
/** Known only once they were made: tokens and keys. */
const secrets: Record<string, string> = { password: PASSWORD };

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    jest
      .spyOn(console, method)
      .mockImplementation((...words) => void logged.push(words.map(String).join(' ')));
  for (const output of [process.stdout, process.stderr]) {
    const write = output.write.bind(output);
    jest.spyOn(output, 'write').mockImplementation((...args) => {
      logged.push(String(args[0]));
      return write(...(args as Parameters<typeof write>));
    });
  }
  collector = await FakeCollector.start();
  const trace = collector.config();
  world = await startWorld({ logLevel: 'debug', trace }, createLog({ logLevel: 'debug' }, stream));
  await live();
  await breakDatabase();
  await live('again.').catch(() => undefined);
  await brokenRequests();
  await world.app.drainEvents().catch(() => undefined);
  await world.app.platform.tracer.flush();
}, 120_000);
afterAll(async () => {
  await world.close();
  await collector.stop();
  jest.restoreAllMocks();
});

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What a customer and a person do in a day; with `variant`, by other addresses. Failures are looked at by nobody here. */
async function live(variant = ''): Promise<void> {
  const stranger = world.client();
  const act = async <T>(client: GraphqlClient, name: string, input: object, fields = '__typename') => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { act: ${name}(input: $input) { ${fields} errors { message } } }`;
    return (await client.send<{ act: T }>(query, { input })).data?.act as T;
  };
  const login = { email: `${variant}${PERSONAL.email}`, password: PASSWORD };
  const signUp = { ...login, organisation: PERSONAL.organisation, name: PERSONAL.name };
  const tokens = 'session { accessToken refreshToken }';
  const { session } = (await act<{ session: Tokens | null }>(stranger, 'signUp', signUp, tokens)) ?? {};
  await act(stranger, 'signUp', signUp, tokens);
  await act(stranger, 'signIn', { ...login, password: `${PASSWORD} mistaken` });
  if (session) keep({ access: session.accessToken, refresh: session.refreshToken });
  const owner = world.client(session?.accessToken ?? secrets['access']);
  const invite = { email: `${variant}${PERSONAL.invited}`, role: 'ADMIN', name: PERSONAL.name };
  await act(owner, 'memberInvite', invite);
  if (!variant) keep({ invitation: (await linkTo(world, PERSONAL.invited, 'invitation'))! });
  const accept = { token: secrets['invitation'], password: PASSWORD };
  await act(stranger, 'memberInvitationAccept', accept, tokens);
  const key = { name: 'server', idempotencyKey: 'a key' };
  const { secret } = (await act<{ secret?: string }>(owner, 'apiKeyCreate', key, 'secret')) ?? {};
  if (secret) keep({ secret });
  const server = world.client(secrets['secret']);
  const mint = { externalId: `${variant}${PERSONAL.externalId}` };
  const { token } = (await act<{ token?: string }>(server, 'endUserTokenCreate', mint, 'token')) ?? {};
  if (token) keep({ token });
  const person = world.client(secrets['token']);
  const { externalId: endUserExternalId, evidence } = PERSONAL;
  const consent = { purpose: 'TRAINING', granted: true, endUserExternalId, evidence, idempotencyKey: 'c' };
  await act(server, 'consentRecord', { ...consent, evidence: `${variant}${evidence}` });
  await act(person, 'dataRequestCreate', { kind: 'ACCESS' });
  if (!variant) await deployment();
  const faulty = { ...ROW, [PERSONAL.field]: PERSONAL.input, age: PERSONAL.input };
  await act(person, 'predict', { deployment: 'wages', rows: faulty });
  const ask = { deployment: 'wages', rows: ROW, endUserExternalId, idempotencyKey: `${variant}p` };
  const answer = await act<{ feedbackToken?: string }>(server, 'predict', ask, 'feedbackToken');
  if (answer?.feedbackToken) keep({ feedback: answer.feedbackToken });
  const correction = { probability: PERSONAL.correction };
  const feedbackToken = secrets['feedback'];
  await act(stranger, 'feedbackSubmit', { feedbackToken, kind: 'CORRECTION', correction });
  await act(person, 'feedbackSubmit', { kind: 'TEXT', text: `${variant}${PERSONAL.text}` });
  await act(person, 'feedbackSubmit', { kind: 'TEXT', text: PERSONAL.text, correction: { a: '\0' } });
  await act(server, 'endUserTokenCreate', { externalId: `${PERSONAL.externalId}\0` });
  await act(stranger, 'sessionRefresh', { refreshToken: secrets['refresh'] });
}

function keep(made: Record<string, string>): void {
  Object.assign(secrets, made);
}

async function deployment(): Promise<void> {
  const { versionId } = await handMadeVersion(world, 0.75);
  await deployed(world, await world.staff(), 'wages', [{ versionId }]);
  await world.settle();
}

/** From now on values do not fit their columns, and PostgreSQL says so by repeating them. */
async function breakDatabase(): Promise<void> {
  const { servicePool } = world.app.platform.database;
  // A column that a trigger names keeps its type.
  await servicePool.query('drop trigger feedback_words_changed on feedback');
  for (const [table, column, type] of [
    ['members', 'name', 'int'],
    ['feedback', 'text', 'timestamptz'],
    ['consent_records', 'evidence', 'jsonb'],
  ]) {
    await servicePool.query(`alter table ${table} alter column ${column} type ${type} using null`);
  }
}

/** Bodies, documents, variables and credentials that are none. */
async function brokenRequests(): Promise<void> {
  const { text, email } = PERSONAL;
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  await post('/graphql', `{"query": "${text}`);
  await post('/graphql', JSON.stringify({ query: `{ ${text} "` }));
  await post('/graphql', JSON.stringify({ query: '{ viewer { kind } }', variables: text }));
  await post('/graphql/stream', JSON.stringify({ query: `subscription { ${PERSONAL.field} }` }));
  await post('/webhooks/stripe', text, { 'stripe-signature': `t=1,v1=${text}` });
  await post('/uploads', text, { authorization: `Bearer ${secrets['secret']}` });
  await post('/graphql', '{}', { authorization: `Basic ${text}` });
  await post('/graphql', '{}', { authorization: `Bearer ${secrets['access']}x` });
  await fetch(`${world.url}/consent-receipts/${encodeURIComponent(email)}.json?code=${secrets['feedback']}`);
  const client = world.client(secrets['secret']);
  await client.send('query ($id: ID!) { node(id: $id) { id } }', { id: email });
  await client.send('query ($id: ID!) { inference(id: $id) { id } }', { id: [text] });
  await client.send(
    `{ feedback(after: "${Buffer.from(`["${text}","x"]`).toString('base64url')}") { totalCount } }`,
  );
}

const canaries = (): Record<string, string> => ({ ...PERSONAL, ...secrets });

test('the day was lived, and things went wrong in it', () => {
  expect(Object.keys(secrets).sort()).toEqual(
    ['access', 'feedback', 'invitation', 'password', 'refresh', 'secret', 'token'].sort(),
  );
  const failures = logged.filter((line) => line.includes('a resolver failed'));
  expect(failures.length).toBeGreaterThanOrEqual(3);
  expect(failures.some((line) => line.includes('"22P02"') && line.includes('[redacted]'))).toBe(true);
});

test('no line that was written carries one', () => {
  const found = Object.entries(canaries()).flatMap(([name, value]) =>
    logged.filter((line) => line.includes(value)).map((line) => [name, line.slice(0, 400)]),
  );
  expect(found).toEqual([]);
});

test('no trace carries one, nor any address that was asked', () => {
  expect(collector.spans.length).toBeGreaterThan(100);
  expect(collector.spans.some(({ status }) => status.code === 2)).toBe(true);
  const sent = collector.bodies.join('\n');
  const found = Object.entries(canaries()).filter(([, value]) => sent.includes(value));
  expect(found.map(([name]) => name)).toEqual([]);
  expect(sent).not.toMatch(/consent-receipts\/(?!:)/);
});

test('each stands only in the tables that are there for it: in no event, audit record or job', async () => {
  const { servicePool } = world.app.platform.database;
  const { rows: tables } = await servicePool.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
     where relkind in ('r', 'p') and not relispartition and nspname in ('public', 'graphile_worker')`,
  );
  const values = Object.values(canaries());
  const found: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await servicePool.query<{ value: string }>(
      `select canaries.value from unnest($1::text[]) as canaries (value) where exists (
         select from ${name} kept where strpos(kept::text, canaries.value) > 0
           or strpos(kept::text, encode(convert_to(canaries.value, 'UTF8'), 'hex')) > 0)`,
      [values],
    );
    for (const { value } of rows) {
      const canary = Object.entries(canaries()).find(([, text]) => text === value)![0];
      (found[canary] ??= []).push(name.replace('public.', ''));
    }
  }
  for (const [canary, places] of Object.entries(found))
    expect([canary, places.filter((place) => !AT_REST[canary]?.includes(place))]).toEqual([canary, []]);
  // The scan sees what is there.
  expect(found['email']).toEqual(['members']);
  expect(found['externalId']).toEqual(['end_users']);
});

test('no figure for operators names anybody', async () => {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  for (const value of Object.values(canaries())) expect(text).not.toContain(value);
  expect(text).not.toMatch(/\b(cus|eus|mem)_[0-9a-z]{26}/);
});
