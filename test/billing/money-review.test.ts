/** Money that staff give away above the limit of the operator: somebody else approves it, and it is given once. */
import { InvoiceRefundService } from '../../src/modules/billing/invoice/invoice-refund.service';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { eventsOf, rows, standing, subscribed } from './support';

let world: World;
let asker: Person;
let other: Person;

beforeAll(async () => {
  world = await startWorld({ moneyReviewAbove: new Map([['USD', 3000n]]) });
  asker = await world.staff();
  other = await world.staff();
});
afterAll(() => world?.close());

interface Answer {
  readonly grant?: { readonly id: string } | null;
  readonly request: { readonly id: string; readonly state: string; readonly decisionReason: string | null };
}

const REQUEST = 'request { id state decisionReason }';
let keys = 0;

const grant = (owner: CustomerPerson, amountMinor: number, by = asker) =>
  by.client.attempt<Answer>(
    'creditGrant',
    'CreditGrantInput!',
    {
      customerId: owner.customerId,
      amountMinor: String(amountMinor),
      currency: 'USD',
      reason: 'for the trouble',
      idempotencyKey: `grant ${++keys}`,
    },
    `grant { id } ${REQUEST}`,
  );
const refund = (input: object, by = asker) =>
  by.client.attempt<Answer>(
    'invoiceRefund',
    'InvoiceRefundInput!',
    { reason: 'for the trouble', idempotencyKey: `refund ${++keys}`, ...input },
    REQUEST,
  );
const decide = async (act: 'Approve' | 'Reject' | 'Withdraw', id: string, by = other) => {
  const input = act === 'Reject' ? 'MoneyRequestRejectInput!' : 'MoneyRequestDecideInput!';
  const reason = act === 'Reject' ? 'too much' : undefined;
  const { payload, errors } = await by.client.attempt<Answer>(
    `moneyRequest${act}`,
    input,
    { id, reason },
    REQUEST,
  );
  return errors.length > 0 ? errors.map(({ code }) => code) : payload.request.state;
};
const granted = async (owner: CustomerPerson): Promise<string> => {
  const query = 'query ($id: ID!) { customer(by: { id: $id }) { credits { balance { amountMinor } } } }';
  type Seen = { customer: { credits: { balance: { amountMinor: string } } } };
  const { customer } = await asker.client.ask<Seen>(query, { id: owner.customerId });
  return customer.credits.balance.amountMinor;
};
const refunded = async (owner: CustomerPerson): Promise<string[]> =>
  (await standing(owner)).invoices.nodes.map(({ refunded: { formatted } }) => formatted);

test('what stays below the limit is given at once; small gifts one after the other come to a large one', async () => {
  const owner = await world.customer();
  for (const amount of [1000, 1999]) expect((await grant(owner, amount)).payload.request).toBeNull();
  const third = await grant(owner, 2, other);
  expect(third).toMatchObject({ errors: [], payload: { grant: null, request: { state: 'PENDING' } } });
  expect(await granted(owner)).toBe('2999');
  expect((await grant(await world.customer(), 3000)).payload.request).toBeNull();
});

test('of two that come at the same moment only as much is given at once as the limit allows', async () => {
  const owner = await world.customer();
  const both = await Promise.all([grant(owner, 2000), grant(owner, 2000, other)]);
  expect(both.filter(({ payload }) => payload.request === null)).toHaveLength(1);
  expect(await granted(owner)).toBe('2000');
});

test('whoever asked does not decide, others do not withdraw, and approved twice at once it is given once', async () => {
  const owner = await world.customer();
  const { id } = (await grant(owner, 5000)).payload.request;
  expect(await decide('Approve', id, asker)).toEqual(['INVALID_INPUT']);
  expect(await decide('Reject', id, asker)).toEqual(['INVALID_INPUT']);
  expect(await decide('Withdraw', id)).toEqual(['INVALID_INPUT']);
  const third = await world.staff();
  const answers = await Promise.all([decide('Approve', id), decide('Approve', id, third)]);
  expect(answers).toEqual(expect.arrayContaining(['APPROVED', ['CONFLICT']]));
  expect(await granted(owner)).toBe('5000');
  const [approved] = await eventsOf(world, owner.customerId, 'money-request.approved');
  expect(approved).toBeDefined();
});

test('what is rejected or taken back is not given, and cannot be approved any more', async () => {
  const owner = await world.customer();
  const [first, second] = [
    (await grant(owner, 5000)).payload.request.id,
    (await grant(owner, 6000)).payload.request.id,
  ];
  expect(await decide('Reject', first)).toBe('REJECTED');
  expect(await decide('Withdraw', second, asker)).toBe('WITHDRAWN');
  for (const id of [first, second]) expect(await decide('Approve', id)).toEqual(['CONFLICT']);
  expect(await granted(owner)).toBe('0');
});

