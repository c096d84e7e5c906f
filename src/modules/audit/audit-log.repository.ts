/** The tables of the log: records, tiles and heads. Appending is one statement for each of them, however many events come. */
import type { Period } from '../../kernel/period';
import { type Database, SERVICE } from '../../platform/database';
import { EVENTS_OF_STRETCH, placesOf, type Stretch } from '../../platform/events';
import { LEAF_HASH_SQL } from './audit-leaf';
import type { AuditRecord } from './audit-record.entity';
import { HASH_BYTES, type Tile, TILE_WIDTH, tileKey, type TileRef } from './merkle-tiles';
import { SignedTreeHead } from './tree-head.entity';

/** Any number that nothing else locks on: appending is one at a time, also by a second process. */
const APPEND_LOCK = 6_962_000;

/** The rows never leave the database: what the tree needs of them are the hashes of their leaves, in order, as one value. */
const APPEND = `with record as (
    select created_at as at, 'aud_' || substr(id, 5) as id, actor, actor_kind, customer_id, type as action, subject as object,
      reason, before_hash, after_hash, data_hash, request_id,
      $5::bigint - 1 + row_number() over (order by transaction_id, position) as index
    from ${EVENTS_OF_STRETCH} as event
  ), appended as (
    insert into audit_records (at, id, index, actor, actor_kind, customer_id, action, object, reason,
      before_hash, after_hash, data_hash, request_id, leaf_hash)
    select at, id, index, actor, actor_kind, customer_id, action, object, reason,
      before_hash, after_hash, data_hash, request_id, encode(${LEAF_HASH_SQL}, 'hex')
    from record order by index
    returning index, leaf_hash
  )
  select string_agg(leaf_hash, '' order by appended.index) as leaves from appended`;

const KEEP_TILES = `insert into audit_tiles (level, number, hashes)
  select level, number, decode(hashes, 'base64') from jsonb_to_recordset($1::jsonb) as tile (level smallint, number bigint, hashes text)
  on conflict (level, number) do update set hashes = excluded.hashes`;

const TILES = `select t.level, t.number::text, encode(t.hashes, 'base64') as hashes
  from jsonb_to_recordset($1::jsonb) as wanted (level smallint, number bigint) join audit_tiles t using (level, number)`;

const RECORDS = `select id, index::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor,
    actor_kind as "actorKind", customer_id as "customerId", action, object, reason, before_hash as "beforeHash",
    after_hash as "afterHash", data_hash as "dataHash", request_id as "requestId", leaf_hash as "leafHash"
  from audit_records where index >= $1 order by audit_records.index, audit_records.at, id limit $2`;

const ENDS = `(select id, index::text from audit_records order by audit_records.index limit 1)
  union all (select id, index::text from audit_records order by audit_records.index desc limit 1)`;

const LEAVES = `select (number * ${TILE_WIDTH} + length(hashes) / ${HASH_BYTES})::text as count from audit_tiles
  where level = 0 order by number desc limit 1`;

const FIRST_RECORDS = `select distinct on (object) object, index::text, leaf_hash as "leafHash"
  from audit_records where object = any($1) order by object, audit_records.index`;

const ACTIVITY = `select action, count(*)::int as count from audit_records
  where at >= $1 and at < $2 and ($3::text is null or customer_id = $3) group by action order by action`;

interface TileRow {
  readonly level: number;
  readonly number: string;
  readonly hashes: string;
}

export interface ActivityCount {
  readonly action: string;
  readonly count: number;
}

export class AuditLogRepository {
  constructor(private readonly database: Database) {}

  /** Waits until nobody else appends; held until the open transaction ends. */
  async lock(): Promise<void> {
    await this.database.unitOfWork.sql('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
  }

  /** A record for each event of the stretch, the first one at this place. Answers the hashes of their leaves, in order. */
  async append(stretch: Stretch, size: bigint): Promise<Buffer[]> {
    const values = [...placesOf(stretch), size.toString()];
    const [row] = await this.database.unitOfWork.sql<{ leaves: string | null }>(APPEND, values);
    const leaves = Buffer.from(row?.leaves ?? '', 'hex');
    return Array.from({ length: leaves.length / HASH_BYTES }, (_, i) =>
      leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
    );
  }

  /** Keeps what the tree has grown by. */
  async grow(tiles: readonly Tile[], head: SignedTreeHead): Promise<void> {
    const { unitOfWork } = this.database;
    const rows = tiles.map(({ level, number, hashes }) => ({
      level,
      number: number.toString(),
      hashes: hashes.toString('base64'),
    }));
    await unitOfWork.sql(KEEP_TILES, [JSON.stringify(rows)]);
    await unitOfWork.repository(SignedTreeHead).insert(head);
  }

  /** The newest head; null while the log is empty. */
  async latestHead(): Promise<SignedTreeHead | null> {
    const [head] = await this.heads('order by audit_tree_heads.size desc limit 1', []);
    return head ?? null;
  }

  /** The newest head that was signed by then. */
  async headAt(instant: Date): Promise<SignedTreeHead | null> {
    const [head] = await this.heads('where at <= $1 order by audit_tree_heads.size desc limit 1', [instant]);
    return head ?? null;
  }

  /** Heads after this size, smallest first. */
  headsAfter(size: bigint, limit: number): Promise<SignedTreeHead[]> {
    return this.heads('where size > $1 order by audit_tree_heads.size limit $2', [size.toString(), limit]);
  }

  async tiles(refs: readonly TileRef[]): Promise<Map<string, Tile>> {
    const wanted = JSON.stringify(refs.map(({ level, number }) => ({ level, number: number.toString() })));
    const rows = await this.database.read.sql<TileRow>(SERVICE, 'audit tiles', TILES, [wanted]);
    const tiles = rows.map(({ level, number, hashes }) => ({
      level,
      number: BigInt(number),
      hashes: Buffer.from(hashes, 'base64'),
    }));
    return new Map(tiles.map((tile) => [tileKey(tile), tile]));
  }

  /** Records from this place on, in order. */
  records(from: bigint, limit: number): Promise<AuditRecord[]> {
    return this.database.read.sql(SERVICE, 'audit records', RECORDS, [from.toString(), limit]);
  }

  /** The record in the first place of all, and the one in the last. */
  ends(): Promise<Pick<AuditRecord, 'id' | 'index'>[]> {
    return this.database.read.sql(SERVICE, 'audit ends', ENDS, []);
  }

  /** How many leaves the stored tree has. */
  async leaves(): Promise<bigint> {
    const [row] = await this.database.read.sql<{ count: string }>(SERVICE, 'audit leaves', LEAVES, []);
    return BigInt(row?.count ?? 0);
  }

  /** The first record about each of these objects, where there is one. */
  firstRecords(objects: readonly string[]): Promise<Pick<AuditRecord, 'object' | 'index' | 'leafHash'>[]> {
    return this.database.read.sql(SERVICE, 'audit first records', FIRST_RECORDS, [objects]);
  }

  /** How often each thing was done in a period, by everyone or around one customer. */
  activity({ from, to }: Period, customerId: string | null): Promise<ActivityCount[]> {
    return this.database.read.sql(SERVICE, 'audit activity', ACTIVITY, [from, to, customerId]);
  }

  private heads(clause: string, values: readonly unknown[]): Promise<SignedTreeHead[]> {
    const text = `select size::text, root_hash as "rootHash", signature, key_id as "keyId",
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from audit_tree_heads ${clause}`;
    return this.database.read.sql(SERVICE, `audit heads ${clause}`, text, values);
  }
}
