/** What `doctor` says of Stripe: key, API version, webhook endpoint and prices, looked at and not changed. */
import type Stripe from 'stripe';
import { createDataSource } from '../../../platform/database';
import { Plan } from '../plan/plan.entity';
import { PLAN_SEEDS } from '../plan/plan-seeds';
import { StripeCatalogue } from './stripe-catalogue';
import { type StripeAccess, StripeClient } from './stripe-client';
import type { SoldPlan } from './stripe-gateway';
import { missingPermissions } from './stripe-permissions';
import { WEBHOOK_PATH } from './stripe-webhook.service';

/** News without which the mirror would wait for the daily comparison. */
const NEEDED = [
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
  'charge.refunded',
  'checkout.session.completed',
  'credit_note.created',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.updated',
  'invoice.finalized',
  'invoice.marked_uncollectible',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.voided',
  'refund.failed',
  'subscription_schedule.updated',
];
const PAGE = 100;
const LIVE = /^[sr]k_live_/;

export interface StripeReportSettings {
  readonly access: StripeAccess;
  /** Under which URL the service is reached; undefined where that is not configured. */
  readonly publicUrl: string | undefined;
  /** Where the plans are that are sold; undefined = nowhere yet, and those of a fresh house are looked at. */
  readonly databaseUrl: string | undefined;
}

/** Lines for people. @throws Error that says what is wrong and what to do, all faults at once. */
export async function stripeReport({
  access,
  publicUrl,
  databaseUrl,
}: StripeReportSettings): Promise<string[]> {
  const client = new StripeClient(() => access);
  const lines: string[] = [];
  const faults: string[] = [];
  const plans = databaseUrl === undefined ? PLAN_SEEDS : await latestPlans(databaseUrl);
  const sold: readonly SoldPlan[] = plans.filter(({ sellable }) => sellable);
  // The first question shows whether the key is taken at all; without it, or what it may not read, there is nothing more to ask.
  const lacking = await missingPermissions(client);
  if (lacking.length > 0)
    throw new Error(
      `the restricted key lacks permissions, as Stripe names them: ${lacking.join(', ')}. Give it those in the dashboard (Developers, API keys); docs/operations.md lists all that it needs`,
    );
  const priceFaults = await new StripeCatalogue(client).faults(sold);
  const mode = LIVE.test(access.apiKey) ? 'live: money moves' : 'test: no money moves';
  lines.push(`key ${access.apiKey.slice(0, 8)}… is taken (${mode})`);
  for (const { planKey, fault } of priceFaults) faults.push(`of the price ${planKey}, ${fault}`);
  if (priceFaults.length === 0)
    lines.push(`${sold.length} plans have their price, or get it at the first sale`);

  const { API_VERSION: version } = (await import('stripe')).default;
  lines.push(`API version ${version}, pinned by the client`);
  const endpoints = await client.ask((stripe) => stripe.webhookEndpoints.list({ limit: PAGE }));
  const ours = endpoints.data.filter(({ url }) =>
    publicUrl ? url === `${publicUrl}${WEBHOOK_PATH}` : url.endsWith(WEBHOOK_PATH),
  );
  const [endpoint] = ours;
  if (!endpoint) {
    const where = publicUrl ? `${publicUrl}${WEBHOOK_PATH}` : `a URL that ends with ${WEBHOOK_PATH}`;
    faults.push(
      `Stripe has no webhook endpoint for ${where}: add it, and set STRIPE_WEBHOOK_SECRET to its secret`,
    );
  } else {
    const missing = NEEDED.filter((type) => !endpoint.enabled_events.some((on) => on === '*' || on === type));
    if (endpoint.status !== 'enabled')
      faults.push(`the webhook endpoint ${endpoint.url} is ${endpoint.status}: enable it`);
    if (missing.length > 0)
      faults.push(`the webhook endpoint does not send ${missing.join(', ')}: choose them`);
    if (endpoint.api_version && endpoint.api_version !== version)
      faults.push(
        `the webhook endpoint speaks API version ${endpoint.api_version}, not ${version}: make it anew`,
      );
    lines.push(`webhooks come to ${endpoint.url}; the first one shows whether the secret is this endpoint’s`);
  }
  if (access.isTaxed) {
    const fault = taxFault(await client.ask((stripe) => stripe.tax.settings.retrieve()));
    if (fault) faults.push(fault);
    else lines.push('Stripe Tax is set up; it collects where the account is registered');
  }
  if (faults.length > 0) throw new Error(faults.join('\n      '));
  return lines;
}

/** What keeps Stripe Tax from taxing a price of ours; undefined when nothing does. */
function taxFault({ status, status_details, defaults }: Stripe.Tax.Settings): string | undefined {
  const missing = status_details.pending?.missing_fields ?? [];
  if (status !== 'active')
    return `STRIPE_TAX is on, and Stripe Tax is not set up (${missing.join(', ') || status}): complete it in the dashboard`;
  if (!defaults.tax_behavior)
    return 'STRIPE_TAX is on, and no default says whether prices hold their tax: choose one in the tax settings of the dashboard';
  return undefined;
}

/** The latest version of each plan. */
async function latestPlans(url: string): Promise<readonly (SoldPlan & Pick<Plan, 'sellable'>)[]> {
  const source = createDataSource({ url, entities: [Plan], pool: 1, role: 'OWNER' });
  await source.initialize();
  try {
    const plans = await source.getRepository(Plan).find({ order: { version: 'ASC' } });
    return [...new Map(plans.map((plan) => [plan.code, plan])).values()];
  } finally {
    await source.destroy();
  }
}
