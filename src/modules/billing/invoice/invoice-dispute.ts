/** A payment of an invoice that the payer's bank has called back, as it stands on the invoice. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, MoneyType } from '../../../platform/graphql';

export enum InvoiceDisputeState {
  INQUIRY = 'INQUIRY',
  INQUIRY_CLOSED = 'INQUIRY_CLOSED',
  OPEN = 'OPEN',
  WON = 'WON',
  LOST = 'LOST',
  PREVENTED = 'PREVENTED',
}

registerEnumType(InvoiceDisputeState, {
  name: 'InvoiceDisputeState',
  description: 'How far a dispute has come.',
  valuesConfig: {
    INQUIRY: { description: 'The bank asks what the payment was for; no money has moved.' },
    INQUIRY_CLOSED: { description: 'The bank asked, and no dispute came of it.' },
    OPEN: { description: 'The bank has withdrawn the money until it is settled whose it is.' },
    WON: { description: 'The money is the operator’s again.' },
    LOST: { description: 'The money is the payer’s.' },
    PREVENTED: {
      description: 'It was settled before it was opened, mostly by giving the money to the payer.',
    },
  },
});

/** A dispute as it is kept with its invoice. */
export interface InvoiceDisputeItem {
  readonly stripeDisputeId: string;
  readonly state: InvoiceDisputeState;
  readonly amountMinor: string;
  /** What of it is withdrawn now. */
  readonly withdrawnMinor: string;
  readonly reason: string;
  readonly respondBy: string | null;
  readonly createdAt: string;
}

/** What banks have called back of an invoice, and not given again. */
export function withdrawnOf({ disputes }: { readonly disputes: readonly InvoiceDisputeItem[] }): bigint {
  return disputes.reduce((sum, { withdrawnMinor }) => sum + BigInt(withdrawnMinor), 0n);
}

@ObjectType({
  description:
    'A payment of an invoice that the payer’s bank has called back. The invoice stays paid, and nothing is charged anew for it.',
})
export class InvoiceDispute {
  @Field(() => String, { description: 'Its id at Stripe, where it is answered.' })
  stripeDisputeId!: string;

  @Field(() => InvoiceDisputeState, { description: 'How far it has come.' })
  state!: InvoiceDisputeState;

  @Field(() => MoneyType, { description: 'How much is disputed.' })
  amount!: MoneyType;

  @Field(() => MoneyType, {
    description: 'What of it is withdrawn now; credits bought with it are taken back.',
  })
  withdrawn!: MoneyType;

  @Field(() => String, { description: 'Why, in the bank’s word as Stripe gives it.' })
  reason!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when evidence can be handed in at Stripe; null when it is over.',
  })
  respondBy!: Date | null;

  @Field(() => DateTime, { description: 'When it was raised.' })
  createdAt!: Date;
}
