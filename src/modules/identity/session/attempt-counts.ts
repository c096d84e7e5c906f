/** Failed attempts as all processes count them, under keyed hashes: whose account it was, and from where, is kept nowhere. */
import type { Crypto } from '../../../platform/crypto';
import type { Database } from '../../../platform/database';
import type { SharedCounts } from './attempt-limit';

const ADD = `insert into attempt_counts as held (key, count, since) values ($1, 1, $2)
  on conflict (key) do update set
    count = case when held.since <= $3 then 1 else held.count + 1 end,
    since = case when held.since <= $3 then excluded.since else held.since end
  returning count, since`;

/** @param of what is counted: `sign-ins of an account`. Outside of any transaction, for what failed must stay counted. */
export function attemptCounts(
  { servicePool }: Pick<Database, 'servicePool'>,
  crypto: Pick<Crypto, 'mac'>,
  of: string,
): SharedCounts {
  const hashOf = (key: string): string => crypto.mac('attempt', `${of} ${key}`);
  return {
    add: async (key, now, windowStart) => {
      const { rows } = await servicePool.query<{ count: number; since: Date }>(ADD, [
        hashOf(key),
        now,
        windowStart,
      ]);
      return rows[0]!;
    },
    forget: async (key) => {
      await servicePool.query('delete from attempt_counts where key = $1', [hashOf(key)]);
    },
  };
}
