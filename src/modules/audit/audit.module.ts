/** Builds the audit module: the subscriber to everything, and the proofs over what it wrote. */
import type { ModuleManifest, Platform } from '../../platform/module';
import { inOrder } from '../../platform/graphql';
import { may } from '../identity';
import { AUDIT_CUSTOMER_DATA } from './customer-data';
import { AuditLogRepository } from './audit-log.repository';
import { AuditRecord } from './audit-record.entity';
import { AuditVerificationService } from './audit-verification.service';
import { type AuditLoaders, createAuditLoaders } from './audit.loader';
import { AuditResolver, SignedTreeHeadResolver } from './audit.resolver';
import { AuditService } from './audit.service';
import { SignedTreeHead } from './tree-head.entity';

export const auditEntities = [AuditRecord, SignedTreeHead];

export interface AuditModule {
  readonly audit: AuditService;
  readonly loaders: AuditLoaders;
  readonly verification: AuditVerificationService;
  readonly manifest: ModuleManifest;
}

export function createAuditModule({ database, crypto, clock }: Platform): AuditModule {
  const log = new AuditLogRepository(database);
  const audit = new AuditService(log, crypto, clock);
  const loaders = createAuditLoaders(audit);
  const verification = new AuditVerificationService(log, audit, crypto);
  return {
    audit,
    loaders,
    verification,
    manifest: {
      name: 'audit',
      customerData: AUDIT_CUSTOMER_DATA,
      resolvers: [
        new AuditResolver(database, audit, loaders, verification),
        new SignedTreeHeadResolver(audit, crypto),
      ],
      nodes: [
        {
          prefix: 'aud',
          allows: ({ principal }) => may(principal, 'audit:read'),
          load: async (ids, { scope }) =>
            inOrder(
              ids,
              await database.read.list(AuditRecord, { scope, where: { id: { in: ids } } }),
              ({ id }) => id,
            ),
        },
      ],
      subscribers: [{ name: 'audit.log', take: (stretch) => audit.append(stretch) }],
    },
  };
}
