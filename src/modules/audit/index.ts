/** The door of audit: proofs that something stands in the log, and the log verified. Records are written by events alone. */
export { auditEntities, type AuditModule, createAuditModule } from './audit.module';
export type { ActivityCount } from './audit-log.repository';
export type { AuditLoaders } from './audit.loader';
export type { AuditService } from './audit.service';
export type { AuditVerificationService } from './audit-verification.service';
export { AuditVerification, ConsistencyProof, InclusionProof } from './proof.type';
export { SignedTreeHead } from './tree-head.entity';
