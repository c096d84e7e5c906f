/** What of a record is hashed into its leaf, and how: canonical JSON, so that anybody with the record can do it again. */
import { canonicalJson, contentHash } from '../../kernel/hash';
import type { DomainEvent } from '../../platform/events';
import type { AuditRecord } from './audit-record.entity';
import { leafHash } from './merkle-tree';

/** Everything but the leaf hash itself and the place: the tree fixes the place. */
export type AuditContent = Omit<AuditRecord, 'leafHash' | 'index'>;

export function contentOf(event: DomainEvent): AuditContent {
  const { id, at, actor, actorKind, customerId, type, subject, reason } = event;
  return {
    id: `aud_${id.slice('evt_'.length)}`,
    at,
    actor,
    actorKind,
    customerId,
    action: type,
    object: subject,
    reason,
    beforeHash: event.beforeHash,
    afterHash: event.afterHash,
    dataHash: contentHash(event.data),
    requestId: event.requestId,
  };
}

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
