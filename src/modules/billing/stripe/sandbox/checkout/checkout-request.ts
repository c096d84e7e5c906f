/** What a request says of a checkout: what is sold in which mode, to whom, and what is asked of them beside the card. */
import type { CatalogueOperations } from '../catalogue/catalogue-operations';
import type { Discounted, Discounts } from '../catalogue/discount.service';
import { amountOf } from '../catalogue/price-rule';
import type { Call } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import type { CheckoutSession, Customer, Price } from '../store/wire';
import { automaticTaxAsked } from '../tax/automatic-tax-asked';
import { locate } from '../tax/tax-rule';
import type { CustomerUpdates } from './buyers.service';
import type { CheckoutTerms } from './checkout.service';
import type { CheckoutMode, CheckoutOrder } from './session-shape';

const DAY = 86_400;
const HALF_HOUR = 1800;
const MODES = ['payment', 'setup', 'subscription'] as const;

type Line = CheckoutOrder['lines'][number];

export interface CheckoutRequest {
  readonly order: CheckoutOrder;
  readonly terms: Omit<CheckoutTerms, 'lines'>;
}

export class CheckoutRequests {
  constructor(
    private readonly store: ObjectStore,
    private readonly catalogue: Pick<CatalogueOperations, 'inlinePrice'>,
    private readonly discounts: Discounts,
  ) {}

  async read({ parameters, at }: Call): Promise<CheckoutRequest> {
    parameters.required('mode');
    const mode = parameters.choice('mode', MODES)!;
    const customerId = parameters.text('customer');
    const lines = await this.lines(parameters, mode, at);
    const customer =
      customerId === undefined ? null : await this.store.get('customer', customerId, 'customer');
    const redemptions = await this.discounts.asked(parameters, customer, orderedBy(lines), at);
    const allowsCodes = parameters.boolean('allow_promotion_codes') ?? null;
    if (allowsCodes && redemptions.length > 0)
      throw badParameter(
        'allow_promotion_codes',
        'You may only specify one of these parameters: allow_promotion_codes, discounts.',
        'parameters_exclusive',
      );
    const updates = updatesAsked(parameters, customer);
    const ofSubscription = mode === 'subscription' ? parameters.group('subscription_data') : undefined;
    const trialDays = ofSubscription?.count('trial_period_days', 1);
    const customerCreation =
      mode === 'subscription' ? ('always' as const) : customerCreationAsked(parameters, customer);
    const collection = parameters.choice('billing_address_collection', ['auto', 'required'] as const);
    const order: CheckoutOrder = {
      mode,
      currency: lines[0]?.price.currency ?? parameters.currency('currency') ?? null,
      customer,
      redemptions,
      allowsCodes,
      customerEmail: parameters.nullable('customer_email') ?? null,
      clientReferenceId: parameters.nullable('client_reference_id') ?? null,
      lines,
      successUrl: urlAsked(parameters, 'success_url'),
      cancelUrl: parameters.has('cancel_url') ? urlAsked(parameters, 'cancel_url') : null,
      metadata: parameters.metadata(),
      expiresAt: expiry(parameters, at),
      ...taxesAsked(parameters, customer, updates, mode),
      addressCollection: collection ?? null,
      customerCreation,
      invoiceCreation: mode === 'payment' ? invoiceCreationAsked(parameters) : null,
      at,
    };
    const terms = {
      subscriptionMetadata: ofSubscription?.metadata() ?? {},
      trialDays: trialDays ?? null,
      updates,
      intent: intentAsked(parameters, mode),
    };
    return { order, terms };
  }

  private async lines(parameters: Parameters, mode: CheckoutMode, at: number): Promise<Line[]> {
    const wanted = parameters.groups('line_items');
    if (mode === 'setup') {
      if (wanted.length > 0)
        throw badParameter('line_items', 'You can not pass `line_items` in `setup` mode.');
      return [];
    }
    if (wanted.length === 0)
      throw badParameter('line_items', 'Missing required param: line_items.', 'parameter_missing');
    const lines: Line[] = [];
    for (const line of wanted) {
      const price = await this.price(line, at);
      if (mode === 'subscription' && !price.recurring)
        throw badParameter(
          line.name('price'),
          'You must provide at least one recurring price in `subscription` mode when using prices.',
        );
      if (mode === 'payment' && price.recurring)
        throw badParameter(
          line.name('price'),
          'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
        );
      lines.push({ price, quantity: line.count('quantity', 1) ?? 1 });
    }
    if (new Set(lines.map(({ price }) => price.currency)).size > 1)
      throw badParameter('line_items', 'All line items of a Checkout Session must share one currency.');
    return lines;
  }

