/** Receivers of one customer that do not answer: they cost nobody else anything, and nothing at the end of the server. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { count, served } from './support';

/** More than a process delivers at a time. */
const SILENT = 80;

let world: World;
let stubborn: CustomerPerson;
/** Messages that came to the receiver that answers. */
let heard = 0;
/** Of the one that does not: tries that came to it, those that hang, and how many did at most. */
let begun = 0;
let open = 0;
let mostOpen = 0;
let receiver: http.Server;
let url: string;

beforeAll(async () => {
  receiver = http.createServer((request, response) => {
    if (request.url === '/silent') {
      begun += 1;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      request.socket.once('close', () => (open -= 1));
      return;
    }
    heard += 1;
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  world = await startWorld();
  await served(world, 'wages');
  stubborn = await world.customer();
});
afterAll(async () => {
  await world?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const endpoint = async (person: Person, path: string): Promise<string> => {
  const { webhookEndpoint } = await person.client.mutate<{ webhookEndpoint: { id: string } }>(
    'webhookEndpointCreate',
    'WebhookEndpointCreateInput!',
    { url: `${url}${path}` },
    'webhookEndpoint { id }',
  );
  return webhookEndpoint.id;
};
const create = async (person: Person, webhookEndpointId: string): Promise<void> => {
  const input = { deployment: 'wages', rows: ROW, webhookEndpointId };
  await person.client.mutate('predictionCreate', 'PredictionCreateInput!', input, 'prediction { id }');
};
const messages = (customerId: string, which: string): Promise<number> =>
  count(world, `select count(*)::int as count from webhook_deliveries where customer_id = $1 and ${which}`, [
    customerId,
  ]);

test('while many deliveries of one customer hang, another is answered and told, and many messages soon', async () => {
  const key = await world.apiKey(stubborn);
  const silent = await Promise.all(Array.from({ length: 4 }, () => endpoint(stubborn, '/silent')));
  await Promise.all(Array.from({ length: SILENT }, (_, i) => create(key, silent[i % silent.length]!)));
  await world.until(
    async () => mostOpen === 8 && (await messages(stubborn.customerId, 'true')) === SILENT,
    'deliveries that hang',
  );
  const other = await world.customer();
  const id = await endpoint(other, '/');
  const otherKey = await world.apiKey(other);
  await Promise.all(Array.from({ length: 40 }, () => create(otherKey, id)));
  await world.until(
    async () => (await messages(other.customerId, `status = 'DELIVERED'`)) === 40,
    'the news',
  );
  expect(heard).toBe(40);
  // None beyond its owner's share has begun: on a busy machine the first may have been given up by now, never more hung at once.
  expect(mostOpen).toBe(8);
  expect(await messages(stubborn.customerId, `status <> 'PENDING'`)).toBe(0);
  // Should this process die, others know its deliveries by the names under which it locked them.
  const unknown = `select count(*)::int as count from graphile_worker.jobs where locked_by not in (select worker_id from job_workers)`;
  const locked = 'select count(*)::int as count from graphile_worker.jobs where locked_by is not null';
  await world.until(
    async () => open > 0 && (await count(world, locked)) === open,
    'only those that hang to be under way',
  );
  expect(await count(world, unknown)).toBe(0);
});

test('a server that stops leaves the deliveries that hang, to be tried again', async () => {
  await world.until(() => Promise.resolve(open > 0), 'deliveries that hang');
  await world.app.platform.jobs.stop();
  expect(await messages(stubborn.customerId, `status = 'PENDING'`)).toBe(SILENT);
  // Each try that began is written down, those that were cut off among them.
  const tries = 'select sum(attempts)::int as count from webhook_deliveries where customer_id = $1';
  expect(await count(world, tries, [stubborn.customerId])).toBeGreaterThanOrEqual(begun);
  expect(begun).toBeGreaterThanOrEqual(8);
  const waiting = `select count(*)::int as count from jobs where customer_id = $1 and kind = 'inference.deliver-webhook' and status = 'QUEUED'`;
  expect(await count(world, waiting, [stubborn.customerId])).toBe(SILENT);
});
