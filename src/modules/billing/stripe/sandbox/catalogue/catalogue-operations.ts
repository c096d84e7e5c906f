/** What is sold: products and their prices. */
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import { badParameter, notAllowed } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Price, Product } from '../store/wire';
import { askedAmounts, inlineAmounts } from './price-amounts';

const INTERVALS = ['day', 'week', 'month', 'year'] as const;

export class CatalogueOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  list(): Operation[] {
    return [
      { method: 'POST', path: '/v1/products', run: (call) => this.createProduct(call) },
      { method: 'GET', path: '/v1/products', run: ({ parameters }) => this.products(parameters) },
      { method: 'GET', path: '/v1/products/:id', run: ({ path }) => this.store.get('product', path.id!) },
      { method: 'POST', path: '/v1/products/:id', run: (call) => this.updateProduct(call) },
      { method: 'POST', path: '/v1/prices', run: (call) => this.createPrice(call) },
      { method: 'GET', path: '/v1/prices', run: ({ parameters }) => this.prices(parameters) },
      { method: 'GET', path: '/v1/prices/:id', run: ({ path }) => this.store.get('price', path.id!) },
      { method: 'POST', path: '/v1/prices/:id', run: (call) => this.updatePrice(call) },
    ];
  }

  private async createProduct({ parameters, at }: Call): Promise<Product> {
    return this.saveProduct(blankProduct(parameters.text('id') ?? idFor('product'), at), parameters, at);
  }

  private async saveProduct(blank: Product, parameters: Parameters, at: number): Promise<Product> {
    const product = await this.store.save({
      ...blank,
      active: parameters.boolean('active') ?? true,
      description: parameters.nullable('description') ?? null,
      metadata: parameters.metadata(),
      name: parameters.required('name'),
      unit_label: parameters.nullable('unit_label') ?? null,
    });
    await this.events.record('product.created', product, at);
    return product;
  }

  private async updateProduct({ path, parameters, at }: Call): Promise<Product> {
    const before = await this.store.get('product', path.id!);
    const product = await this.store.save({
      ...before,
      active: parameters.boolean('active') ?? before.active,
      description: parameters.has('description')
        ? (parameters.nullable('description') ?? null)
        : before.description,
      metadata: parameters.metadata(before.metadata),
      name: parameters.has('name') ? parameters.required('name') : before.name,
      updated: at,
    });
    await this.events.record('product.updated', product, at, before);
    return product;
  }

  /** `price_data`: a price for this order alone, which nobody can choose later. */
  async inlinePrice(parameters: Parameters, at: number): Promise<Price> {
    const currency = parameters.requiredCurrency('currency');
    const product = await this.productOf(parameters, at);
    const recurring = parameters.group('recurring');
    const interval = recurring?.choice('interval', INTERVALS);
    return this.store.save<'price'>({
      ...inlineAmounts(parameters),
      id: idFor('price'),
      object: 'price',
      active: false,
      created: at,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: product.id,
      recurring: interval
        ? {
            interval,
            interval_count: recurring?.count('interval_count', 1) ?? 1,
            meter: null,
            trial_period_days: null,
            usage_type: 'licensed',
          }
        : null,
      tax_behavior:
        parameters.choice('tax_behavior', ['exclusive', 'inclusive', 'unspecified']) ?? 'unspecified',
      type: interval ? 'recurring' : 'one_time',
    });
  }

  private async createPrice({ parameters, at }: Call): Promise<Price> {
    const currency = parameters.requiredCurrency('currency');
    const asked = askedAmounts(parameters);
    const product = await this.productOf(parameters, at);
    const lookupKey = await this.freeLookupKey(parameters);
    const price = await this.store.save({
      id: idFor('price'),
      object: 'price',
      active: parameters.boolean('active') ?? true,
      created: at,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: lookupKey,
      metadata: parameters.metadata(),
      nickname: parameters.nullable('nickname') ?? null,
      product: product.id,
      recurring: await this.recurring(parameters),
      tax_behavior:
        parameters.choice('tax_behavior', ['exclusive', 'inclusive', 'unspecified']) ?? 'unspecified',
      type: parameters.has('recurring') ? 'recurring' : 'one_time',
      ...asked,
    });
    await this.events.record('price.created', price, at);
    return price;
  }

  private async productOf(parameters: Parameters, at: number): Promise<Product> {
    const inline = parameters.group('product_data');
    if (inline) return this.saveProduct(blankProduct(idFor('product'), at), inline, at);
    return this.store.get('product', parameters.required('product'), 'product');
  }

  private async recurring(parameters: Parameters): Promise<Price['recurring']> {
    const recurring = parameters.group('recurring');
    if (!recurring) return null;
    const interval = recurring.choice('interval', INTERVALS);
    if (!interval)
      throw badParameter(
        'recurring[interval]',
        'Missing required param: recurring[interval].',
        'parameter_missing',
      );
    const usage = recurring.choice('usage_type', ['licensed', 'metered']) ?? 'licensed';
    const meter = recurring.text('meter') ?? null;
    if (meter) await this.store.get('billing.meter', meter, 'recurring[meter]');
    if (usage === 'metered' && !meter) {
      throw notAllowed(
        'Creating metered prices without a meter is no longer possible: pass `recurring[meter]`.',
      );
    }
    return {
      interval,
      interval_count: recurring.count('interval_count', 1) ?? 1,
      meter,
      trial_period_days: recurring.count('trial_period_days', 1) ?? null,
      usage_type: usage,
    };
  }

  /** A lookup key names one price; it moves to the new one only when asked. */
  private async freeLookupKey(parameters: Parameters): Promise<string | null> {
    const key = parameters.text('lookup_key') ?? null;
    const moves = parameters.boolean('transfer_lookup_key') ?? false;
    if (key === null) return null;
    for (const holder of await this.store.all('price', { properties: { lookup_key: [key] } })) {
      if (!moves) {
        const message = `A price (\`${holder.id}\`) already uses that lookup key. Use transfer_lookup_key to move it.`;
        throw badParameter('lookup_key', message, 'resource_already_exists');
      }
      await this.store.save({ ...holder, lookup_key: null });
    }
    return key;
  }

  private async updatePrice({ path, parameters, at }: Call): Promise<Price> {
    const before = await this.store.get('price', path.id!);
    const price = await this.store.save({
      ...before,
      active: parameters.boolean('active') ?? before.active,
      lookup_key: parameters.has('lookup_key') ? await this.freeLookupKey(parameters) : before.lookup_key,
      metadata: parameters.metadata(before.metadata),
      nickname: parameters.has('nickname') ? (parameters.nullable('nickname') ?? null) : before.nickname,
    });
    await this.events.record('price.updated', price, at, before);
    return price;
  }

  private products(parameters: Parameters): Promise<object> {
    return this.store.page('product', { properties: { active: activity(parameters) } }, parameters);
  }

  private prices(parameters: Parameters): Promise<object> {
    const lookupKeys = parameters.texts('lookup_keys');
    const type = parameters.choice('type', ['one_time', 'recurring']);
    const currency = parameters.text('currency');
    return this.store.page(
      'price',
      {
        parent: parameters.text('product'),
        properties: {
          active: activity(parameters),
          lookup_key: lookupKeys.length > 0 ? lookupKeys : undefined,
          type: type && [type],
          currency: currency === undefined ? undefined : [currency],
        },
      },
      parameters,
    );
  }
}

function activity(parameters: Parameters): string[] | undefined {
  const active = parameters.boolean('active');
  return active === undefined ? undefined : [String(active)];
}

function blankProduct(id: string, at: number): Product {
  return {
    id,
    object: 'product',
    active: true,
    created: at,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name: '',
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: at,
    url: null,
  };
}
