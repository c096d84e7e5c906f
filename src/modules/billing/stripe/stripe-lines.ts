/** An invoice, and a preview of one, comes with its first ten lines; those of a long one are asked for by the page. */
import type Stripe from 'stripe';
import { collect, type StripeClient } from './stripe-client';

const PAGE = 100;

/** The same invoice with all of its lines. */
export async function completeLines<I extends Pick<Stripe.Invoice, 'id' | 'lines'>>(
  stripe: Pick<StripeClient, 'ask'>,
  invoice: I,
): Promise<I> {
  const { id, lines } = invoice;
  if (!lines.has_more) return invoice;
  const data = await stripe.ask((client) => collect(client.invoices.listLineItems(id, { limit: PAGE })));
  return { ...invoice, lines: { ...lines, data, has_more: false } };
}
