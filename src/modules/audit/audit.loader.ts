/** Proofs for a whole list in the three statements that one of them takes: the records, the head, the tiles. */
import { defineLoader } from '../../platform/graphql';
import type { AuditRecord } from './audit-record.entity';
import type { AuditService } from './audit.service';
import type { InclusionProof } from './proof.type';

export interface AuditLoaders {
  /** By the id of an object: that the first record about it is in the log; null for the moment until it is. */
  readonly proofOfObject: ReturnType<typeof defineLoader<string, InclusionProof | null>>;
  readonly proofOfRecord: ReturnType<
    typeof defineLoader<Pick<AuditRecord, 'index' | 'leafHash'>, InclusionProof>
  >;
}

export function createAuditLoaders(audit: AuditService): AuditLoaders {
  return {
    proofOfObject: defineLoader((ids) => audit.proofsFor(ids)),
    proofOfRecord: defineLoader((records) => audit.prove(records)),
  };
}
