/** Customers: who pays. */
import type { BalanceBook } from '../credit/balance-book.service';
import type { EventLog } from '../event/event-log';
import type { TestCards } from '../payment/test-cards.service';
import type { Call, Operation } from '../request/call';
import { badParameter, missing, notAllowed } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import type { ObjectStore } from '../store/object-store';
import type { Subscriptions } from '../subscription/subscription.service';
import type { SandboxTime } from '../calendar/sandbox-time';
import { type Customer, idOf } from '../store/wire';
import { addressAsked } from '../tax/address-asked';
import { exemptionAsked, taxIdsAsked } from '../tax/automatic-tax-asked';
import type { TaxIds } from '../tax/tax-ids.service';
import type { Taxes } from '../tax/taxes.service';
import { customerShape } from './customer-shape';

const EMAIL = /^[^\s@]+@[^\s@]+$/;

export class CustomerOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly cards: TestCards,
    private readonly subscriptions: Subscriptions,
    private readonly balance: BalanceBook,
    private readonly taxes: Taxes,
    private readonly taxIds: TaxIds,
  ) {}

  list(): Operation[] {
    const address = '/v1/customers';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.retrieve(path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
    ];
  }

  private async create({ parameters, at }: Call): Promise<Customer> {
    const clockId = parameters.text('test_clock') ?? null;
    const created = clockId
      ? (await this.store.get('test_helpers.test_clock', clockId, 'test_clock')).frozen_time
      : at;
    const blank = customerShape({ created, testClock: clockId, email: null });
    const customer = await this.withBalance(
      await this.store.save(described(blank, parameters)),
      parameters.integer('balance') ?? 0,
      'initial',
      created,
    );
    if (validation(parameters, ['deferred', 'immediately']) === 'immediately')
      this.taxes.assertPlaced(customer.address);
    for (const { type, value } of taxIdsAsked(parameters, 'tax_id_data'))
      await this.taxIds.add(customer, type, value, created);
    const token = parameters.text('payment_method');
    const attached = token && (await this.cards.attach(token, customer, created, 'payment_method'));
    const asked = parameters.group('invoice_settings')?.text('default_payment_method');
    if (!asked) {
      await this.events.record('customer.created', customer, created);
      return customer;
    }
    const chosen = attached && asked === token ? attached.id : asked;
    const whole = await this.withDefault(customer, chosen);
    await this.events.record('customer.created', whole, created);
    return whole;
  }

  private page(parameters: Parameters): Promise<object> {
    const email = parameters.text('email');
    const clock = parameters.text('test_clock');
    const properties = {
      email: email === undefined ? undefined : [email],
      test_clock: clock === undefined ? undefined : [clock],
    };
    return this.store.page('customer', { properties }, parameters);
  }

  private async retrieve(id: string): Promise<object> {
    const customer = await this.store.find('customer', id);
    if (customer) return customer;
    if (await this.store.isRemoved('customer', id)) return { id, object: 'customer', deleted: true };
    throw missing('customer', id);
  }

  private async update({ path, parameters, at }: Call): Promise<Customer> {
    const before = await this.store.get('customer', path.id!);
    const now = await this.time.of(before, at);
    const balance = parameters.integer('balance') ?? before.balance;
    const balanced = await this.withBalance(before, balance, 'adjustment', now);
    let customer = described(balanced, parameters);
    await this.assertStaysPlaced(customer, parameters);
    const chosen = parameters.group('invoice_settings')?.text('default_payment_method');
    customer = chosen ? await this.withDefault(customer, chosen) : await this.store.save(customer);
    await this.events.record('customer.updated', customer, now, before);
    return customer;
  }

  /** Ends what the customer still pays for. */
  private async remove({ path, at }: Call): Promise<object> {
    const customer = await this.store.get('customer', path.id!);
    const now = await this.time.of(customer, at);
    for (const subscription of await this.store.all('subscription', { customer: customer.id })) {
      if (subscription.ended_at === null)
        await this.subscriptions.end(subscription, now, 'cancellation_requested');
    }
    await this.leaveRest(customer.id, now);
    await this.store.remove(customer.id);
    const deleted = { id: customer.id, object: 'customer', deleted: true };
    await this.events.record('customer.deleted', customer, now);
    return deleted;
  }

  /** Time does nothing more for a customer who is gone. */
  private async leaveRest(customer: string, at: number): Promise<void> {
    for (const invoice of await this.store.all('invoice', { customer }))
      if (invoice.auto_advance)
        await this.store.save<'invoice'>({ ...invoice, auto_advance: false, next_payment_attempt: null });
    for (const schedule of await this.store.all('subscription_schedule', { customer }))
      if (schedule.status === 'not_started')
        await this.store.save<'subscription_schedule'>({ ...schedule, status: 'canceled', canceled_at: at });
  }

  /** An address that a taxed subscription needs is not lost by mistake, unless the request takes that upon itself. */
  private async assertStaysPlaced(customer: Customer, parameters: Parameters): Promise<void> {
    const asked = validation(parameters, ['auto', 'deferred', 'immediately']) ?? 'auto';
    const subscriptions = await this.store.all('subscription', { customer: customer.id });
    const isTaxed = subscriptions.some(({ automatic_tax, ended_at }) => automatic_tax.enabled && !ended_at);
    const matters = asked === 'auto' && parameters.has('address') && isTaxed;
    if (asked === 'immediately' || matters) this.taxes.assertPlaced(customer.address);
  }

  private async withBalance(
    customer: Customer,
    balance: number,
    type: 'adjustment' | 'initial',
    at: number,
  ): Promise<Customer> {
    const entry = await this.balance.move(customer, balance - customer.balance, { type }, at);
    return entry ? this.store.get('customer', customer.id) : customer;
  }

  private async withDefault(customer: Customer, paymentMethodId: string): Promise<Customer> {
    const param = 'invoice_settings[default_payment_method]';
    const paymentMethod = await this.store.get('payment_method', paymentMethodId, param);
    if (idOf(paymentMethod.customer) !== customer.id) {
      const message = `The customer does not have a payment method with the ID ${paymentMethodId}. The payment method must be attached to the customer.`;
      throw notAllowed(message, 'resource_missing');
    }
    const invoice_settings = { ...customer.invoice_settings, default_payment_method: paymentMethodId };
    return this.store.save({ ...customer, invoice_settings });
  }
}