test('a refund waits, is the same request under the same key, and once approved it is given back once', async () => {
  const owner = await subscribed(world);
  await world.settle();
  const invoiceId = (await standing(owner)).invoices.nodes[0]!.id;
  const input = { invoiceId, idempotencyKey: 'all of it' };
  const { id } = (await refund(input)).payload.request;
  expect((await refund(input)).payload.request.id).toBe(id);
  expect((await refund({ ...input, amountMinor: '4000' })).errors).toMatchObject([
    { code: 'IDEMPOTENCY_KEY_REUSED' },
  ]);
  expect(await refunded(owner)).toEqual(['0.00 USD']);
  expect(await decide('Approve', id)).toBe('APPROVED');
  await world.settle();
  expect(await refunded(owner)).toEqual(['49.00 USD']);
  expect((await refund(input)).payload.request).toMatchObject({ id, state: 'APPROVED' });
  // What was approved counts as well: the next gift of the day waits, however small.
  expect((await grant(owner, 1)).payload.request).not.toBeNull();
});

test('an approval that died before its order was written down is carried out by a job', async () => {
  const owner = await subscribed(world);
  await world.settle();
  const { id } = (await refund({ invoiceId: (await standing(owner)).invoices.nodes[0]!.id })).payload.request;
  const give = jest.spyOn(InvoiceRefundService.prototype, 'give').mockRejectedValue(new Error('died'));
  await expect(decide('Approve', id)).rejects.toThrow();
  expect(await refunded(owner)).toEqual(['0.00 USD']);
  give.mockRestore();
  await world.settle();
  expect(await refunded(owner)).toEqual(['49.00 USD']);
});

test('an approval that is given up has given nothing, and says so', async () => {
  const owner = await subscribed(world);
  await world.settle();
  const { id } = (await refund({ invoiceId: (await standing(owner)).invoices.nodes[0]!.id })).payload.request;
  const give = jest.spyOn(InvoiceRefundService.prototype, 'give').mockRejectedValue(new Error('away'));
  await expect(decide('Approve', id)).rejects.toThrow();
  const jobs = `select id from jobs where kind = 'billing.give-approved' and customer_id = $1`;
  const [job] = (await rows(world, jobs, [owner.customerId])) as { id: string }[];
  await other.client.mutate('jobCancel', 'JobCancelInput!', { id: job!.id }, 'job { status }');
  await world.settle();
  give.mockRestore();
  const query = 'query ($id: ID!) { node(id: $id) { ... on MoneyRequest { state decisionReason } } }';
  expect(await other.client.ask(query, { id })).toEqual({
    node: { state: 'REFUSED', decisionReason: 'Stripe did not take it. Ask for it anew.' },
  });
  expect(await refunded(owner)).toEqual(['0.00 USD']);
});

test('what was given back elsewhere meanwhile is refused when it is approved, and says so', async () => {
  const owner = await subscribed(world);
  await world.settle();
  const invoiceId = (await standing(owner)).invoices.nodes[0]!.id;
  const first = (await refund({ invoiceId })).payload.request.id;
  const second = (await refund({ invoiceId })).payload.request.id;
  expect(await decide('Approve', first)).toBe('APPROVED');
  expect(await decide('Approve', second)).toEqual(['INVALID_INPUT']);
  await world.settle();
  const query = `query ($id: ID!) { moneyRequests(filter: { customerId: $id }) {
    nodes { id kind state decisionReason amount { formatted } customer { id } invoice { id } } } }`;
  const { moneyRequests } = await other.client.ask<{ moneyRequests: { nodes: object[] } }>(query, {
    id: owner.customerId,
  });
  const common = { kind: 'REFUND', customer: { id: owner.customerId }, invoice: { id: invoiceId } };
  expect(moneyRequests.nodes).toMatchObject([
    { ...common, id: second, state: 'REFUSED', decisionReason: expect.stringContaining('left') as string },
    { ...common, id: first, state: 'APPROVED', amount: { formatted: '49.00 USD' } },
  ]);
  expect(await refunded(owner)).toEqual(['49.00 USD']);
});

test('a request of another key of the world is not found, and only who may give decides', async () => {
  expect(await decide('Approve', 'mrq_00000000000000000000000000')).toEqual(['NOT_FOUND']);
  const reviewer = await world.staff('REVIEWER');
  const owner = await world.customer();
  const { id } = (await grant(owner, 5000)).payload.request;
  for (const person of [reviewer, owner]) {
    await expect(decide('Approve', id, person)).rejects.toThrow(/FORBIDDEN/);
    const { data } = await person.client.send(`{ node(id: "${id}") { id } }`);
    expect(data).toEqual({ node: null });
  }
});
