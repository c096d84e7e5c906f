/** What the open doors refuse, to whom, and in which words. What stock clients make of them stands in test/contract. */
import { Writable } from 'node:stream';
import { SERVICE } from '../../src/platform/database';
import { createLog } from '../../src/platform/log';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { clientKey, type Evaluated, flagChanged, flagMade, heard, ofrep, one, streamAddress } from './doors';
import { consent, planned, planOf, stage, started } from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let ann: Person;
let key: string;
const logged: string[] = [];

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString());
      done();
    },
  });
  world = await startWorld({}, createLog({ logLevel: 'debug' }, sink));
  staff = await world.staff('ADMIN');
  owner = await world.customer();
  server = await world.apiKey(owner);
  ann = await world.endUser(owner, 'ann');
  ({ clientKey: key } = await clientKey(owner));
});
afterAll(() => world?.close());

const refusalOf = async (response: Response): Promise<unknown> => ({
  status: response.status,
  ...((await response.json()) as object),
});
const allFlags = async (credential: string, context: object = {}): Promise<Map<string, Evaluated>> => {
  const { flags } = (await (await ofrep(world, credential, { context })).json()) as { flags: Evaluated[] };
  return new Map(flags.map((flag) => [flag.key, flag]));
};
/** Waits until the door tells of the flag what is expected. */
const told = (key: string, context: object, expected: Partial<Evaluated>): Promise<void> =>
  world.until(
    async () => {
      const answer = await one(world, server.credential, key, context);
      return Object.entries(expected).every(([name, value]) => answer[name as keyof Evaluated] === value);
    },
    `${key} to be ${JSON.stringify(expected)}`,
  );