function validation<T extends string>(parameters: Parameters, allowed: readonly T[]): T | undefined {
  return parameters.group('tax')?.choice('validate_location', allowed);
}

/** What stands at the foot of the customer's invoices. */
function footed({ invoice_settings }: Customer, parameters: Parameters): Customer['invoice_settings'] {
  const said = parameters.group('invoice_settings');
  return said?.has('footer')
    ? { ...invoice_settings, footer: said.nullable('footer') ?? null }
    : invoice_settings;
}

/** What a request says about the person. */
function described(customer: Customer, parameters: Parameters): Customer {
  const said = (name: 'email' | 'name' | 'phone' | 'description'): string | null =>
    parameters.has(name) ? (parameters.nullable(name) ?? null) : (customer[name] ?? null);
  const asked = addressAsked(parameters);
  const email = said('email');
  if (email !== null && !EMAIL.test(email))
    throw badParameter('email', `Invalid email address: ${email}`, 'email_invalid');
  return {
    ...customer,
    address: asked === undefined ? customer.address : asked,
    tax_exempt: exemptionAsked(parameters) ?? customer.tax_exempt,
    email,
    name: said('name'),
    phone: said('phone'),
    description: said('description'),
    invoice_prefix: parameters.text('invoice_prefix') ?? customer.invoice_prefix,
    invoice_settings: footed(customer, parameters),
    next_invoice_sequence: parameters.count('next_invoice_sequence', 1) ?? customer.next_invoice_sequence,
    preferred_locales: parameters.has('preferred_locales')
      ? parameters.texts('preferred_locales')
      : customer.preferred_locales,
    metadata: parameters.metadata(customer.metadata),
  };
}
