/** Mirror of Stripe's invoices. Amounts, taxes and balances are Stripe's and never computed anew. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, MoneyType, Node, PeriodType, URLScalar } from '../../../platform/graphql';
import type { InvoiceDisputeItem } from './invoice-dispute';

export enum InvoiceStatus {
  DRAFT = 'DRAFT',
  OPEN = 'OPEN',
  PAID = 'PAID',
  UNCOLLECTIBLE = 'UNCOLLECTIBLE',
  VOID = 'VOID',
}

registerEnumType(InvoiceStatus, {
  name: 'InvoiceStatus',
  description: 'State of an invoice, in Stripe’s words.',
  valuesConfig: {
    DRAFT: { description: 'Still being written.' },
    OPEN: { description: 'Final and due.' },
    PAID: { description: 'Paid.' },
    UNCOLLECTIBLE: { description: 'Payment is not expected any more.' },
    VOID: { description: 'Withdrawn.' },
  },
});

/** A line as it is kept with its invoice. */
export interface InvoiceLineItem {
  readonly description: string;
  readonly amountMinor: string;
  readonly quantity: number | null;
  readonly periodFrom: string;
  readonly periodTo: string;
}

/** What was given back, as it is kept with its invoice. */
export interface InvoiceRefundItem {
  readonly number: string;
  readonly amountMinor: string;
  /** Absent in what was mirrored before taxes were; the next reading adds it. */
  readonly taxMinor?: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
}

@ObjectType({ description: 'Money of a paid invoice that was given back.' })
export class InvoiceRefund {
  @Field(() => String, {
    description: 'Number of the credit note, or of the refund at Stripe where there is no note.',
  })
  number!: string;

  @Field(() => MoneyType, { description: 'How much was given back, taxes included.' })
  amount!: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'Taxes in it, as the credit note states them; null where there is no note, or one that states them for more than this.',
  })
  tax!: MoneyType | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of whoever gave it; null without.' })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When.' })
  createdAt!: Date;
}

@ObjectType({ description: 'One line of an invoice.' })
export class InvoiceLine {
  @Field(() => String, { description: 'What is charged, in Stripe’s words.' })
  description!: string;

  @Field(() => MoneyType, { description: 'Amount of the line; negative for a credit.' })
  amount!: MoneyType;

  @Field(() => Number, { nullable: true, description: 'Quantity; null where the line has none.' })
  quantity!: number | null;

  @Field(() => PeriodType, { description: 'The time for which it is charged.' })
  period!: PeriodType;
}

@Entity('invoices')
@ObjectType({ implements: Node, description: 'An invoice of a customer, as Stripe made it.' })
export class Invoice implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the invoice.' })
  id!: string;

  @Column('text')
  stripeInvoiceId!: string;

  @Column('text', { nullable: true })
  stripeSubscriptionId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Number on the document; null while it is a draft.' })
  number!: string | null;

  @Column('text')
  @Field(() => InvoiceStatus, { description: 'State of the invoice.' })
  status!: InvoiceStatus;

  @Column('text')
  currency!: string;

  @Column('bigint')
  subtotalMinor!: string;

  @Column('bigint')
  taxMinor!: string;

  @Column('bigint')
  totalMinor!: string;

  @Column('bigint')
  amountDueMinor!: string;

  @Column('bigint')
  amountPaidMinor!: string;

  @Column('bigint')
  refundedMinor!: string;

  @Column('jsonb')
  refunds!: InvoiceRefundItem[];

  @Column('jsonb')
  disputes!: InvoiceDisputeItem[];

  @Column('timestamptz')
  periodFrom!: Date;

  @Column('timestamptz')
  periodTo!: Date;

  @Column('text', { nullable: true })
  @Field(() => URLScalar, { nullable: true, description: 'Page to see and pay it; null for a draft.' })
  hostedUrl!: string | null;

  @Column('jsonb')
  lineItems!: InvoiceLineItem[];

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When Stripe made it.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  paidAt!: Date | null;
}

@ObjectType({ description: 'A page of invoices.' })
export class InvoiceConnection extends connectionOf(Invoice) {}