describe('the OFREP door', () => {
  test.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'PARSE_ERROR'],
    ['nothing', '', 400, 'PARSE_ERROR'],
    ['a list', [], 400, 'PARSE_ERROR'],
    ['a context that is a text', { context: 'ann' }, 400, 'INVALID_CONTEXT'],
    ['a targeting key that is a number', { context: { targetingKey: 7 } }, 400, 'INVALID_CONTEXT'],
    ['an endless targeting key', { context: { targetingKey: 'x'.repeat(201) } }, 400, 'INVALID_CONTEXT'],
    ['a huge context', { context: { text: 'x'.repeat(70_000) } }, 413, 'GENERAL'],
    ['a poisoned context', '{"context":{"__proto__":{"id":"x"}}}', 400, 'PARSE_ERROR'],
  ])('%s is refused by both of its addresses', async (_what, body, status, errorCode) => {
    const told = { status, errorCode, errorDetails: expect.any(String) };
    expect(await refusalOf(await ofrep(world, server.credential, body))).toEqual(told);
    const single = await ofrep(world, server.credential, body, { path: '/some' });
    expect(await refusalOf(single)).toEqual({ ...told, key: 'some' });
  });

  test('customers’ keys, members and end users may ask; staff and strangers may not, and pages can read why', async () => {
    for (const { credential } of [server, owner, ann])
      expect((await ofrep(world, credential, {})).status).toBe(200);
    const narrow = await world.apiKey(owner, { scopes: ['inference:run'] });
    expect((await ofrep(world, narrow.credential, {})).status).toBe(403);
    expect((await ofrep(world, staff.credential, {})).status).toBe(403);
    for (const credential of [undefined, 'nonsense', key]) {
      const response = await ofrep(world, credential, {});
      expect(response.status).toBe(401);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
    const preflight = await fetch(`${world.url}/ofrep/v1/evaluate/flags`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('if-none-match');
  });

  test('each answer has its value and the reason for it', async () => {
    const id = await flagMade(staff, 'reasons', 'STRING', 'default');
    await told('reasons', {}, { value: 'default', reason: 'STATIC' });
    await consent(server, ['ann']);
    await flagChanged(staff, id, {
      rules: [
        { condition: { plan: 'pro' }, value: 'matched' },
        { value: 'shared', percentage: 100 },
      ],
    });
    await told('reasons', { plan: 'pro' }, { value: 'matched', reason: 'TARGETING_MATCH' });
    await told('reasons', { targetingKey: 'ann' }, { value: 'shared', reason: 'SPLIT' });
    // Whom nobody knows is in no share.
    await told('reasons', { targetingKey: 'unknown' }, { value: 'default', reason: 'DEFAULT' });
    await told('reasons', { plan: 'free' }, { errorCode: 'TARGETING_KEY_MISSING' });
    const flags = await allFlags(server.credential);
    expect(flags.get('reasons')).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
    expect([...flags.values()].every(({ value, errorCode }) => value !== undefined || errorCode)).toBe(true);
    await flagChanged(staff, id, { environments: [{ environment: 'STAGING', enabled: false }] });
    const staging = { path: '/reasons', headers: { 'flywheel-environment': 'STAGING' } };
    await world.until(async () => {
      const response = await ofrep(world, server.credential, { context: { plan: 'pro' } }, staging);
      const { value, reason } = (await response.json()) as Evaluated;
      return value === 'default' && reason === 'DISABLED';
    }, 'the flag to be off there');
    await told('reasons', { plan: 'pro' }, { value: 'matched' });
    const nowhere = { headers: { 'flywheel-environment': 'MOON' } };
    expect((await ofrep(world, server.credential, {}, nowhere)).status).toBe(400);
  });

  test('what a context says of its customer or of consent is not believed', async () => {
    const other = await world.customer();
    const id = await flagMade(staff, 'claims', 'STRING', 'default');
    await flagChanged(staff, id, {
      rules: [
        { condition: { customerId: other.customerId }, value: 'theirs' },
        { condition: { id: 'eus_claimed' }, value: 'claimed' },
        { condition: { analyticsConsent: true }, value: 'agreed' },
        { value: 'rest' },
      ],
    });
    const claims = { id: 'eus_claimed', customerId: other.customerId, analyticsConsent: true };
    await told('claims', { ...claims, targetingKey: 'nobody' }, { value: 'rest' });
  });

  test('an end user’s token speaks for its own person, whoever is named', async () => {
    const ben = await world.endUser(owner, 'ben');
    const id = await flagMade(staff, 'own', 'STRING', 'nobody’s');
    await flagChanged(staff, id, { rules: [{ condition: { id: ann.id }, value: 'ann’s' }] });
    await told('own', { targetingKey: 'ann' }, { value: 'ann’s' });
    const value = async ({ credential }: Person, targetingKey?: string): Promise<unknown> =>
      (await one(world, credential, 'own', { targetingKey })).value;
    expect(await value(ann, 'ben')).toBe('ann’s');
    expect(await value(ann)).toBe('ann’s');
    expect(await value(ben, 'ann')).toBe('nobody’s');
  });

  test('whoever asked that data about them not be used is nobody', async () => {
    const person = await world.endUser(owner, 'restricted');
    const id = await flagMade(staff, 'closed', 'STRING', 'default');
    await flagChanged(staff, id, { rules: [{ condition: { id: person.id }, value: 'theirs' }] });
    await told('closed', { targetingKey: 'restricted' }, { value: 'theirs' });
    const { database } = world.app.platform;
    const { standing } = world.app.modules.identity;
    await database.unitOfWork.run(SERVICE, () =>
      standing.restrict({ customerId: owner.customerId, endUserId: person.id }),
    );
    await told('closed', { targetingKey: 'restricted' }, { value: 'default' });
    expect(await one(world, person.credential, 'closed', {})).toMatchObject({ value: 'default' });
  });

  test('a test that is only planned, and one on somebody’s private deployment, is unknown like any other', async () => {
    const scene = await stage(world, staff, 'hidden');
    await planned(staff, planOf(scene, 'planned-only'));
    await started(staff, planOf(scene, 'private'));
    await told('private', { targetingKey: 'nobody' }, { value: 'control' });
    const { servicePool } = world.app.platform.database;
    const other = await world.customer();
    await servicePool.query('update deployments set customer_id = $2 where id = $1', [
      scene.deploymentId,
      other.customerId,
    ]);
    const id = await flagMade(staff, 'after', 'BOOLEAN', true);
    await flagChanged(staff, id, { stale: 'So that everyone reads anew.' });
    await told('private', {}, { errorCode: 'FLAG_NOT_FOUND' });
    const answer = async (key: string): Promise<string> => {
      const response = await ofrep(world, server.credential, {}, { path: `/${key}` });
      return `${response.status} ${(await response.text()).replaceAll(key, 'KEY')}`;
    };
    const unknown = await answer('never-there');
    expect(unknown).toContain('404');
    for (const key of ['planned-only', 'private']) expect(await answer(key)).toBe(unknown);
    const flags = await allFlags(server.credential, { targetingKey: 'nobody' });
    expect(flags.has('planned-only') || flags.has('private')).toBe(false);
    const theirs = await world.apiKey(other);
    expect((await allFlags(theirs.credential, { targetingKey: 'x' })).get('private')).toMatchObject({
      value: 'control',
    });
    await servicePool.query('update deployments set customer_id = null where id = $1', [scene.deploymentId]);
  });

  test('what a client has is not sent again, until it changes for it', async () => {
    const id = await flagMade(staff, 'tagged', 'STRING', 'old');
    await told('tagged', {}, { value: 'old' });
    const ask = (tag: string): Promise<Response> =>
      ofrep(world, server.credential, {}, { headers: { 'if-none-match': tag } });
    const tag = (await ofrep(world, server.credential, {})).headers.get('etag')!;
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`]) {
      const again = await ask(known);
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(tag);
    }
    await flagChanged(staff, id, { defaultValue: 'new' });
    await told('tagged', {}, { value: 'new' });
    expect((await ask(tag)).status).toBe(200);
  });
});

describe('a stream of the OFREP door', () => {
  test('says at once and after each change that all flags be asked for again', async () => {
    const id = await flagMade(staff, 'streamed', 'STRING', 'old');
    const response = await fetch(await streamAddress(world, ann.credential));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const first = await heard(response, (text) => text.includes('data:'));
    expect(first).toMatch(
      /^retry: 2000\n\nid: \w+\nevent: message\ndata: \{"type":"refetchEvaluation","etag":"\w+"\}\n\n/,
    );
    await flagChanged(staff, id, { defaultValue: 'new' });
    expect(await heard(response, (text) => text.includes('data:'))).toContain('refetchEvaluation');
    await response.body!.cancel();
  });

  test('who comes back and missed nothing is told nothing', async () => {
    const address = await streamAddress(world, ann.credential);
    const first = await fetch(address);
    const text = await heard(first, (so) => so.includes('data:'));
    await first.body!.cancel();
    const version = /id: (\w+)/.exec(text)![1]!;
    const again = await fetch(address, { headers: { 'last-event-id': version } });
    expect(await heard(again, (so) => so.includes(':\n\n'))).toBe('retry: 2000\n\n:\n\n');
    await again.body!.cancel();
  });

  test('an address that was changed, is over, or whose key was revoked opens nothing', async () => {
    const brief = await world.apiKey(owner);
    const address = await streamAddress(world, brief.credential);
    const status = async (url: string): Promise<number> => {
      const response = await fetch(url);
      await response.body!.cancel();
      return response.status;
    };
    expect(await status(address)).toBe(200);
    expect(await status(address.replace(/\?.*/, ''))).toBe(401);
    expect(await status(address.replace(/ticket=../, 'ticket=ab'))).toBe(401);
    expect(await status(`${address}x`)).toBe(401);
    await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: brief.id }, 'apiKey { id }');
    expect(await status(address)).toBe(401);
  });

  test('a person has 50 open, through whichever door, and another one once one of them is left', async () => {
    const person = await world.endUser(owner);
    const address = await streamAddress(world, person.credential);
    const open = await Promise.all(Array.from({ length: 50 }, () => fetch(address)));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    const refused = await fetch(address);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    await open[0]!.body!.cancel();
    await world.until(async () => {
      const next = await fetch(address);
      if (next.status === 200) open.push(next);
      else await next.body!.cancel();
      return next.status === 200;
    }, 'the place to be free');
    await Promise.all(open.slice(1).map(({ body }) => body!.cancel()));
  });
});

describe('the GrowthBook door', () => {
  const features = (clientKey: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${world.url}/api/features/${clientKey}`, { headers });
  const track = (clientKey: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${world.url}/track?client_key=${clientKey}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', ...headers },
      body,
    });

  test('opens by a client key and by nothing else', async () => {
    expect((await features(key)).status).toBe(200);
    const foreign = ['nothing', 'flw_flags_' + 'x'.repeat(32), `${key}x`, server.credential];
    for (const wrong of foreign) {
      const addresses = [`/api/features/${wrong}`, `/sub/${wrong}`];
      for (const address of addresses) expect((await fetch(world.url + address)).status).toBe(401);
      expect((await track(wrong, '[]')).status).toBe(401);
    }
    const token = await features(encodeURIComponent(ann.credential));
    expect([401, 414]).toContain(token.status);
    expect((await features(key)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is closed to whoever also shows that they are no server of the account', async () => {
    const other = await world.customer();
    const theirs = await world.apiKey(other);
    for (const { credential } of [ann, owner, staff, theirs]) {
      const headers = { authorization: `Bearer ${credential}` };
      expect((await features(key, headers)).status).toBe(403);
      expect((await fetch(`${world.url}/sub/${key}`, { headers })).status).toBe(403);
      expect((await track(key, '[]', headers)).status).toBe(403);
    }
    expect((await features(key, { authorization: `Bearer ${server.credential}` })).status).toBe(200);
  });

  test('shows the flags of the key’s environment, and says that they are unchanged', async () => {
    const id = await flagMade(staff, 'placed', 'STRING', 'default');
    await flagChanged(staff, id, {
      rules: [{ value: 'ruled' }],
      environments: [{ environment: 'STAGING', enabled: false }],
    });
    await told('placed', {}, { value: 'ruled' });
    const shown = async (clientKey: string): Promise<unknown> =>
      ((await (await features(clientKey)).json()) as { features: Record<string, unknown> }).features[
        'placed'
      ];
    const staging = await clientKey(owner, 'STAGING');
    expect(await shown(key)).toEqual({ defaultValue: 'default', rules: [{ id: '0', force: 'ruled' }] });
    expect(await shown(staging.clientKey)).toEqual({ defaultValue: 'default', rules: [] });
    const tag = (await features(key)).headers.get('etag')!;
    expect((await features(key, { 'if-none-match': tag })).status).toBe(304);
    expect((await features(key)).headers.get('x-sse-support')).toBe('enabled');
  });

  test('a stream begins with the flags, and ends when its key is revoked', async () => {
    const brief = await clientKey(owner);
    const response = await fetch(`${world.url}/sub/${brief.clientKey}`);
    const first = await heard(response, (text) => text.includes('\n\nid:') && text.endsWith('\n\n'));
    expect(first).toContain('event: features\ndata: {"status":200,"features":{');
    const input = { id: brief.id };
    await owner.client.mutate(
      'flagClientKeyRevoke',
      'FlagClientKeyRevokeInput!',
      input,
      'flagClientKey { id }',
    );
    // Until its end: no more than a heartbeat may come before.
    expect(await heard(response, () => false)).toBe('');
    expect((await features(brief.clientKey)).status).toBe(401);
  });

  test('keeps what people did who agreed, each event once, and nothing about anybody else’s', async () => {
    await consent(server, ['ann']);
    const ben = await world.endUser(owner, 'no-consent');
    const other = await world.customer();
    const theirs = await world.endUser(other, 'theirs');
    await consent(await world.apiKey(other), ['theirs']);
    const event = (device_id: string, event_id: string, more: object = {}): object => ({
      event_name: 'signup',
      device_id,
      properties_json: { event_id },
      ...more,
    });
    const sent = [
      event(ann.id, 'one'),
      event(ann.id, 'one'),
      event(ann.id, 'two', { properties_json: { event_id: 'two', value: 'many' } }),
      event(ann.id, 'three', { event_name: 'latency_ms' }),
      event(ann.id, 'four', { event_name: 'Feature Evaluated' }),
      event(ben.id, 'five'),
      event(theirs.id, 'six'),
      event('', 'seven'),
    ];
    const answer = await track(key, JSON.stringify(sent));
    expect(await refusalOf(answer)).toEqual({ status: 200, accepted: 1, ignored: 7 });
    const again = await track(key, JSON.stringify(sent), { 'content-type': 'application/json' });
    expect(await again.json()).toEqual({ accepted: 0, ignored: 8 });
    const { servicePool } = world.app.platform.database;
    const { rows } = await servicePool.query(`select end_user_id from metric_events where name = 'signup'`);
    expect(rows).toEqual([{ end_user_id: ann.id }]);
  });

  test.each([
    ['no JSON', '[{', 400],
    ['no list', '{"event_name":"x"}', 400],
    ['events without a name', '[{}]', 400],
    ['a thousand and one', JSON.stringify(Array.from({ length: 1001 }, () => ({ event_name: 'x' }))), 413],
    ['two megabytes', `["${'x'.repeat(2e6)}"]`, 413],
  ])('%s are refused', async (_what, body, status) => {
    expect((await track(key, body)).status).toBe(status);
  });
});

describe('client keys', () => {
  test('are shown once, listed without their text, revoked for good, and of nobody but developers', async () => {
    const made = await clientKey(owner);
    const list = '{ flagClientKeys { nodes { id name environment prefix revokedAt } } }';
    const { flagClientKeys } = await owner.client.ask<{ flagClientKeys: { nodes: { id: string }[] } }>(list);
    const [newest] = flagClientKeys.nodes;
    expect(newest).toEqual({
      id: made.id,
      name: 'servers',
      environment: 'PRODUCTION',
      prefix: made.clientKey.slice(0, 14),
      revokedAt: null,
    });
    for (const { client } of [server, ann, staff]) {
      const { errors } = await client.send(list);
      expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
    }
    const { rows } = await world.app.platform.database.servicePool.query(
      'select row_to_json(k)::text as row from flag_client_keys k',
    );
    expect(JSON.stringify(rows)).not.toContain(made.clientKey);
    const input = { id: made.id };
    const revoke = () =>
      owner.client.mutate<{ flagClientKey: { revokedAt: string } }>(
        'flagClientKeyRevoke',
        'FlagClientKeyRevokeInput!',
        input,
        'flagClientKey { revokedAt }',
      );
    const first = await revoke();
    expect(await revoke()).toEqual(first);
  });

  test('stand in no log, nor do tickets', async () => {
    const address = await streamAddress(world, ann.credential);
    await (await fetch(address)).body!.cancel();
    await fetch(`${world.url}/api/features/${key}`);
    await fetch(`${world.url}/track?client_key=${key}`, { method: 'POST', body: '[{' });
    const log = logged.join('');
    expect(log).not.toContain(key);
    expect(log).not.toContain(new URL(address).searchParams.get('ticket')!);
  });
});

test('rules of a test ask about nothing that a prediction does not know, and conditions are ones', async () => {
  const scene = await stage(world, staff, 'conditions');
  const { flag } = await planned(staff, planOf(scene, 'conditions'));
  const query = `mutation ($id: ID!, $input: FeatureFlagUpdateInput!) {
    act: featureFlagUpdate(id: $id, input: $input) { errors { code path } } }`;
  const attempt = async (id: string, conditions: readonly unknown[]): Promise<unknown> => {
    const rules = conditions.map((condition) => ({ condition, value: 'x' }));
    const { act } = await staff.client.ask<{ act: { errors: { path: string[] }[] } }>(query, {
      id,
      input: { rules, reason: 'A try.' },
    });
    return act.errors.map(({ path }) => path.join('.'));
  };
  expect(await attempt(flag.id, [{ id: 'eus_1' }, { country: 'DE' }, { $and: 1 }])).toEqual([
    'input.rules.1.condition',
    'input.rules.2.condition',
  ]);
  const id = await flagMade(staff, 'free', 'STRING', 'default');
  expect(await attempt(id, [{ country: 'DE' }, 7])).toEqual(['input.rules.1.condition']);
  expect(await attempt(id, [{ country: 'DE' }])).toEqual([]);
  const wrong = { key: 'wrong', type: 'NUMBER', defaultValue: 'text' };
  const { errors } = await staff.client.attempt('featureFlagCreate', 'FeatureFlagCreateInput!', wrong);
  expect(errors).toMatchObject([{ path: ['input', 'defaultValue'] }]);
  const taken = { key: 'free', type: 'NUMBER', defaultValue: 1 };
  const again = await staff.client.attempt('featureFlagCreate', 'FeatureFlagCreateInput!', taken);
  expect(again.errors).toMatchObject([{ path: ['input', 'key'] }]);
});

test('a server that stops ends its streams and does not wait for their readers', async () => {
  const other = await startWorld();
  const person = await other.customer();
  const address = await streamAddress(other, person.credential);
  const { clientKey: text } = await clientKey(person);
  const open = await Promise.all([fetch(address), fetch(`${other.url}/sub/${text}`)]);
  await other.close();
  for (const response of open) await heard(response, () => false);
});
