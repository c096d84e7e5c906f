/** Payment methods and payment intents, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import type { TestCards } from './test-cards.service';

export function paymentOperations(store: ObjectStore, cards: TestCards, time: SandboxTime): Operation[] {
  const address = '/v1/payment_methods';
  const list = async ({ parameters }: Call, customer: string): Promise<object> => {
    const type = parameters.text('type');
    return store.page(
      'payment_method',
      { customer, properties: { type: type ? [type] : undefined } },
      parameters,
    );
  };
  return [
    {
      method: 'POST',
      path: address,
      run: ({ parameters, at }) => {
        if (parameters.required('type') !== 'card') throw notAllowed('The sandbox has cards only.');
        // A number would be refused by Stripe too, unless the account may see numbers.
        return cards.create(parameters.requiredGroup('card').required('token'), at, 'card[token]');
      },
    },
    {
      method: 'GET',
      path: address,
      run: (call) => list(call, call.parameters.required('customer')),
    },
    { method: 'GET', path: `${address}/:id`, run: ({ path }) => store.get('payment_method', path.id!) },
    {
      method: 'POST',
      path: `${address}/:id/attach`,
      run: async ({ path, parameters, at }) => {
        const customer = await store.get('customer', parameters.required('customer'), 'customer');
        return cards.attach(path.id!, customer, await time.of(customer, at), 'payment_method');
      },
    },
    { method: 'POST', path: `${address}/:id/detach`, run: ({ path, at }) => cards.detach(path.id!, at) },
    {
      method: 'GET',
      path: '/v1/customers/:id/payment_methods',
      run: async (call) => list(call, (await store.get('customer', call.path.id!)).id),
    },
    {
      method: 'GET',
      path: '/v1/payment_intents/:id',
      run: ({ path }) => store.get('payment_intent', path.id!),
    },
    {
      method: 'GET',
      path: '/v1/payment_intents',
      run: ({ parameters }) =>
        store.page('payment_intent', { customer: parameters.text('customer') }, parameters),
    },
  ];
}
