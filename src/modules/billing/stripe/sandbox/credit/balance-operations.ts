/** Entries of a customer's balance, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import { badParameter, missing } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type BalanceTransaction, idOf } from '../store/wire';
import type { BalanceBook } from './balance-book.service';

const KIND = 'customer_balance_transaction';

export class BalanceOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly balance: BalanceBook,
  ) {}

  list(): Operation[] {
    const address = '/v1/customers/:customer/balance_transactions';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: (call) => this.page(call) },
      { method: 'GET', path: `${address}/:id`, run: (call) => this.find(call) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
    ];
  }

  private async create({ path, parameters, at: realTime }: Call): Promise<object> {
    const customer = await this.store.get('customer', path.customer!);
    parameters.required('amount');
    const amount = parameters.integer('amount')!;
    const currency = parameters.requiredCurrency('currency');
    if (customer.currency && customer.currency !== currency)
      throw badParameter(
        'currency',
        `You cannot combine currencies on a single customer. This customer has the currency ${customer.currency}.`,
      );
    if (amount === 0) throw badParameter('amount', 'The amount must not be zero.');
    const entry = {
      type: 'adjustment',
      currency,
      description: parameters.nullable('description') ?? null,
      metadata: parameters.metadata(),
    } as const;
    return (await this.balance.move(customer, amount, entry, await this.time.of(customer, realTime)))!;
  }

  private async page({ path, parameters }: Call): Promise<object> {
    const { id } = await this.store.get('customer', path.customer!);
    const parent = parameters.text('invoice');
    const page = await this.store.page(KIND, { customer: id, parent }, parameters);
    return { ...page, url: `/v1/customers/${id}/balance_transactions` };
  }

  private async update(call: Call): Promise<BalanceTransaction> {
    const before = await this.find(call);
    const { parameters } = call;
    const description = parameters.has('description')
      ? (parameters.nullable('description') ?? null)
      : before.description;
    const metadata = parameters.metadata(before.metadata ?? {});
    return this.store.save<typeof KIND>({ ...before, description, metadata });
  }

  private async find({ path }: Call): Promise<BalanceTransaction> {
    const entry = await this.store.get(KIND, path.id!);
    if (idOf(entry.customer) !== path.customer) throw missing(KIND, path.id!);
    return entry;
  }
}
