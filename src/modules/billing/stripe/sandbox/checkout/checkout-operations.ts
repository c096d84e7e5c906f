/** Checkout and portal sessions, as they can be asked for. */
import { PLACE } from '../request/address';
import type { Discounts } from '../catalogue/discount.service';
import type { Call, Operation } from '../request/call';
import { badParameter } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type PortalSession, type Price, wholeList } from '../store/wire';
import type { Checkouts } from './checkout.service';

const DAY = 86_400;
const HALF_HOUR = 1800;
const STATES = ['complete', 'expired', 'open'] as const;

export class CheckoutOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly checkouts: Checkouts,
    private readonly discounts: Discounts,
  ) {}

  list(): Operation[] {
    const address = '/v1/checkout/sessions';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      {
        method: 'GET',
        path: `${address}/:id`,
        run: ({ path }) => this.store.get('checkout.session', path.id!),
      },
      { method: 'POST', path: `${address}/:id/expire`, run: (call) => this.expire(call) },
      { method: 'GET', path: `${address}/:id/line_items`, run: (call) => this.lineItems(call) },
      { method: 'POST', path: '/v1/billing_portal/sessions', run: (call) => this.createPortal(call) },
    ];
  }

  private async create({ parameters, at }: Call): Promise<CheckoutSession> {
    if (parameters.required('mode') !== 'subscription')
      throw badParameter(
        'mode',
        'The sandbox, which is not Stripe, sells subscriptions only: mode=subscription.',
      );
    const customerId = parameters.text('customer');
    const lines = await this.lines(parameters);
    const details = parameters.group('subscription_data');
    const trialDays = details?.count('trial_period_days', 1);
    const customer =
      customerId === undefined ? null : await this.store.get('customer', customerId, 'customer');
    const redemptions = await this.discounts.asked(parameters, customer, at);
    const allowsCodes = parameters.boolean('allow_promotion_codes') ?? null;
    if (allowsCodes && redemptions.length > 0)
      throw badParameter(
        'allow_promotion_codes',
        'You may only specify one of these parameters: allow_promotion_codes, discounts.',
        'parameters_exclusive',
      );
    return this.checkouts.open(
      {
        customer,
        redemptions,
        allowsCodes,
        customerEmail: parameters.nullable('customer_email') ?? null,
        clientReferenceId: parameters.nullable('client_reference_id') ?? null,
        lines,
        successUrl: address(parameters, 'success_url', parameters.required('success_url')),
        cancelUrl: parameters.has('cancel_url')
          ? address(parameters, 'cancel_url', parameters.required('cancel_url'))
          : null,
        metadata: parameters.metadata(),
        expiresAt: expiry(parameters, at),
        at,
      },
      {
        subscriptionMetadata: details?.metadata() ?? {},
        trialEnd: trialDays === undefined ? null : at + trialDays * DAY,
      },
    );
  }

  private async lines(parameters: Parameters): Promise<{ price: Price; quantity: number }[]> {
    const wanted = parameters.groups('line_items');
    if (wanted.length === 0)
      throw badParameter('line_items', 'Missing required param: line_items.', 'parameter_missing');
    const lines: { price: Price; quantity: number }[] = [];
    for (const line of wanted) {
      const price = await this.store.get('price', line.required('price'), line.name('price'));
      if (!price.active)
        throw badParameter(
          line.name('price'),
          'The price specified is inactive. This field only accepts active prices.',
        );
      if (!price.recurring)
        throw badParameter(
          line.name('price'),
          'You must provide at least one recurring price in `subscription` mode when using prices.',
        );
      lines.push({ price, quantity: line.count('quantity', 1) ?? 1 });
    }
    return lines;
  }

  private page(parameters: Parameters): Promise<object> {
    const status = parameters.choice('status', STATES);
    const subscription = parameters.text('subscription');
    return this.store.page(
      'checkout.session',
      {
        customer: parameters.text('customer'),
        properties: {
          status: status && [status],
          subscription: subscription === undefined ? undefined : [subscription],
        },
      },
      parameters,
    );
  }

  private async expire({ path, at }: Call): Promise<CheckoutSession> {
    return this.checkouts.expire(await this.store.get('checkout.session', path.id!), at);
  }

  private async lineItems({ path, parameters }: Call): Promise<object> {
    parameters.count('limit', 1);
    const session = await this.store.get('checkout.session', path.id!);
    return wholeList(
      await this.checkouts.lineItems(session),
      `/v1/checkout/sessions/${session.id}/line_items`,
    );
  }

  private async createPortal({ parameters, at }: Call): Promise<PortalSession> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const id = idFor('billing_portal.session');
    return this.store.save<'billing_portal.session'>({
      id,
      object: 'billing_portal.session',
      configuration: 'bpc_sandbox',
      created: at,
      customer: customer.id,
      customer_account: null,
      flow: null,
      livemode: false,
      locale: null,
      on_behalf_of: null,
      return_url: parameters.has('return_url')
        ? address(parameters, 'return_url', parameters.required('return_url'))
        : null,
      url: `${PLACE}/p/session/${id}`,
    });
  }
}

function address(parameters: Parameters, key: string, value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    const message = 'Not a valid URL: an explicit scheme (such as https) must be provided.';
    throw badParameter(parameters.name(key), message, 'url_invalid');
  }
  return value;
}

function expiry(parameters: Parameters, at: number): number {
  const asked = parameters.integer('expires_at');
  if (asked !== undefined && (asked < at + HALF_HOUR || asked > at + DAY))
    throw badParameter(
      'expires_at',
      'The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.',
    );
  return asked ?? at + DAY;
}
