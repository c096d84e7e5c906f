/** A customer's server signs in with one of these; only a keyed hash of the secret is kept. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { KeyMode as Mode } from '../../../kernel/principal';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

export const KeyMode: { readonly [mode in Mode]: Mode } = { LIVE: 'LIVE', TEST: 'TEST' };

registerEnumType(KeyMode, {
  name: 'KeyMode',
  description:
    'What a key is for, so that lists and logs tell one from the other. Both work on the same data, and are billed.',
  valuesConfig: { LIVE: { description: 'For production.' }, TEST: { description: 'For trying out.' } },
});

@Entity('api_keys')
@ObjectType({ implements: Node, description: 'A key with which a customer’s server calls the API.' })
export class ApiKey implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the key (not the secret).' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'What the customer calls it.' })
  name!: string;

  @Column('text')
  @Field(() => String, { description: 'The first letters of the secret, to tell keys apart.' })
  prefix!: string;

  @Column('text')
  secretHash!: string;

  @Column('text')
  @Field(() => KeyMode, { description: 'What it is for.' })
  mode!: Mode;

  @Column('text', { array: true })
  @Field(() => [String], { description: 'Permissions it is limited to; `*` = all that a key may have.' })
  scopes!: string[];

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Last use, to the minute; null when it was never used.',
  })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it stops working; null = never.' })
  expiresAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it works.' })
  revokedAt!: Date | null;

  /** The key that took its place when it was rotated. */
  @Column('text', { nullable: true })
  replacedById!: string | null;

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'How often it may call within a minute, below what the plan allows all keys together; each process of the service counts for itself. Null = as the plan allows.',
  })
  requestsPerMinute!: number | null;
}

@ObjectType({ description: 'A page of API keys.' })
export class ApiKeyConnection extends connectionOf(ApiKey) {}
