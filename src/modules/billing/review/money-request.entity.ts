/** Money that a member of staff wants to give a customer, and that somebody else must approve first. */
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import type { CreditSource } from '../ledger/ledger';

export enum MoneyRequestKind {
  REFUND = 'REFUND',
  CREDIT = 'CREDIT',
}

registerEnumType(MoneyRequestKind, {
  name: 'MoneyRequestKind',
  description: 'How money is to be given.',
  valuesConfig: {
    REFUND: { description: 'Of a paid invoice, back to the card that paid it.' },
    CREDIT: { description: 'As credits, which pay for usage.' },
  },
});

export enum MoneyRequestState {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
  REFUSED = 'REFUSED',
}

registerEnumType(MoneyRequestState, {
  name: 'MoneyRequestState',
  description: 'What became of money that was asked for.',
  valuesConfig: {
    PENDING: { description: 'Nobody decided yet, and nothing is given.' },
    APPROVED: { description: 'Somebody else approved it, and it is given.' },
    REJECTED: { description: 'Somebody else rejected it; nothing is given.' },
    WITHDRAWN: { description: 'Who asked for it took it back.' },
    REFUSED: {
      description:
        'It was approved and could not be given any more; `decisionReason` says why. Ask for it anew.',
    },
  },
});

/** What else a grant is made of. */
export interface CreditTerms {
  readonly source: CreditSource;
  readonly priority: number;
  readonly expiresAt: string | null;
}

@Entity('money_requests')
@ObjectType({
  implements: Node,
  description: 'Money for a customer that somebody else of the staff must approve before it is given.',
})
export class MoneyRequest implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Column('text')
  @Field(() => MoneyRequestKind, { description: 'How it is to be given.' })
  kind!: MoneyRequestKind;

  @Column('text', { nullable: true })
  invoiceId!: string | null;

  @Column('bigint')
  amountMinor!: string;

  @Column('text')
  currency!: string;

  @Column('jsonb', { nullable: true })
  credit!: CreditTerms | null;

  @Column('text')
  @Field(() => String, { description: 'Why, as the customer reads it.' })
  reason!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of who asks for it.' })
  by!: string;

  @Column('text')
  idempotencyKey!: string;

  @Column('text')
  inputHash!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Column('text')
  @Field(() => MoneyRequestState, { description: 'What became of it.' })
  state!: MoneyRequestState;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Id of who decided it, or took it back; null while it is PENDING.',
  })
  decidedBy!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What was said with it; null where nothing was.' })
  decisionReason!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ceased to be PENDING; null while it is.' })
  decidedAt!: Date | null;
}

@ObjectType({ description: 'A page of money that was asked for.' })
export class MoneyRequestConnection extends connectionOf(MoneyRequest) {}

@InputType({ description: 'Which requests; absent fields leave nothing out.' })
export class MoneyRequestFilter {
  @Field(() => MoneyRequestState, { nullable: true, description: 'What became of them.' })
  state?: MoneyRequestState | null;

  @Field(() => ID, { nullable: true, description: 'For which customer.' })
  customerId?: string | null;
}