  private async price(line: Parameters, at: number): Promise<Price> {
    const inline = line.group('price_data');
    if (inline && line.has('price'))
      throw badParameter(
        line.name('price'),
        'You may only specify one of these parameters: price, price_data.',
        'parameters_exclusive',
      );
    if (inline) return this.catalogue.inlinePrice(inline, at);
    const price = await this.store.get('price', line.required('price'), line.name('price'));
    if (!price.active)
      throw badParameter(
        line.name('price'),
        'The price specified is inactive. This field only accepts active prices.',
      );
    return price;
  }
}

/** What the lines come to, before anything is taken off. */
function orderedBy(lines: readonly Line[]): Discounted {
  return {
    currency: lines[0]?.price.currency ?? null,
    amount: lines.reduce((sum, { price, quantity }) => sum + amountOf(price, quantity), 0),
  };
}

function updatesAsked(parameters: Parameters, customer: Customer | null): CustomerUpdates {
  const group = parameters.group('customer_update');
  if (group && !customer)
    throw badParameter('customer_update', '`customer_update` can only be used with `customer`.');
  return {
    address: group?.choice('address', ['auto', 'never']) === 'auto',
    name: group?.choice('name', ['auto', 'never']) === 'auto',
  };
}

/** An address and a name that were there before are written to only by leave, so what needs them needs the leave. */
function taxesAsked(
  parameters: Parameters,
  customer: Customer | null,
  updates: CustomerUpdates,
  mode: CheckoutMode,
): Pick<CheckoutOrder, 'isTaxed' | 'collectsTaxIds'> {
  const isTaxed = automaticTaxAsked(parameters) ?? false;
  if (isTaxed && mode === 'setup')
    throw badParameter('automatic_tax', 'You can not enable `automatic_tax` in `setup` mode.');
  if (isTaxed && customer && !updates.address && !locate(customer.address ?? null))
    throw notAllowed(
      "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save the address entered in Checkout to the Customer.",
      'customer_tax_location_invalid',
    );
  const group = parameters.group('tax_id_collection');
  group?.required('enabled');
  const enabled = group?.boolean('enabled') ?? false;
  if (enabled && customer && !updates.name)
    throw badParameter(
      'tax_id_collection',
      'Tax ID collection requires updating business name on the customer. To enable tax ID collection for an existing customer, please set `customer_update[name]` to `auto`.',
    );
  const required = group?.choice('required', ['if_supported', 'never']) ?? 'never';
  return { isTaxed, collectsTaxIds: { enabled, required } };
}

function customerCreationAsked(
  parameters: Parameters,
  customer: Customer | null,
): CheckoutOrder['customerCreation'] {
  const asked = parameters.choice('customer_creation', ['always', 'if_required']);
  if (asked && customer)
    throw badParameter(
      'customer_creation',
      'You may only specify one of these parameters: customer, customer_creation.',
      'parameters_exclusive',
    );
  return asked ?? 'if_required';
}

function invoiceCreationAsked(parameters: Parameters): CheckoutSession['invoice_creation'] {
  const group = parameters.group('invoice_creation');
  group?.required('enabled');
  const data = group?.group('invoice_data');
  return {
    enabled: group?.boolean('enabled') ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: data?.nullable('description') ?? null,
      footer: null,
      issuer: null,
      metadata: data?.metadata() ?? {},
      rendering_options: null,
    },
  };
}

function intentAsked(parameters: Parameters, mode: CheckoutMode): CheckoutTerms['intent'] {
  const data = mode === 'subscription' ? undefined : parameters.group(`${mode}_intent_data`);
  const setupFutureUsage =
    (mode === 'payment' ? data?.choice('setup_future_usage', ['off_session', 'on_session']) : null) ?? null;
  return {
    description: data?.nullable('description') ?? null,
    metadata: data?.metadata() ?? {},
    setupFutureUsage,
  };
}

/** @throws Refusal of what is missing or no URL. */
export function urlAsked(parameters: Parameters, key: string): string {
  const value = parameters.required(key);
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
