/** What the GrowthBook door refuses, to whom, and in which words; and the keys that open it. What stock clients make of it stands in test/contract. */
import { Writable } from 'node:stream';
import { HEARTBEAT_MS } from '../../src/modules/feature-tests/doors/flag-news';
import { createLog } from '../../src/platform/log';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { clientKey, flagChanged, flagMade, flagTold, heard, ofrep, refusalOf, streamAddress } from './doors';
import { consent } from './support';

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
    // Nor does it open the other door.
    expect((await ofrep(world, key, {})).status).toBe(401);
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
    await flagTold(world, server, 'placed', {}, { value: 'ruled' });
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

  test('a stream is for readers: whoever asks for its head alone holds none open', async () => {
    for (const address of [`${world.url}/sub/${key}`, await streamAddress(world, ann.credential)])
      expect((await fetch(address, { method: 'HEAD' })).status).toBe(404);
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
    const revokedAt = performance.now();
    expect(await heard(response, () => false)).toBe('');
    // At once, and not when the next heartbeat is due.
    expect(performance.now() - revokedAt).toBeLessThan(HEARTBEAT_MS / 2);
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
      event('ann\0', 'eight'),
      event(ann.id, 'nine\ud800'),
    ];
    const answer = await track(key, JSON.stringify(sent));
    expect(await refusalOf(answer)).toEqual({ status: 200, accepted: 1, ignored: 9 });
    const again = await track(key, JSON.stringify(sent), { 'content-type': 'application/json' });
    expect(await again.json()).toEqual({ accepted: 0, ignored: 10 });
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
  test('are shown once, listed without their text, revoked for good, and of no end user’s business', async () => {
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
    const { errors } = await ann.client.send(list);
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
    const byKey = await server.client.send(
      `mutation { flagClientKeyCreate(input: { name: "x" }) { clientKey } }`,
    );
    expect(byKey.errors![0]!.extensions.code).toBe('FORBIDDEN');
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

test('a server that stops ends its streams and does not wait for their readers', async () => {
  const other = await startWorld();
  const person = await other.customer();
  const address = await streamAddress(other, person.credential);
  const { clientKey: text } = await clientKey(person);
  const open = await Promise.all([fetch(address), fetch(`${other.url}/sub/${text}`)]);
  await other.close();
  for (const response of open) await heard(response, () => false);
});
