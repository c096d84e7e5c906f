/** One comparison of our tables with Stripe: what it looked at, what it found, and what it put right. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

export enum ReconciliationState {
  RUNNING = 'RUNNING',
  DONE = 'DONE',
}

registerEnumType(ReconciliationState, {
  name: 'ReconciliationState',
  description: 'How far a comparison with Stripe is.',
  valuesConfig: {
    RUNNING: { description: 'It waits or runs.' },
    DONE: { description: 'It has ended; a finding says so where it could not be finished.' },
  },
});

@ObjectType('ReconciliationFinding', { description: 'Something that was not as Stripe has it.' })
export class Finding {
  @Field(() => ID, { nullable: true, description: 'Whose; null when it is nobody’s.' })
  customerId!: string | null;

  @Field(() => String, { description: 'What differed between here and Stripe, for people.' })
  what!: string;

  @Field(() => Boolean, { description: 'Whether it was put right; what was not is for a person to decide.' })
  repaired!: boolean;
}

@Entity('billing_reconciliations')
@ObjectType({ implements: Node, description: 'A comparison of our mirror with Stripe.' })
export class BillingReconciliation implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Column('text')
  @Field(() => ReconciliationState, { description: 'How far it is.' })
  state!: ReconciliationState;

  @Column('text', { nullable: true })
  @Field(() => ID, { nullable: true, description: 'The one customer that it is about; null = all.' })
  customerId!: string | null;

  @Column('int')
  @Field(() => Int, { description: 'Customers that were compared.' })
  checked!: number;

  @Column('jsonb')
  @Field(() => [Finding], { description: 'What was not as Stripe has it; empty when all was.' })
  findings!: Finding[];

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null until then.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'A page of comparisons with Stripe.' })
export class BillingReconciliationConnection extends connectionOf(BillingReconciliation) {}
