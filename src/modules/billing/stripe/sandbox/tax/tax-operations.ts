/** Tax ids of customers, and the rates by which taxes were calculated, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { missing } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { idOf, type TaxId, type TaxRate, wholeList } from '../store/wire';
import type { TaxIds } from './tax-ids.service';
import { JURISDICTIONS, rateById, rateShape } from './tax-table';

const PAGE = 10;

export class TaxOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly taxIds: TaxIds,
  ) {}

  list(): Operation[] {
    const address = '/v1/customers/:customer/tax_ids';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: (call) => this.page(call) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.owned(path) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
      { method: 'GET', path: '/v1/tax_rates', run: ({ parameters }) => this.rates(parameters) },
      { method: 'GET', path: '/v1/tax_rates/:id', run: async ({ path }) => this.rate(path.id!) },
    ];
  }

  private async create({ path, parameters, at }: Call): Promise<TaxId> {
    const customer = await this.store.get('customer', path.customer!);
    const [type, value] = [parameters.required('type'), parameters.required('value')];
    return this.taxIds.add(customer, type, value, await this.time.of(customer, at));
  }

  private async page({ path, parameters }: Call): Promise<object> {
    const { id: customer } = await this.store.get('customer', path.customer!);
    return this.store.page('tax_id', { customer }, parameters);
  }

  private async owned({ customer, id }: Call['path']): Promise<TaxId> {
    const taxId = await this.store.get('tax_id', id!);
    if (idOf(taxId.customer) !== customer) throw missing('tax_id', id!);
    return taxId;
  }

  private async remove({ path, at }: Call): Promise<object> {
    const taxId = await this.owned(path);
    const customer = await this.store.get('customer', path.customer!);
    await this.store.remove(taxId.id);
    await this.events.record('customer.tax_id.deleted', taxId, await this.time.of(customer, at));
    return { id: taxId.id, object: 'tax_id', deleted: true };
  }

  private async rates(parameters: Parameters): Promise<object> {
    const limit = parameters.count('limit', 1) ?? PAGE;
    const after = parameters.text('starting_after');
    const active = parameters.boolean('active') ?? true;
    const all = active ? JURISDICTIONS.map((one) => rateShape(one.country, one, true)) : [];
    const left = after === undefined ? all : all.slice(all.findIndex(({ id }) => id === after) + 1);
    const list = wholeList(left.slice(0, limit), '/v1/tax_rates');
    return { ...list, has_more: list.data.length < left.length };
  }

  private rate(id: string): TaxRate {
    const rate = rateById(id);
    if (!rate) throw missing('tax rate', id);
    return rate;
  }
}
