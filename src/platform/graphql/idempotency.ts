/**
 * An idempotency key makes a repeated mutation answer the stored result instead of acting again. The key's row and the
 * change commit in one transaction; a second call that comes meanwhile waits for the first, and then reads its result.
 * A key belongs to the principal who used it: nobody is answered with what another was told. What is stored is sealed,
 * because it may hold a new key's secret or a person's data.
 */
import { deserialize, serialize } from 'node:v8';
import type { Clock } from '../../kernel/clock';
import { AppError } from '../../kernel/errors';
import { contentHash } from '../../kernel/hash';
import { actorOf, tenantOf } from '../../kernel/principal';
import type { Crypto } from '../crypto';
import { type Database, SERVICE } from '../database';
import type { JobDefinition } from '../jobs/job';
import type { RequestContext } from './context';

const KEPT_MS = 24 * 60 * 60 * 1000;
const PURPOSE = 'idempotency';
const AT_ONCE = 200;

/** Also those of staff, who belong to no customer. */
const KEPT_RESULTS = `select owner_id as owner, key, result from idempotency_keys
  where (customer_id = $1 or customer_id is null) and (owner_id, key) > ($2, $3) and length(result) > 0
  order by owner_id, key limit $4`;
const EMPTY_RESULTS = `update idempotency_keys set result = '' from unnest($1::text[], $2::text[]) as named (owner, key)
  where owner_id = named.owner and idempotency_keys.key = named.key`;

export interface KeyedCall {
  readonly context: RequestContext;
  readonly mutation: string;
  readonly key: string;
  readonly args: object;
}

interface KeptResult {
  readonly owner: string;
  readonly key: string;
  readonly result: Buffer;
}

interface StoredCall {
  readonly input_hash: string;
  readonly result: Buffer;
}

/** Forgets keys whose day is over. */
export function expiredKeysJob({ unitOfWork }: Database, clock: Clock): JobDefinition<never> {
  const forget = 'delete from idempotency_keys where expires_at <= $1';
  return {
    kind: 'graphql.expire-keys',
    cron: '23 * * * *',
    run: () => unitOfWork.run(SERVICE, async () => void (await unitOfWork.sql(forget, [clock.now()]))),
  };
}

export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly crypto: Crypto,
  ) {}

  /** @throws AppError IDEMPOTENCY_KEY_REUSED when the key came with another input before. A failed act leaves the key free. */
  once({ context, mutation, key, args }: KeyedCall, act: () => Promise<unknown>): Promise<unknown> {
    const { unitOfWork } = this.database;
    const owner = actorOf(context.principal);
    const inputHash = contentHash({ mutation, args });
    return unitOfWork.run(context.scope, async () => {
      const now = this.clock.now();
      await unitOfWork.sql(
        'delete from idempotency_keys where owner_id = $1 and key = $2 and expires_at <= $3',
        [owner, key, now],
      );
      // Waits here for a transaction that holds the same key.
      const [claimed] = await unitOfWork.sql(
        `insert into idempotency_keys (customer_id, owner_id, key, input_hash, result, expires_at) values ($1, $2, $3, $4, '', $5)
         on conflict do nothing returning key`,
        [tenantOf(context.principal) ?? null, owner, key, inputHash, new Date(now.getTime() + KEPT_MS)],
      );
      if (!claimed) return this.replay(owner, key, inputHash);
      const result = await act();
      await unitOfWork.sql('update idempotency_keys set result = $3 where owner_id = $1 and key = $2', [
        owner,
        key,
        Buffer.from(this.crypto.seal(PURPOSE, serialize(plain(result)), contextOf(owner, key))),
      ]);
      return result;
    });
  }

  private async replay(owner: string, key: string, inputHash: string): Promise<unknown> {
    const [stored] = await this.database.unitOfWork.sql<StoredCall>(
      'select input_hash, result from idempotency_keys where owner_id = $1 and key = $2',
      [owner, key],
    );
    if (stored?.input_hash !== inputHash) {
      throw new AppError(
        'IDEMPOTENCY_KEY_REUSED',
        'This idempotency key was used with another input before. Use a new key for a new act.',
        ['input', 'idempotencyKey'],
      );
    }
    if (stored.result.length === 0) {
      const message =
        'What this key’s first call answered was erased since, with the person whom it was about.';
      throw new AppError('NOT_FOUND', message, ['input', 'idempotencyKey']);
    }
    return deserialize(this.crypto.open(PURPOSE, stored.result.toString(), contextOf(owner, key)));
  }
}

/** The results that are kept for whoever calls again, as far as a person is in them who is to be forgotten. */
export class KeptResults {
  constructor(
    private readonly database: Pick<Database, 'unitOfWork'>,
    private readonly crypto: Crypto,
  ) {}

  /** Empties every result that names one of these ids. Its key stays taken: what was done once is not done again. */
  async forget(customerId: string, ids: ReadonlySet<string>): Promise<void> {
    const { unitOfWork } = this.database;
    let after = ['', ''];
    for (;;) {
      const rows = await unitOfWork.run(SERVICE, () =>
        unitOfWork.sql<KeptResult>(KEPT_RESULTS, [customerId, ...after, AT_ONCE]),
      );
      const naming = rows.filter(({ owner, key, result }) => {
        const opened = this.crypto.open(PURPOSE, result.toString(), contextOf(owner, key));
        return namesOne(deserialize(opened), ids);
      });
      const columns = [naming.map(({ owner }) => owner), naming.map(({ key }) => key)];
      if (naming.length > 0) await unitOfWork.run(SERVICE, () => unitOfWork.sql(EMPTY_RESULTS, columns));
      const last = rows.at(-1);
      if (!last || rows.length < AT_ONCE) return;
      after = [last.owner, last.key];
    }
  }
}

function namesOne(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return ids.has(value);
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return false;
  return Object.values(value).some((part) => namesOne(part, ids));
}

function contextOf(owner: string, key: string): string {
  return `idempotency_keys:${owner}:${key}`;
}

/** The values of a result without what cannot be stored (methods), instants as text, as rows have them. */
function plain(value: unknown): unknown {
  if (typeof value === 'function') return undefined;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
