/** What the OFREP door refuses, to whom, and in which words. What stock clients make of it stands in test/contract. */
import { SERVICE } from '../../src/platform/database';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import {
  type Evaluated,
  flagChanged,
  flagMade,
  flagTold,
  heard,
  ofrep,
  one,
  refusalOf,
  streamAddress,
} from './doors';
import { consent, planned, planOf, stage, started } from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let ann: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
  owner = await world.customer();
  server = await world.apiKey(owner);
  ann = await world.endUser(owner, 'ann');
});
afterAll(() => world?.close());

const allFlags = async (credential: string, context: object = {}): Promise<Map<string, Evaluated>> => {
  const { flags } = (await (await ofrep(world, credential, { context })).json()) as { flags: Evaluated[] };
  return new Map(flags.map((flag) => [flag.key, flag]));
};
const told = (key: string, context: object, expected: Partial<Evaluated>): Promise<void> =>
  flagTold(world, server, key, context, expected);

describe('the OFREP door', () => {
  test.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'PARSE_ERROR'],
    ['nothing', '', 400, 'PARSE_ERROR'],
    ['a list', [], 400, 'PARSE_ERROR'],
    ['a context that is a text', { context: 'ann' }, 400, 'INVALID_CONTEXT'],
    ['a targeting key that is a number', { context: { targetingKey: 7 } }, 400, 'INVALID_CONTEXT'],
    ['an endless targeting key', { context: { targetingKey: 'x'.repeat(201) } }, 400, 'INVALID_CONTEXT'],
    ['half a letter', { context: { targetingKey: '\ud800' } }, 400, 'INVALID_CONTEXT'],
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
    for (const credential of [undefined, 'nonsense']) {
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
    expect(await status(`${address}&ticket=two`)).toBe(401);
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
