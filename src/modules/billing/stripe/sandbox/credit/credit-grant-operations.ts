/** Credit grants: prepaid usage. They burn on what is metered, by priority and then by their end. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import { badParameter, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CreditGrant, idOf } from '../store/wire';
import type { CreditGrants } from './credit-grant.service';

const KIND = 'billing.credit_grant';
const DEFAULT_PRIORITY = 50;

export class CreditGrantOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly grants: CreditGrants,
  ) {}

  list(): Operation[] {
    const address = '/v1/billing/credit_grants';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      {
        method: 'GET',
        path: address,
        run: ({ parameters }) => {
          const customer = parameters.text('customer');
          return this.store.page(KIND, { customer }, parameters);
        },
      },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get(KIND, path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'POST', path: `${address}/:id/expire`, run: (call) => this.end(call, 'expires_at') },
      { method: 'POST', path: `${address}/:id/void`, run: (call) => this.end(call, 'voided_at') },
      { method: 'GET', path: '/v1/billing/credit_balance_summary', run: (call) => this.summary(call) },
    ];
  }

  private async create({ parameters, at: realTime }: Call): Promise<CreditGrant> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const at = await this.time.of(customer, realTime);
    const amount = parameters.requiredGroup('amount');
    amount.required('type');
    amount.choice('type', ['monetary']);
    const monetary = amount.requiredGroup('monetary');
    monetary.required('value');
    const scope = parameters.requiredGroup('applicability_config').requiredGroup('scope');
    scope.required('price_type');
    scope.choice('price_type', ['metered']);
    const expires = parameters.integer('expires_at') ?? null;
    if (expires !== null && expires <= at)
      throw badParameter('expires_at', 'The expiry must be in the future.');
    const grant = await this.store.save<typeof KIND>({
      id: idFor(KIND),
      object: KIND,
      amount: {
        monetary: {
          currency: monetary.requiredCurrency('currency'),
          value: monetary.count('value', 1)!,
        },
        type: 'monetary',
      },
      applicability_config: { scope: { price_type: 'metered' } },
      category: parameters.choice('category', ['paid', 'promotional']) ?? 'paid',
      created: at,
      customer: customer.id,
      customer_account: null,
      effective_at: parameters.integer('effective_at') ?? at,
      expires_at: expires,
      livemode: false,
      metadata: parameters.metadata(),
      name: parameters.text('name') ?? null,
      priority: parameters.count('priority', 0) ?? DEFAULT_PRIORITY,
      test_clock: idOf(customer.test_clock),
      updated: at,
      voided_at: null,
    });
    await this.grants.begin(grant);
    await this.events.record('billing.credit_grant.created', grant, at);
    return grant;
  }

  private async update({ path, parameters, at: realTime }: Call): Promise<CreditGrant> {
    const before = await this.store.get(KIND, path.id!);
    const at = await this.time.of({ test_clock: before.test_clock ?? undefined }, realTime);
    const expires = parameters.has('expires_at')
      ? (parameters.integer('expires_at') ?? null)
      : before.expires_at;
    return this.change(before, { expires_at: expires, metadata: parameters.metadata(before.metadata) }, at);
  }

  private async end({ path, at: realTime }: Call, as: 'expires_at' | 'voided_at'): Promise<CreditGrant> {
    const before = await this.store.get(KIND, path.id!);
    const at = await this.time.of({ test_clock: before.test_clock ?? undefined }, realTime);
    const isOver = before.voided_at !== null || (before.expires_at !== null && before.expires_at <= at);
    if (isOver) throw notAllowed('This credit grant is over already.');
    return this.change(before, { [as]: at }, at);
  }

  private async change(before: CreditGrant, change: Partial<CreditGrant>, at: number): Promise<CreditGrant> {
    const grant = await this.store.save<typeof KIND>({ ...before, ...change, updated: at });
    await this.events.record('billing.credit_grant.updated', grant, at, before);
    return grant;
  }

  private async summary({ parameters, at: realTime }: Call): Promise<object> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const filter = parameters.requiredGroup('filter');
    filter.required('type');
    const type = filter.choice('type', ['applicability_scope', 'credit_grant']);
    const only = type === 'credit_grant' ? filter.required('credit_grant') : undefined;
    filter.group('applicability_scope')?.choice('price_type', ['metered']);
    const at = await this.time.of(customer, realTime);
    const grants = (await this.grants.usable(customer.id, at)).filter(
      ({ grant }) => only === undefined || grant.id === only,
    );
    const currency = grants[0]?.grant.amount.monetary?.currency ?? customer.currency ?? 'usd';
    const value = grants.reduce((sum, { left }) => sum + left, 0);
    const amount = { monetary: { currency, value }, type: 'monetary' };
    return {
      object: 'billing.credit_balance_summary',
      balances: [{ available_balance: amount, ledger_balance: amount }],
      customer: customer.id,
      customer_account: null,
      livemode: false,
    };
  }
}
