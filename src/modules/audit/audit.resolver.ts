/** The log as compliance reads it: records, the signed head, proofs, and the whole of it verified. Staff only. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { invalidInput } from '../../kernel/errors';
import type { Crypto } from '../../platform/crypto';
import type { Database } from '../../platform/database';
import {
  BigIntScalar,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
  withinPeriod,
} from '../../platform/graphql';
import { Can } from '../identity';
import type { AuditLoaders } from './audit.loader';
import { AuditRecord, AuditRecordConnection } from './audit-record.entity';
import type { AuditVerificationService } from './audit-verification.service';
import { AuditFilter } from './audit.input';
import type { AuditService } from './audit.service';
import { AuditVerification, ConsistencyProof, InclusionProof } from './proof.type';
import { SignedTreeHead } from './tree-head.entity';

@Resolver(() => AuditRecord)
export class AuditResolver {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly loaders: AuditLoaders,
    private readonly verification: AuditVerificationService,
  ) {}

  @Query(() => AuditRecordConnection, {
    nullable: true,
    description: 'The audit log, newest first. Needs audit:read.',
  })
  @Can('audit:read')
  async auditRecords(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Which records.' })
    filter: AuditFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AuditRecordConnection> {
    const { object, actor, action, customerId, period } = filter ?? {};
    const rows = await this.database.read.page(AuditRecord, {
      scope,
      where: {
        object: object ?? undefined,
        actor: actor ?? undefined,
        action: action ?? undefined,
        customerId: customerId ?? undefined,
        at: withinPeriod(period),
      },
      selection: selectionOf(info),
      orderBy: { property: 'index', direction: 'DESC' },
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Query(() => SignedTreeHead, {
    nullable: true,
    description: 'Where the audit log stands, signed. Needs audit:read.',
  })
  @Can('audit:read')
  auditTreeHead(): Promise<SignedTreeHead> {
    return this.audit.treeHead();
  }

  @Query(() => AuditVerification, {
    nullable: true,
    description:
      'Reads the whole log again and names the first record that was changed, removed or moved: about two minutes for a million records. Needs audit:read.',
  })
  @Can('audit:read')
  auditVerify(): Promise<AuditVerification> {
    return this.verification.verify();
  }

  @FieldResolver(() => InclusionProof, { description: 'Proof that this record is in the log as it stands.' })
  @Needs('index', 'leafHash')
  proof(@Root() record: AuditRecord, @Ctx() context: RequestContext): Promise<InclusionProof> {
    return this.loaders.proofOfRecord(context).load(record);
  }
}

@Resolver(() => SignedTreeHead)
export class SignedTreeHeadResolver {
  constructor(
    private readonly audit: AuditService,
    private readonly crypto: Crypto,
  ) {}

  @FieldResolver(() => String, { description: 'Public half of the key that signs heads, PEM.' })
  publicKey(): string {
    return this.crypto.publicKey;
  }

  @FieldResolver(() => ConsistencyProof, {
    description:
      'Proof that the log of an earlier size, of which you kept the head, is the beginning of this one.',
  })
  @Needs('size')
  consistency(
    @Root() { size }: SignedTreeHead,
    @Arg('from', () => BigIntScalar, { description: 'The earlier size.' }) from: bigint,
  ): Promise<ConsistencyProof> {
    if (from < 0n || from > BigInt(size))
      throw invalidInput(['from'], `Name a size from 0 to ${size}: the log never shrinks.`, 'range');
    return this.audit.consistency(from, BigInt(size));
  }
}
