/**
 * The root key of an installation: made once, at random, and kept in the database, wrapped. All processes on a database so share it,
 * and the key that wraps it can be replaced in one statement, while everything that was sealed, hashed or signed stays good.
 */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Keyring, MasterKeyError } from './keyring';
import { type KeyWrapper, masterKeyWrapper } from './key-wrapper';

const ROOT_BYTES = 32;
const NOTE = "insert into installation (name, value) values ('root-key', $1) on conflict do nothing";
const NOTED = "select name, value from installation where name in ('root-key', 'master-key')";
const REPLACE = "update installation set value = $1 where name = 'root-key' and value = $2";

export interface MasterKeys {
  readonly present: Buffer;
  /** The one that `present` replaces; the root key is wrapped anew when it is still wrapped by this one. */
  readonly before: Buffer | undefined;
}

/** @throws MasterKeyError when the database's root key is wrapped by another master key. */
export async function rootKey(pool: Pool, { present, before }: MasterKeys): Promise<Buffer> {
  const wrapper = masterKeyWrapper(present);
  let wrapped = (await noted(pool)).get('root-key');
  if (!wrapped) {
    const first = await firstRoot(pool, present, before);
    await pool.query(NOTE, [await wrappedBy(wrapper, first)]);
    wrapped = (await noted(pool)).get('root-key')!;
  }
  if (isBy(wrapper, wrapped)) return wrapper.unwrap(bodyOf(wrapped));
  const replaced = before && masterKeyWrapper(before);
  if (!replaced || !isBy(replaced, wrapped)) throw otherKey(wrapped.split('.')[0]!, wrapper.id);
  const root = await replaced.unwrap(bodyOf(wrapped));
  await pool.query(REPLACE, [await wrappedBy(wrapper, root), wrapped]);
  return root;
}

/**
 * At random, but for a database from before there were root keys: there all keys derive from the master key, which becomes the root
 * so that they stay what they are.
 */
async function firstRoot(pool: Pool, present: Buffer, before: Buffer | undefined): Promise<Buffer> {
  const writtenUnder = (await noted(pool)).get('master-key');
  if (!writtenUnder) return randomBytes(ROOT_BYTES);
  for (const master of [present, before])
    if (master && new Keyring(master).keyId === writtenUnder) return master;
  throw otherKey(writtenUnder, new Keyring(present).keyId);
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

function otherKey(known: string, present: string): MasterKeyError {
  return new MasterKeyError(
    `This database was written under another master key (${known}; this one is ${present}): set FLYWHEEL_MASTER_KEY to that of the other processes, or put its master.key into the data folder. To replace it by this one, set FLYWHEEL_MASTER_KEY_BEFORE to it once.`,
  );
}
