/** Subscriptions: what is heard, by whom, and how a stream ends, whatever carries it. */
import WebSocket from 'ws';
import { type ActServer, startActServer } from './act-server';
import { clientOf, openEvents, overEvents, overSocket, read } from './stream-readers';

let server: ActServer;
beforeAll(async () => (server = await startActServer()));
afterAll(() => server.close());

const HEARD = { query: 'subscription { heard }' };
const tick = () => server.world.app.platform.signals.publish('test_ticks', { id: 'x' });

describe.each([
  ['server-sent events', overEvents],
  ['a WebSocket', overSocket],
])('a subscription over %s', (_name, listen) => {
  test('hears at once and at every signal, until the session ends', async () => {
    const heard = await listen(server.url, 'a', HEARD, ({ length }) => {
      if (length === 2) server.revoke(true);
      void tick();
    });
    server.revoke(false);
    const events = [{ heard: 'END_USER' }, { heard: 'END_USER' }, 'UNAUTHENTICATED'];
    expect(heard).toEqual({ events, end: 'ERROR' });
  });

  test('that the caller may not have ends after its first answer', async () => {
    expect(await listen(server.url, undefined, HEARD)).toEqual({ events: ['FORBIDDEN'], end: 'ERROR' });
  });

  test('whose source fails ends with an error, its cause masked, not as if all were told', async () => {
    const heard = await listen(server.url, 'a', { query: 'subscription { broken }' });
    expect(heard).toEqual({ events: [{ broken: 'first' }, 'INTERNAL'], end: 'ERROR' });
    expect(server.logged.at(-1)).toMatch(/the source broke/);
  });

  test.each([
    ['is a query', '{ __typename }', 'MALFORMED'],
    ['is a mutation', 'mutation { act(input: {amount: 1}) { number } }', 'MALFORMED'],
    ['cannot be read', 'subscription {', 'MALFORMED'],
    ['asks for what is not there', 'subscription { nothing }', 'MALFORMED'],
    ['has too many tokens', `subscription { heard ${'heard '.repeat(4000)} }`, 'TOO_COSTLY'],
    ['has too many aliases', `subscription { ${'a: heard '.repeat(61)} }`, 'TOO_COSTLY'],
  ])('that %s is refused before anything runs', async (_what, query, code) => {
    expect(await listen(server.url, 'a', { query })).toEqual({ events: [code], end: 'ERROR' });
  });

  test('beyond the most that somebody may have open, by either way, is refused, until one is closed', async () => {
    const client = clientOf(server.url, 'b');
    let isOpen = 0;
    const first = new Promise<void>((resolve) => {
      for (let i = 0; i < 25; i++) void read(client, HEARD, () => void (++isOpen === 25 && resolve()));
    });
    const streams: Response[] = [];
    for (let i = 0; i < 25; i++) streams.push(await openEvents(server.url, 'b', HEARD));
    await first;
    expect(await listen(server.url, 'b', HEARD)).toEqual({ events: ['RATE_LIMITED'], end: 'ERROR' });
    await client.dispose();
    await Promise.all(streams.map(({ body }) => body!.cancel()));
    const again = async (): Promise<boolean> => {
      const { body } = await openEvents(server.url, 'b', HEARD);
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      const { value } = await reader.read();
      await reader.cancel();
      return !value!.includes('RATE_LIMITED');
    };
    await server.world.until(again, 'a place');
  });
});

test.each([
  ['*/*', 200, 'text/event-stream; charset=utf-8'],
  [
    'application/graphql-response+json, application/json, text/event-stream, multipart/mixed',
    200,
    'text/event-stream; charset=utf-8',
  ],
  ['application/json', 400, 'application/json; charset=utf-8'],
])('a client that accepts %s is told events, or that it must take them', async (accept, status, type) => {
  const response = await fetch(`${server.url}/graphql/stream`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', authorization: 'Bearer a' },
    body: JSON.stringify(HEARD),
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
  await response.body!.cancel();
});

test('a stream of events that nobody reads is not worked for, nor kept in memory', async () => {
  const unread = await openEvents(server.url, 'b', { query: `subscription { ${LONG}: heard }` });
  expect(await askedForOthers(150)).toBeLessThan(100);
  await unread.body!.cancel();
});

test('a WebSocket that nobody reads is not worked for, nor kept in memory', async () => {
  const unread = new WebSocket(`${server.url.replace('http', 'ws')}/graphql/stream`, 'graphql-transport-ws');
  await new Promise((resolve) => unread.once('open', resolve));
  const say = (message: object): void => unread.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization: 'Bearer b' } });
  await new Promise((resolve) => unread.once('message', resolve));
  unread.pause();
  for (const id of ['1', '2'])
    say({ id, type: 'subscribe', payload: { query: `subscription { ${LONG}: heard }` } });
  expect(await askedForOthers(150)).toBeLessThan(100);
  unread.terminate();
});

const LONG = 'x'.repeat(400_000);

/** How often it was asked who others are, while one reader heard so many events. */
async function askedForOthers(events: number): Promise<number> {
  const before = server.asked();
  const { events: heard } = await overEvents(server.url, 'a', HEARD, ({ length }) => {
    if (length === events) server.revoke(true);
    void tick();
  });
  server.revoke(false);
  return server.asked() - before - heard.length;
}
