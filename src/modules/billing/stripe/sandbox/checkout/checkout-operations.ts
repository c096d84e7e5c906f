/** Checkout and portal sessions, as they can be asked for. */
import { PLACE } from '../request/address';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type PortalSession, wholeList } from '../store/wire';
import { type CheckoutRequests, urlAsked } from './checkout-request';
import type { Checkouts } from './checkout.service';

const STATES = ['complete', 'expired', 'open'] as const;

export class CheckoutOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly checkouts: Checkouts,
    private readonly requests: CheckoutRequests,
  ) {}

  list(): Operation[] {
    const address = '/v1/checkout/sessions';
    return [
      {
        method: 'POST',
        path: address,
        run: async (call) => {
          const { order, terms } = await this.requests.read(call);
          return this.checkouts.open(order, terms);
        },
      },
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
      return_url: parameters.has('return_url') ? urlAsked(parameters, 'return_url') : null,
      url: `${PLACE}/p/session/${id}`,
    });
  }
}
