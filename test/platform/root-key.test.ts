/** All keys derive from one root, which the database keeps wrapped: by which master key can change, and nothing else does. */
import { startApp } from '../../src/app/app';
import { Keyring, MasterKeyError, rootKey } from '../../src/platform/crypto';
import { openBareDatabase, type BareDatabase } from '../support/bare-database';
import { startWorld } from '../support/world';

const KEYS = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
const [FIRST, SECOND, THIRD] = KEYS as [Buffer, Buffer, Buffer];

let bare: BareDatabase;
beforeEach(async () => {
  bare = await openBareDatabase();
  await note(null);
});
afterEach(() => bare.close());

/** As of an installation that is new, or from before there were root keys. */
async function note(keyId: string | null): Promise<void> {
  const { servicePool } = bare.database;
  await servicePool.query("delete from installation where name in ('root-key', 'master-key')");
  if (keyId) await servicePool.query("insert into installation values ('master-key', $1)", [keyId]);
}
const root = (present: Buffer, before?: Buffer) => rootKey(bare.database.servicePool, { present, before });

test('processes that start at once share one root, which is not the master key', async () => {
  const roots = await Promise.all([root(FIRST), root(FIRST), root(FIRST)]);
  expect(new Set(roots.map((key) => key.toString('hex'))).size).toBe(1);
  expect(roots[0]!.equals(FIRST)).toBe(false);
  const { rows } = await bare.database.servicePool.query<{ value: string }>('select value from installation');
  expect(JSON.stringify(rows)).not.toContain(roots[0]!.toString('base64url'));
});

test('the root stays when its master key is replaced, and the one before opens it no more', async () => {
  const made = await root(FIRST);
  await expect(root(SECOND)).rejects.toThrow(MasterKeyError);
  expect(await root(SECOND, FIRST)).toEqual(made);
  expect(await root(SECOND)).toEqual(made);
  await expect(root(FIRST)).rejects.toThrow(/written under another master key .* FLYWHEEL_MASTER_KEY_BEFORE/);
  await expect(root(THIRD, FIRST)).rejects.toThrow(MasterKeyError);
});

test('of processes that replace it at once each gets the root', async () => {
  const made = await root(FIRST);
  const roots = await Promise.all([root(SECOND, FIRST), root(SECOND, FIRST), root(SECOND, FIRST)]);
  for (const one of roots) expect(one).toEqual(made);
});

test('what was written before there were root keys stays readable, and its master key can be replaced', async () => {
  await note(new Keyring(FIRST).keyId);
  await expect(root(SECOND)).rejects.toThrow(MasterKeyError);
  expect(await root(SECOND, FIRST)).toEqual(FIRST);
  expect(await root(SECOND)).toEqual(FIRST);
});

test('a wrapped root that somebody changed is not taken for a key', async () => {
  await root(FIRST);
  await bare.database.servicePool.query(
    "update installation set value = overlay(value placing 'AAAA' from 30) where name = 'root-key'",
  );
  await expect(root(FIRST)).rejects.toThrow();
});

test('keys of customers, sealed words and signatures hold after the master key was replaced', async () => {
  const [before, present] = ['07'.repeat(32), '09'.repeat(32)];
  const world = await startWorld();
  const owner = await world.customer();
  const server = await world.apiKey(owner);
  const { crypto } = world.app.platform;
  const sealed = crypto.seal('words', 'what was said', 'here');
  await world.app.close();
  const { config, clock } = world.app.platform;
  const app = await startApp({
    config: { ...config, masterKey: present, masterKeyBefore: before },
    databaseUrl: world.databaseUrl,
    clock,
  });
  try {
    expect(app.platform.crypto.open('words', sealed, 'here').toString()).toBe('what was said');
    expect(app.platform.crypto.keyId).toBe(crypto.keyId);
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.credential}` },
      body: JSON.stringify({ query: '{ viewer { kind } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { viewer: { kind: 'API_KEY' } } });
  } finally {
    await app.close();
    await world.close();
  }
});
