/** Payment methods, payment intents and their charges, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { idOf } from '../store/wire';
import type { Subscriptions } from '../subscription/subscription.service';
import { triedInVain } from './unpaid';
import type { TestCards } from './test-cards.service';

export function paymentOperations(
  store: ObjectStore,
  cards: TestCards,
  time: SandboxTime,
  subscriptions: Subscriptions,
): Operation[] {
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
    {
      method: 'POST',
      path: `${address}/:id`,
      run: async ({ path, parameters }) => {
        const before = await store.get('payment_method', path.id!);
        const said = parameters.group('billing_details');
        const billing_details = { ...before.billing_details };
        for (const key of ['email', 'name', 'phone'] as const)
          if (said?.has(key)) billing_details[key] = said.nullable(key) ?? null;
        const metadata = parameters.metadata(before.metadata ?? {});
        return store.save<'payment_method'>({ ...before, billing_details, metadata });
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
      method: 'POST',
      path: '/v1/payment_intents/:id/confirm',
      run: async ({ path, parameters, at }) => {
        const intent = await store.get('payment_intent', path.id!);
        if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation')
          throw notAllowed(
            `This PaymentIntent's status is ${intent.status}, and it cannot be confirmed.`,
            'payment_intent_unexpected_state',
          );
        parameters.text('return_url');
        parameters.boolean('off_session');
        const [payment] = await store.all('invoice_payment', { intent: intent.id });
        const invoice = await store.get('invoice', idOf(payment?.invoice) ?? '');
        const customer = await store.get('customer', idOf(intent.customer) ?? '');
        const now = await time.of(customer, at);
        const card = await cards.attach(
          parameters.required('payment_method'),
          customer,
          now,
          'payment_method',
        );
        await subscriptions.collect(invoice, now, card);
        const after = await store.get('payment_intent', intent.id);
        if (after.status === 'requires_payment_method') throw triedInVain(after);
        return after;
      },
    },
    { method: 'GET', path: '/v1/setup_intents/:id', run: ({ path }) => store.get('setup_intent', path.id!) },
    {
      method: 'GET',
      path: '/v1/setup_intents',
      run: ({ parameters }) =>
        store.page('setup_intent', { customer: parameters.text('customer') }, parameters),
    },
    { method: 'GET', path: '/v1/charges/:id', run: ({ path }) => store.get('charge', path.id!) },
    {
      method: 'GET',
      path: '/v1/charges',
      run: ({ parameters }) =>
        store.page(
          'charge',
          { customer: parameters.text('customer'), parent: parameters.text('payment_intent') },
          parameters,
        ),
    },
    {
      method: 'GET',
      path: '/v1/payment_intents',
      run: ({ parameters }) =>
        store.page('payment_intent', { customer: parameters.text('customer') }, parameters),
    },
  ];
}
