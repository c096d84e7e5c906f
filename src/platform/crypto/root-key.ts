/**
 * The root key of an installation: made once, at random, and kept in the database, wrapped. All processes on a database so share it,
 * and what wraps it (a master key, a key service) can be replaced in one statement, while everything that was sealed, hashed or
 * signed stays good.
 */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Keyring, MasterKeyError } from './keyring';
import type { KeyWrapper } from './key-wrapper';

const ROOT_BYTES = 32;
const NOTE = "insert into installation (name, value) values ('root-key', $1) on conflict do nothing";
const NOTED = "select name, value from installation where name in ('root-key', 'master-key')";
const REPLACE = "update installation set value = $1 where name = 'root-key' and value = $2";

export interface WrappingKeys {
  /** Wraps the root key from now on. */
  readonly present: KeyWrapper;
  /** What `present` replaces: the root key is wrapped anew when it is still wrapped by one of these. */
  readonly before: readonly KeyWrapper[];
  /** The master keys that are known here. */
  readonly masters: readonly Buffer[];
}

/** @throws MasterKeyError when none of these wrapped the database's root key; what a wrapper throws when it does not open it. */
export async function rootKey(pool: Pool, { present, before, masters }: WrappingKeys): Promise<Buffer> {
  let wrapped = (await noted(pool)).get('root-key');
  if (!wrapped) {
    const first = await firstRoot(pool, present, masters);
    await pool.query(NOTE, [await wrappedBy(present, first)]);
    wrapped = (await noted(pool)).get('root-key')!;
  }
  if (isBy(present, wrapped)) return present.unwrap(bodyOf(wrapped));
  const replaced = before.find((wrapper) => isBy(wrapper, wrapped));
  if (!replaced) throw otherKey(wrapped.split('.')[0]!, present);
  const root = await replaced.unwrap(bodyOf(wrapped));
  await pool.query(REPLACE, [await wrappedBy(present, root), wrapped]);
  return root;
}

/**
 * At random, but for a database from before there were root keys: there all keys derive from the master key, which becomes the root
 * so that they stay what they are.
 */
async function firstRoot(pool: Pool, present: KeyWrapper, masters: readonly Buffer[]): Promise<Buffer> {
  const writtenUnder = (await noted(pool)).get('master-key');
  if (!writtenUnder) return randomBytes(ROOT_BYTES);
  const root = masters.find((master) => new Keyring(master).keyId === writtenUnder);
  if (!root) throw otherKey(writtenUnder, present);
  return root;
}

async function noted(pool: Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ name: string; value: string }>(NOTED);
  return new Map(rows.map(({ name, value }) => [name, value]));
}

async function wrappedBy(wrapper: KeyWrapper, root: Buffer): Promise<string> {
  return `${wrapper.id}.${await wrapper.wrap(root)}`;
}

const isBy = ({ id }: KeyWrapper, wrapped: string): boolean => wrapped.startsWith(`${id}.`);
const bodyOf = (wrapped: string): string => wrapped.slice(wrapped.indexOf('.') + 1);

/** What a database says of the service that wrapped its root key, and the variables that describe it. */
const SERVICES = new Map([
  ['vault', 'VAULT_*'],
  ['aws-kms', 'KMS_*'],
]);

function otherKey(known: string, present: KeyWrapper): MasterKeyError {
  const service = SERVICES.get(known);
  if (service)
    return new MasterKeyError(
      `The root key of this database is wrapped by a key service: set FLYWHEEL_KEY_SERVICE=${known} and ${service} as for the other processes. To replace it by ${present.name}, set ${service} once, without choosing it.`,
    );
  if (SERVICES.has(present.id))
    return new MasterKeyError(
      `This database was written under a master key (${known}) that is not known here: set FLYWHEEL_MASTER_KEY_BEFORE to it once, or put its master.key into the data folder, and ${present.name} takes its place.`,
    );
  return new MasterKeyError(
    `This database was written under another master key (${known}; this one is ${present.id}): set FLYWHEEL_MASTER_KEY to that of the other processes, or put its master.key into the data folder. To replace it by this one, set FLYWHEEL_MASTER_KEY_BEFORE to it once.`,
  );
}
