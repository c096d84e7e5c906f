/** One leaf of the log: who did what, on which object, in whose name, why. Ids and hashes only; contents stand in their own tables. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntScalar, connectionOf, DateTime, Node } from '../../platform/graphql';

@Entity('audit_records')
@ObjectType({
  implements: Node,
  description: 'One change, decision or access to personal data, as a leaf of the append-only log.',
})
export class AuditRecord implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the record: that of its event, with another prefix.' })
  id!: string;

  @Column('bigint')
  @Field(() => BigIntScalar, { description: 'Its place in the log, from 0, without gaps.' })
  index!: string;

  @PrimaryColumn('timestamptz')
  @Field(() => DateTime, { description: 'When it happened.' })
  at!: Date;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who did it, or `system:…`.' })
  actor!: string;

  @Column('text')
  @Field(() => String, {
    description: 'What kind of principal: STAFF, MEMBER, API_KEY, END_USER, ANONYMOUS or SYSTEM.',
  })
  actorKind!: string;

  @Column('text', { nullable: true })
  @Field(() => ID, {
    nullable: true,
    description:
      'The customer concerned, in whose name members, keys and end users act; null for the house itself.',
  })
  customerId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'What was done, `noun.past-tense`.' })
  action!: string;

  @Column('text')
  @Field(() => ID, { description: 'Id of the object.' })
  object!: string;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The reason that was given; null where none was asked.',
  })
  reason!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the canonical JSON of the object before; null for a new one.',
  })
  beforeHash!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the canonical JSON of the object after; null where nothing was changed.',
  })
  afterHash!: string | null;

  @Column('text')
  @Field(() => String, { description: 'SHA-256 of the canonical JSON of the data of the event.' })
  dataHash!: string;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The request in which it was done; null for the house’s own work.',
  })
  requestId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Hash of the leaf (RFC 6962), hexadecimal.' })
  leafHash!: string;
}

@ObjectType({ description: 'A page of audit records.' })
export class AuditRecordConnection extends connectionOf(AuditRecord) {}
