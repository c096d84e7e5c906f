/** What billing writes to those who answer for a customer's money, and what they can do next. */

export type BillingNotice =
  | { readonly kind: 'PAYMENT_LATE'; readonly until: string }
  | { readonly kind: 'READ_ONLY'; readonly until: string }
  | { readonly kind: 'ENDED_UNPAID' }
  | { readonly kind: 'TRIAL_REFUSED' }
  | { readonly kind: 'BOUGHT_TWICE' };

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
  }
}
