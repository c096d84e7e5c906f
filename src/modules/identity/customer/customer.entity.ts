/** The organisation that pays: the tenant to which everything else belongs. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('customers')
@ObjectType({
  implements: Node,
  description: 'An organisation that uses the product: it pays, has members, API keys and end users.',
})
export class Customer implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the customer.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Name of the organisation.' })
  name!: string;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Market segment, as the customer says; null when it does not.',
  })
  segment!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Code of the channel by which it came, as given at sign-up; null when none was given.',
  })
  channel!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The campaign that brought it, as given at sign-up; null when none was given.',
  })
  campaign!: string | null;

  @Column('boolean', { default: false })
  @Field(() => Boolean, {
    description: 'Whether every member needs a second factor to sign in. `secondFactorPolicySet` changes it.',
  })
  requiresSecondFactor!: boolean;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it signed up.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'After when its data are deleted, because it was closed; null for one that is open.',
  })
  eraseAfter!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When its data were deleted; null as long as they are here.',
  })
  erasedAt!: Date | null;
}

@ObjectType({ description: 'A page of customers.' })
export class CustomerConnection extends connectionOf(Customer) {}
