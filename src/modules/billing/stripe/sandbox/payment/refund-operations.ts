/** Refunds, as they can be asked for: by the payment, or by its charge. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, missing } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { idOf, type PaymentIntent, type Refund } from '../store/wire';
import type { Refunds } from './refund.service';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

export class RefundOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly refunds: Refunds,
  ) {}

  list(): Operation[] {
    const address = '/v1/refunds';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('refund', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
    ];
  }

  private async create({ parameters, at: realTime }: Call): Promise<Refund> {
    const intent = await this.payment(parameters);
    const customer = await this.store.find('customer', idOf(intent.customer) ?? '');
    const at = customer ? await this.time.of(customer, realTime) : realTime;
    const terms = {
      amount: parameters.count('amount', 1),
      reason: parameters.choice('reason', REASONS),
      metadata: parameters.metadata(),
    };
    return this.refunds.give(intent, terms, at);
  }

  private async payment(parameters: Parameters): Promise<PaymentIntent> {
    const [id, charge] = [parameters.text('payment_intent'), parameters.text('charge')];
    if (id !== undefined) return this.store.get('payment_intent', id, 'payment_intent');
    if (charge === undefined)
      throw badParameter(
        'charge',
        'One of the following params should be provided for this request: payment_intent or charge.',
        'parameter_missing',
      );
    const properties = { latest_charge: [charge] };
    const [intent] = await this.store.all('payment_intent', { properties });
    if (!intent) throw missing('charge', charge, 'charge');
    return intent;
  }

  private page(parameters: Parameters): Promise<object> {
    const charge = parameters.text('charge');
    const properties = { charge: charge === undefined ? undefined : [charge] };
    return this.store.page('refund', { parent: parameters.text('payment_intent'), properties }, parameters);
  }

  private async update({ path, parameters }: Call): Promise<Refund> {
    const before = await this.store.get('refund', path.id!);
    return this.store.save<'refund'>({ ...before, metadata: parameters.metadata(before.metadata ?? {}) });
  }
}
