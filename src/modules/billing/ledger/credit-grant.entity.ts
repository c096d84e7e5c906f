/** Prepaid usage: how much was granted, until when, and how much of it is left. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Decimal, Node } from '../../../platform/graphql';
import { CreditSource } from './ledger';

registerEnumType(CreditSource, {
  name: 'CreditSource',
  description: 'Where credits came from.',
  valuesConfig: {
    PURCHASED: { description: 'The customer paid for them.' },
    PROMOTIONAL: { description: 'They were given.' },
  },
});

@Entity('credit_grants')
@ObjectType({
  implements: Node,
  description:
    'Credits that pay for usage before anything is owed: of several grants the one with the lowest priority first, then the one that ends first.',
})
export class CreditGrant implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the grant.' })
  id!: string;

  @Column('text')
  @Field(() => CreditSource, { description: 'Where the credits came from.' })
  source!: CreditSource;

  @Column('bigint')
  amountMinor!: string;

  @Column('text')
  currency!: string;

  @Column('numeric')
  @Field(() => Decimal, { description: 'What is left of it, in minor units, unrounded.' })
  remaining!: string;

  @Column('int')
  @Field(() => Int, { description: 'Lower ones are used first.' })
  priority!: number;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on it pays for nothing more; null = it never ends.',
  })
  expiresAt!: Date | null;

  @Column('text')
  @Field(() => String, { description: 'Why it was granted.' })
  reason!: string;

  /** By which they were bought; at most one grant an order. */
  @Column('text', { nullable: true })
  orderId!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was granted.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of grants.' })
export class CreditGrantConnection extends connectionOf(CreditGrant) {}
