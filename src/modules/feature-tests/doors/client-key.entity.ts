/**
 * A client key stands in the address under which a GrowthBook client asks, and addresses end up in logs: so it is not an API
 * key, opens nothing but the flags of one environment, and is revoked by itself. Only a keyed hash of it is kept.
 */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { Environment } from '../../deployments';

@Entity('flag_client_keys')
@ObjectType({
  implements: Node,
  description:
    'A key with which a customer’s servers evaluate flags by a GrowthBook client. It stands in addresses, and opens nothing else.',
})
export class FlagClientKey implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the key (not the key itself).' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'What the customer calls it.' })
  name!: string;

  @Column('text')
  @Field(() => Environment, { description: 'The environment whose flags it opens.' })
  environment!: Environment;

  @Column('text')
  @Field(() => String, { description: 'The first letters of the key, to tell keys apart.' })
  prefix!: string;

  @Column('text')
  secretHash!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it works.' })
  revokedAt!: Date | null;
}

@ObjectType({ description: 'A page of client keys.' })
export class FlagClientKeyConnection extends connectionOf(FlagClientKey) {}
