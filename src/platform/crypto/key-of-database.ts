/**
 * All processes on a database share one master key. One that came with a key of its own would seal what no other opens and
 * refuse the others' tokens, so the first key is noted (by its public id) and any other is refused at the start.
 */
import type { Pool } from 'pg';
import { MasterKeyError } from './keyring';

const NOTE = "insert into installation (name, value) values ('master-key', $1) on conflict do nothing";
const NOTED = "select value from installation where name = 'master-key'";

/** @throws MasterKeyError when the database was written under another key. */
export async function assertKeyOfDatabase(pool: Pool, keyId: string): Promise<void> {
  await pool.query(NOTE, [keyId]);
  const { rows } = await pool.query<{ value: string }>(NOTED);
  const known = rows[0]!.value;
  if (known !== keyId)
    throw new MasterKeyError(
      `This database was written under another master key (${known}; this one is ${keyId}): set FLYWHEEL_MASTER_KEY to that of the other processes, or put its master.key into the data folder.`,
    );
}
