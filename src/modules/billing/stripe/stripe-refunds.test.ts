/** A refund is counted once, whenever its credit note comes to be known. */
import type Stripe from 'stripe';
import type { StripeClient } from './stripe-client';
import { StripeRefunds } from './stripe-refunds';

const CHARGE = {
  id: 'ch_1',
  payment_intent: 'pi_1',
  customer: 'cus_1',
  amount_refunded: 500,
} as Stripe.Charge;
const REFUND = {
  id: 're_1',
  amount: 500,
  status: 'succeeded',
  reason: null,
  created: 0,
  receipt_number: null,
};
const NOTE = { refunds: [{ refund: 're_1' }] } as Stripe.CreditNote;

async function* listed<T>(...all: T[]): AsyncGenerator<T> {
  yield* all;
}

/** A Stripe with one refund, and these notes by now. */
function refundsAt(notes: readonly Stripe.CreditNote[]): StripeRefunds {
  const stripe = {
    refunds: { list: () => listed(REFUND) },
    creditNotes: { list: () => listed(...notes) },
    invoicePayments: { list: () => Promise.resolve({ data: [{ invoice: 'in_1' }] }) },
  };
  const ask: StripeClient['ask'] = (call) => call(stripe as unknown as Stripe);
  return new StripeRefunds({ ask });
}

it('one that no note knows of is given back beside the notes', async () => {
  expect(await refundsAt([]).withoutNote([CHARGE], [])).toMatchObject([
    {
      invoice: 'in_1',
      correctionMinor: 500n,
      refund: { number: 're_1', amountMinor: '500', taxMinor: null },
    },
  ]);
});

it('one whose note came while the customer was read is no second one', async () => {
  expect(await refundsAt([NOTE]).withoutNote([CHARGE], [])).toEqual([]);
  expect(await refundsAt([NOTE]).withoutNote([CHARGE], [NOTE])).toEqual([]);
});
