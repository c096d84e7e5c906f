/** What billing writes to those who answer for a customer's money, and what they can do next. */
import { format, money } from '../../../kernel/money';
import type { InvoicePreview } from '../stripe/stripe-gateway';

export type BillingNotice =
  | { readonly kind: 'PAYMENT_LATE'; readonly until: string }
  | { readonly kind: 'READ_ONLY'; readonly until: string }
  | { readonly kind: 'ENDED_UNPAID' }
  | { readonly kind: 'TRIAL_REFUSED' }
  | { readonly kind: 'BOUGHT_TWICE' }
  | ({ readonly kind: 'RENEWAL'; readonly at: string } & Omit<InvoicePreview, 'totalMinor'>);

export function noticeText(notice: BillingNotice): { subject: string; text: string } {
  switch (notice.kind) {
    case 'PAYMENT_LATE':
      return {
        subject: 'A payment did not come through',
        text: `Your plan goes on until ${notice.until}. Pay the open invoice, or choose another card with billingPortalCreate.`,
      };
    case 'READ_ONLY':
      return {
        subject: 'Your account can be read, and runs nothing',
        text: `A payment is overdue. Everything can still be read; predictions are refused. Pay the open invoice, and all goes on at once; on ${notice.until} the plan ends.`,
      };
    case 'ENDED_UNPAID':
      return {
        subject: 'Your plan has ended',
        text: 'It was not paid for, and your account is on the plan Free. Your data is untouched. Subscribe again with subscriptionCheckoutCreate.',
      };
    case 'TRIAL_REFUSED':
      return {
        subject: 'Your trial has ended',
        text: 'This card has had its trial already, with this account or another one. Nothing was charged. Subscribe without a trial with subscriptionCheckoutCreate.',
      };
    case 'BOUGHT_TWICE':
      return {
        subject: 'A plan was bought twice, and is given back',
        text: 'Two subscriptions were paid for, perhaps in two tabs. The first one goes on; the second one is ended, and what was paid for it is on its way back to your card.',
      };
    case 'RENEWAL':
      return renewalText(notice);
  }
}

function renewalText({
  at,
  currency,
  amountDueMinor,
  taxMinor,
  lineItems,
}: Extract<BillingNotice, { kind: 'RENEWAL' }>): { subject: string; text: string } {
  const shown = (minor: string): string => format(money(BigInt(minor), currency));
  const day = (instant: string): string => instant.slice(0, 10);
  const lines = lineItems
    .filter(({ amountMinor }) => amountMinor !== '0')
    .map(
      ({ description, amountMinor, periodFrom, periodTo }) =>
        `- ${description}, ${day(periodFrom)} to ${day(periodTo)}: ${shown(amountMinor)}`,
    );
  const tax = BigInt(taxMinor) === 0n ? '' : ` It includes ${shown(taxMinor)} of taxes.`;
  return {
    subject: `Your subscription is renewed on ${day(at)}`,
    text: `On ${at} it is renewed by itself, and ${shown(amountDueMinor)} are charged, as things stand today.${tax} It is for:\n${lines.join('\n')}\n\nBefore that moment you can choose another plan with subscriptionChange, end it with subscriptionCancel, or choose another card with billingPortalCreate.`,
  };
}
