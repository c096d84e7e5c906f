/**
 * What a restricted key must be allowed to read, found out by looking: Stripe says of each refusal which permission it lacks. What it
 * must be allowed to change shows at the first change, because trying would change something (docs/operations.md has both).
 */
import type Stripe from 'stripe';
import type { StripeClient } from './stripe-client';
import { missingPermission } from './stripe-failure';

const RESTRICTED = 'rk_';
const ONE = { limit: 1 };

/** One question of each kind that the house asks. */
const READS: readonly ((stripe: Stripe) => Promise<unknown>)[] = [
  (stripe) => stripe.customers.list(ONE),
  (stripe) => stripe.prices.list(ONE),
  (stripe) => stripe.subscriptions.list({ ...ONE, expand: ['data.default_payment_method', 'data.schedule'] }),
  (stripe) => stripe.invoices.list(ONE),
  (stripe) => stripe.invoicePayments.list(ONE),
  (stripe) => stripe.creditNotes.list({ ...ONE, expand: ['data.refunds.refund'] }),
  (stripe) => stripe.charges.list(ONE),
  (stripe) => stripe.refunds.list(ONE),
  (stripe) => stripe.disputes.list(ONE),
  (stripe) => stripe.checkout.sessions.list(ONE),
  (stripe) => stripe.promotionCodes.list(ONE),
  (stripe) => stripe.billing.meters.list(ONE),
  (stripe) => stripe.webhookEndpoints.list(ONE),
];
const TAX_READ = (stripe: Stripe): Promise<unknown> => stripe.tax.settings.retrieve();

/** As Stripe names them; none for a key that may do all. */
export async function missingPermissions(client: StripeClient): Promise<readonly string[]> {
  const { apiKey, isTaxed } = client.access();
  if (!apiKey.startsWith(RESTRICTED)) return [];
  const missing = new Set<string>();
  for (const read of isTaxed ? [...READS, TAX_READ] : READS) {
    try {
      await client.ask(read);
    } catch (error) {
      const permission = missingPermission(error);
      if (permission === undefined) throw error;
      missing.add(permission);
    }
  }
  return [...missing];
}
