/** Credit grants: prepaid usage. They burn on what is metered, by priority and then by their end. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import { isMetered } from '../catalogue/price-rule';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CreditGrant, idOf } from '../store/wire';
import type { CreditGrants } from './credit-grant.service';

const KIND = 'billing.credit_grant';
const ENTRY = 'billing.credit_balance_transaction';
const ENTRIES = '/v1/billing/credit_balance_transactions';
const DEFAULT_PRIORITY = 50;
const LAST_PRIORITY = 100;

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
      { method: 'GET', path: ENTRIES, run: ({ parameters }) => this.entries(parameters) },
      { method: 'GET', path: `${ENTRIES}/:id`, run: ({ path }) => this.store.get(ENTRY, path.id!) },
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
    const prices = await this.pricesIn(scope);
    const priority = parameters.count('priority', 0) ?? DEFAULT_PRIORITY;
    if (priority > LAST_PRIORITY)
      throw badParameter('priority', `This value must be less than or equal to ${LAST_PRIORITY}.`);
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
      applicability_config: { scope: prices.length > 0 ? { prices } : { price_type: 'metered' } },
      category: parameters.choice('category', ['paid', 'promotional']) ?? 'paid',
      created: at,
      customer: customer.id,
      customer_account: null,
      effective_at: parameters.integer('effective_at') ?? at,
      expires_at: expires,
      livemode: false,
      metadata: parameters.metadata(),
      name: parameters.text('name') ?? null,
      priority,
      test_clock: idOf(customer.test_clock),
      updated: at,
      voided_at: null,
    });
    await this.grants.begin(grant, at);
    await this.events.record('billing.credit_grant.created', grant, at);
    return grant;
  }

  private async pricesIn(scope: Parameters): Promise<{ id: string }[]> {
    const named = scope
      .groups('prices')
      .map((group) => ({ id: group.required('id'), param: group.name('id') }));
    if (named.length === 0) {
      scope.required('price_type');
      scope.choice('price_type', ['metered']);
    } else if (scope.has('price_type'))
      throw badParameter(
        scope.name('prices'),
        'You may only specify one of these parameters: price_type, prices.',
        'parameters_exclusive',
      );
    for (const { id, param } of named)
      if (!isMetered(await this.store.get('price', id, param)))
        throw badParameter(param, 'Credit grants can only apply to metered prices.');
    return named.map(({ id }) => ({ id }));
  }

  private async entries(parameters: Parameters): Promise<object> {
    const [customer, grant] = [parameters.text('customer'), parameters.text('credit_grant')];
    if (grant !== undefined) await this.store.get(KIND, grant, 'credit_grant');
    const grants = customer === undefined ? [] : await this.store.all(KIND, { customer });
    const parents = customer === undefined ? undefined : grants.map(({ id }) => id);
    return this.store.page(ENTRY, { parent: grant, parents }, parameters);
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
    await this.grants.drop(before, as === 'voided_at' ? 'credits_voided' : 'credits_expired', at);
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
