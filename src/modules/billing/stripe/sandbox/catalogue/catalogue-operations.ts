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
/** Three years at most. */
const MOST_INTERVALS = { day: 1095, week: 156, month: 36, year: 3 } as const;

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
      { method: 'DELETE', path: '/v1/products/:id', run: (call) => this.removeProduct(call) },
      { method: 'POST', path: '/v1/prices', run: (call) => this.createPrice(call) },
      { method: 'GET', path: '/v1/prices', run: ({ parameters }) => this.prices(parameters) },
      { method: 'GET', path: '/v1/prices/:id', run: ({ path }) => this.store.get('price', path.id!) },
      { method: 'POST', path: '/v1/prices/:id', run: (call) => this.updatePrice(call) },
    ];
  }

  private async createProduct({ parameters, at }: Call): Promise<Product> {
    const blank = blankProduct(parameters.text('id') ?? idFor('product'), at);
    const product = await this.saveProduct(blank, parameters, at);
    const first = parameters.group('default_price_data');
    if (!first) return product;
    const { id: default_price } = await this.newPrice(first, product, at);
    return this.store.save<'product'>({ ...product, default_price });
  }

  private async defaultPrice(parameters: Parameters, before: Product): Promise<Product['default_price']> {
    const id = parameters.nullable('default_price');
    if (id === undefined) return before.default_price;
    if (id === null) return null;
    const price = await this.store.get('price', id, 'default_price');
    if (price.product !== before.id)
      throw badParameter('default_price', `The price ${id} belongs to another product.`);
    return id;
  }

  private async removeProduct({ path, at }: Call): Promise<object> {
    const product = await this.store.get('product', path.id!);
    if ((await this.store.all('price', { parent: product.id })).length > 0)
      throw notAllowed(
        'This product cannot be deleted because it has one or more user-created prices.',
        'resource_in_use',
      );
    await this.store.remove(product.id);
    await this.events.record('product.deleted', product, at);
    return { id: product.id, object: 'product', deleted: true };
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
      default_price: await this.defaultPrice(parameters, before),
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
            interval_count: intervalCount(recurring!, interval),
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
    return this.newPrice(parameters, undefined, at);
  }

  /** `known`: the product, where the request does not name it. */
  private async newPrice(parameters: Parameters, known: Product | undefined, at: number): Promise<Price> {
    const currency = parameters.requiredCurrency('currency');
    const asked = askedAmounts(parameters);
    const product = known ?? (await this.productOf(parameters, at));
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
      interval_count: intervalCount(recurring, interval),
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

function intervalCount(recurring: Parameters, interval: (typeof INTERVALS)[number]): number {
  const count = recurring.count('interval_count', 1) ?? 1;
  if (count > MOST_INTERVALS[interval])
    throw badParameter(
      recurring.name('interval_count'),
      'The maximum billing interval is three years: 3 years, 36 months, 156 weeks or 1095 days.',
    );
  return count;
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
