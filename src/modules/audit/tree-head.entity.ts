/** What we stand by: the size and root of the log at a moment, signed. Every head that was signed is kept. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntScalar, DateTime } from '../../platform/graphql';

@Entity('audit_tree_heads')
@ObjectType('SignedTreeHead', { description: 'Size and root of the audit log at a moment, signed by us.' })
export class SignedTreeHead {
  @PrimaryColumn('bigint')
  @Field(() => BigIntScalar, { description: 'Number of records that it vouches for, from the first one on.' })
  size!: string;

  @Column('text')
  @Field(() => String, { description: 'Root of the Merkle tree over them (RFC 6962), hexadecimal.' })
  rootHash!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was signed.' })
  at!: Date;

  @Column('text')
  @Field(() => String, {
    description: 'Ed25519 signature over the head’s text (docs/verify-audit.md), base64.',
  })
  signature!: string;

  @Column('text')
  @Field(() => String, { description: 'Which of our keys signed it.' })
  keyId!: string;
}

/** The text that is signed, after C2SP tlog-checkpoint: origin, size, root in base64, and the moment as an extension line. */
export function treeHeadText({
  size,
  rootHash,
  at,
}: Pick<SignedTreeHead, 'size' | 'rootHash' | 'at'>): string {
  const root = Buffer.from(rootHash, 'hex').toString('base64');
  return `flywheel/audit\n${size}\n${root}\nat ${new Date(at).toISOString()}\n`;
}
