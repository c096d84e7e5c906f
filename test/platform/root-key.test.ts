/** All keys derive from one root, which the database keeps wrapped: by which key can change, and nothing else does. */
import fs from 'node:fs';
import { startApp } from '../../src/app/app';
import type { Config } from '../../src/platform/config';
import { Keyring, masterKeyFile, MasterKeyError, masterKeyWrapper, rootKey } from '../../src/platform/crypto';
import type { KeyWrapper } from '../../src/platform/crypto/key-wrapper';
import { serviceKeyWrapper } from '../../src/platform/crypto/key-service/open-key-service';
import { openBareDatabase, type BareDatabase } from '../support/bare-database';
import { FakeKms, type FakeKeyService, FakeVault } from '../support/fake-key-service';
import { GraphqlClient } from '../support/client';
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
const root = (present: Buffer, before?: Buffer) => {
  const [wrapper, ...replaced] = [present, before].flatMap((key) => (key ? [masterKeyWrapper(key)] : []));
  const masters = before ? [present, before] : [present];
  return rootKey(bare.database.servicePool, { present: wrapper!, before: replaced, masters });
};

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

describe.each<[string, () => FakeKeyService]>([
  ['Vault', () => new FakeVault()],
  ['AWS KMS', () => new FakeKms()],
])('%s in place of a master key', (_name, make) => {
  let fake: FakeKeyService;
  let service: KeyWrapper;
  const by = (present: KeyWrapper, ...before: KeyWrapper[]) =>
    rootKey(bare.database.servicePool, { present, before, masters: [] });
  const first = masterKeyWrapper(FIRST);

  beforeEach(async () => {
    fake = await make().listen();
    service = await serviceKeyWrapper(fake.config(), () => undefined, { deadlineMs: 0 });
  });
  afterEach(() => fake.close());

  test('processes that start at once share one root, and so does one that comes later', async () => {
    const roots = await Promise.all([by(service), by(service), by(service)]);
    roots.push(await by(service));
    expect(new Set(roots.map((key) => key.toString('hex'))).size).toBe(1);
  });

  test('the root moves there and back, however many move it at once, and whoever does not know of it is told', async () => {
    const made = await root(FIRST);
    await expect(by(service)).rejects.toThrow(
      /a master key \(\w+\) that is not known here: set FLYWHEEL_MASTER_KEY_BEFORE/,
    );
    for (const moved of await Promise.all([by(service, first), by(service, first), by(service, first)]))
      expect(moved).toEqual(made);
    await expect(root(FIRST)).rejects.toThrow(
      `set FLYWHEEL_KEY_SERVICE=${service.id} and ${service.id === 'vault' ? 'VAULT' : 'KMS'}_* as for the other processes`,
    );
    expect(await by(service)).toEqual(made);
    expect(await by(first, service)).toEqual(made);
    expect(await root(FIRST)).toEqual(made);
  });

  test('a process that is killed, or refused, before it has moved the root has changed nothing', async () => {
    const made = await root(FIRST);
    fake.mayDecrypt = false;
    await expect(by(service, first)).rejects.toThrow(/does not let/);
    fake.calm();
    fake.trouble('RESET');
    await expect(by(service, first)).rejects.toThrow('cannot be reached');
    expect(await root(FIRST)).toEqual(made);
    expect(await by(service, first)).toEqual(made);
  });

  test('what was written before there were root keys moves too', async () => {
    await note(new Keyring(FIRST).keyId);
    const { servicePool } = bare.database;
    await expect(by(service)).rejects.toThrow(MasterKeyError);
    expect(await rootKey(servicePool, { present: service, before: [first], masters: [FIRST] })).toEqual(
      FIRST,
    );
    expect(await by(service)).toEqual(FIRST);
  });
});

test('keys of customers, sealed words and signatures hold whoever wraps the root: another master key, Vault, AWS KMS, and back', async () => {
  const [vault, kms] = [await new FakeVault().listen(), await new FakeKms().listen()];
  const world = await startWorld();
  const owner = await world.customer();
  const server = await world.apiKey(owner);
  const { config, clock, crypto } = world.app.platform;
  const sealed = crypto.seal('words', 'what was said', 'here');
  await world.app.close();
  const holdsWith = async (changes: Partial<Config>): Promise<void> => {
    const settings = { config: { ...config, ...changes }, databaseUrl: world.databaseUrl, clock };
    const app = await startApp(settings);
    try {
      expect(app.platform.crypto.open('words', sealed, 'here').toString()).toBe('what was said');
      expect(app.platform.crypto.keyId).toBe(crypto.keyId);
      const client = new GraphqlClient(app.url, server.credential);
      expect(await client.ask('{ viewer { kind } }')).toEqual({ viewer: { kind: 'API_KEY' } });
    } finally {
      await app.close();
    }
  };
  const [first, second] = ['07'.repeat(32), '09'.repeat(32)];
  const none = { masterKey: undefined, masterKeyBefore: undefined };
  try {
    await holdsWith({ masterKey: second, masterKeyBefore: first });
    await holdsWith({ masterKey: second, keyServices: { present: vault.config(), others: [] } });
    const both = { present: kms.config(), others: [vault.config()] };
    await Promise.all([1, 2].map(() => holdsWith({ ...none, keyServices: both })));
    expect(fs.existsSync(masterKeyFile(config.dataDir))).toBe(false);
    await holdsWith({ masterKey: first, keyServices: { present: undefined, others: [kms.config()] } });
    await holdsWith({ masterKey: first });
  } finally {
    await world.close();
    await Promise.all([vault.close(), kms.close()]);
  }
});
