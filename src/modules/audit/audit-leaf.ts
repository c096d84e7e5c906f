/** What of a record is hashed into its leaf, and how: canonical JSON, so that anybody with the record can do it again. */
import { canonicalJson } from '../../kernel/hash';
import type { AuditRecord } from './audit-record.entity';
import { leafHash } from './merkle-tree';

/** Everything but the leaf hash itself and the place: the tree fixes the place. */
export type AuditContent = Omit<AuditRecord, 'leafHash' | 'index'>;

/** The bytes of the leaf. */
export function leafContent(record: AuditContent): string {
  const {
    id,
    at,
    actor,
    actorKind,
    customerId,
    action,
    object,
    reason,
    beforeHash,
    afterHash,
    dataHash,
    requestId,
  } = record;
  return canonicalJson({
    id,
    at: new Date(at).toISOString(),
    actor,
    actorKind,
    customerId,
    action,
    object,
    reason,
    beforeHash,
    afterHash,
    dataHash,
    requestId,
  });
}

export function leafHashOf(record: AuditContent): Buffer {
  return leafHash(leafContent(record));
}

/** The members of the content in canonical order, and where they stand in a row. */
const MEMBERS = {
  action: 'action',
  actor: 'actor',
  actorKind: 'actor_kind',
  afterHash: 'after_hash',
  at: `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  beforeHash: 'before_hash',
  customerId: 'customer_id',
  dataHash: 'data_hash',
  id: 'id',
  object: 'object',
  reason: 'reason',
  requestId: 'request_id',
};

/**
 * The same hash in the words of the database, which writes records by the thousand; verification hashes them anew with
 * `leafHashOf`. Both escape what JSON must escape, and nothing else.
 */
export const LEAF_HASH_SQL = ((): string => {
  const members = Object.entries(MEMBERS).map(
    ([name, value]) => `'"${name}":' || coalesce(to_json(${value})::text, 'null')`,
  );
  return `sha256('\\x00'::bytea || convert_to('{' || ${members.join(` || ',' || `)} || '}', 'UTF8'))`;
})();
