/** What is particular to streams over WebSockets: how a connection begins, what it may carry, and how it is closed. */
import { once } from 'node:events';
import http from 'node:http';
import type net from 'node:net';
import WebSocket from 'ws';
import { sha256 } from '../../src/kernel/hash';
import { type ActServer, startActServer } from './act-server';
import { RawClient, WITH_B } from './raw-client';
import { clientOf, overEvents, read } from './stream-readers';

const HEARD = { query: 'subscription { heard }' };
let server: ActServer;
beforeAll(async () => {
  const more = { documents: [HEARD.query], webSocketTimes: { init: 1_000, beat: 60_000, lastWords: 500 } };
  server = await startActServer({ trustedDocuments: 'prefer' }, more);
});
afterAll(() => server.close());

const tick = () => server.world.app.platform.signals.publish('test_ticks', { id: 'x' });

const subscribe = (id: string, payload: object = HEARD): object => ({ id, type: 'subscribe', payload });

describe('a connection', () => {
  test('whose credential is not good is closed with the reason', async () => {
    server.revoke(true);
    const client = await new RawClient(server).say(WITH_B);
    const closed = await client.closed;
    server.revoke(false);
    expect(closed).toEqual({ code: 4403, reason: 'UNAUTHENTICATED: The session has ended.' });
  });

  test('whose header is not good is refused over HTTP', async () => {
    server.revoke(true);
    const { socket } = new RawClient(server, { authorization: 'Bearer b' });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage];
    server.revoke(false);
    expect(response.statusCode).toBe(401);
    expect(JSON.parse(String(await response.toArray()))).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED', requestId: response.headers['x-request-id'] } }],
    });
  });

  test('of a server may show its credential in the header', async () => {
    const client = await new RawClient(server, { authorization: 'Bearer b' }).say({
      type: 'connection_init',
    });
    await client.next('connection_ack');
    await client.say(subscribe('1'));
    expect(await client.next('next')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { heard: 'END_USER' } },
    });
    client.socket.terminate();
  });

  test('shows nothing in its address: what stands there is not looked at', async () => {
    const address = `${server.url.replace('http', 'ws')}/graphql/stream?authorization=Bearer%20b`;
    const socket = new WebSocket(address, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    socket.send(JSON.stringify(subscribe('1')));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(data))).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    socket.terminate();
  });

  test.each<[string, () => RawClient, (object | string | Buffer)[], object]>([
    ['that says nothing for long', () => new RawClient(server), [], { code: 4408 }],
    ['that asks before it was let in', () => new RawClient(server), [subscribe('1')], { code: 4401 }],
    ['that begins twice', () => new RawClient(server), [WITH_B, WITH_B], { code: 4429 }],
    ['that speaks no protocol of ours', () => new RawClient(server, {}, []), [], { code: 4406 }],
    ['that sends no JSON', () => new RawClient(server), ['{'], { code: 4400 }],
    ['that sends no message of the protocol', () => new RawClient(server), ['[1]'], { code: 4400 }],
    ['that sends bytes', () => new RawClient(server), [Buffer.from([0, 255, 1])], { code: 4400 }],
    [
      'that sends more than a request may have',
      () => new RawClient(server),
      ['x'.repeat(1024 * 1024 + 1)],
      { code: 1009 },
    ],
  ])('%s is closed', async (_what, open, messages, closed) => {
    const client = open();
    if (messages.length > 0) await client.say(...messages);
    expect(await client.closed).toMatchObject(closed);
  });

  test('that breaks off HTTP for garbage is closed, and nobody else hears of it', async () => {
    const client = await new RawClient(server).say(WITH_B);
    await client.next('connection_ack');
    (client.socket as unknown as { _socket: net.Socket })._socket.write(Buffer.alloc(512, 0xff));
    expect((await client.closed).code).toBe(1002);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('that asks twice under one id is closed, and its stream ends', async () => {
    const client = await new RawClient(server).say(WITH_B);
    await client.next('connection_ack');
    await client.say(subscribe('1'));
    await client.next('next');
    await client.say(subscribe('1'));
    expect(await client.closed).toMatchObject({ code: 4409 });
  });

  test('at another address is told where to go', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(String(await response.toArray())).toMatch(/at \/graphql\/stream one is/);
  });
});

describe('streams on one connection', () => {
  test('are told apart, and one that is left is worked for no more', async () => {
    const client = clientOf(server.url, 'b');
    let isTold = (): void => undefined;
    const told = new Promise<void>((resolve) => (isTold = resolve));
    const leave = client.subscribe(HEARD, { next: () => leave(), error: isTold, complete: isTold });
    let before = 0;
    const heard = read(client, HEARD, ({ length }) => {
      if (length === 2) before = server.asked();
      if (length === 12) void client.dispose();
      void tick();
    });
    await told;
    await heard;
    // Once an event, for the one that is left.
    expect(server.asked() - before).toBeLessThanOrEqual(12);
  });

  test('end when the credential does, and a client comes again with a new one', async () => {
    let who = 'a';
    const client = clientOf(server.url, undefined, {
      connectionParams: () => ({ Authorization: `Bearer ${who}` }),
      retryAttempts: 1,
      retryWait: async () => undefined,
    });
    const closed = new Promise<unknown>((resolve) => client.on('closed', resolve));
    const heard = await read(client, HEARD, ({ length }) => {
      if (length > 1) return;
      who = 'c';
      server.revoke(true);
      void tick();
    });
    expect(heard).toEqual({ events: [{ heard: 'END_USER' }, 'UNAUTHENTICATED'], end: 'ERROR' });
    expect(await closed).toMatchObject({ code: 4403, reason: 'UNAUTHENTICATED: The session has ended.' });
    const again = await read(client, HEARD, () => void client.dispose());
    server.revoke(false);
    expect(again.events).toEqual([{ heard: 'END_USER' }]);
  });

  test('run trusted documents by their id', async () => {
    const client = clientOf(server.url, 'b');
    const asked = { query: '', documentId: `sha256:${sha256(HEARD.query)}` };
    const { events } = await read(client, asked, () => void client.dispose());
    expect(events).toEqual([{ heard: 'END_USER' }]);
    const unknown = { query: '', documentId: `sha256:${sha256('other')}` };
    const other = clientOf(server.url, 'b');
    expect(await read(other, unknown)).toEqual({ events: ['DOCUMENT_NOT_TRUSTED'], end: 'ERROR' });
  });
});

test('where trusted documents are required, no other text runs', async () => {
  const strict = await startActServer({ trustedDocuments: 'require' }, { documents: [HEARD.query] });
  const client = clientOf(strict.url, 'b');
  const text = 'subscription Mine { heard }';
  expect(await read(client, { query: text })).toEqual({ events: ['DOCUMENT_NOT_TRUSTED'], end: 'ERROR' });
  expect((await read(client, HEARD, () => void client.dispose())).events).toEqual([{ heard: 'END_USER' }]);
  await strict.close();
});

describe('a connection that is looked after', () => {
  let brisk: ActServer;
  beforeAll(async () => {
    brisk = await startActServer({}, { webSocketTimes: { init: 5_000, beat: 300, lastWords: 500 } });
  });
  afterAll(() => brisk.close());

  test('is ended when its client gives no sign of life', async () => {
    const client = await new RawClient(brisk).say(WITH_B);
    await client.next('connection_ack');
    await client.say(subscribe('1'));
    client.socket.pause();
    const ended = once((client.socket as unknown as { _socket: net.Socket })._socket, 'close');
    await brisk.world.until(
      () => new Promise((resolve) => brisk.http.server.getConnections((_, open) => resolve(open === 0))),
      'the server to end it',
    );
    client.socket.resume();
    await ended;
    expect((await client.closed).code).toBe(1006);
  });

  test('is closed when no stream runs on it', async () => {
    const client = await new RawClient(brisk).say(WITH_B);
    expect(await client.closed).toMatchObject({ code: 1000 });
  });

  test('stays as long as its client reads', async () => {
    const client = await new RawClient(brisk).say(WITH_B);
    await client.next('connection_ack');
    await client.say(subscribe('1'));
    await client.next('next');
    for (let i = 0; i < 5; i++) await once(client.socket, 'ping');
    await brisk.world.app.platform.signals.publish('test_ticks', { id: 'x' });
    expect(await client.next('next')).toMatchObject({ id: '1' });
    client.socket.terminate();
  });
});

test('a server that stops ends each stream with an error, then closes, whoever answers no more', async () => {
  const times = { init: 5_000, beat: 60_000, lastWords: 500 };
  const stopping = await startActServer({}, { webSocketTimes: times });
  const client = await new RawClient(stopping).say(WITH_B);
  await client.next('connection_ack');
  await client.say(subscribe('1'), subscribe('2'));
  await client.next('next');
  await client.next('next');
  const deaf = await new RawClient(stopping).say(WITH_B, { type: 'ping' });
  await deaf.next('pong');
  deaf.socket.pause();
  const overHttp = overEvents(stopping.url, 'a', HEARD, ({ length }) => void (length === 1 && stop()));
  let stopped: Promise<void> | undefined;
  const stop = (): void => void (stopped ??= stopping.http.close());
  expect(await overHttp).toEqual({ events: [{ heard: 'END_USER' }, 'OVERLOADED'], end: 'ERROR' });
  for (const id of ['1', '2'])
    expect(await client.next('error')).toMatchObject({
      id,
      payload: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1000 } }],
    });
  expect(await client.closed).toMatchObject({ code: 1012 });
  await stopped;
  deaf.socket.terminate();
  await stopping.close();
});

test('a connection that is let in while the server stops does not keep it from ending', async () => {
  const stopping = await startActServer(
    {},
    { webSocketTimes: { init: 60_000, beat: 60_000, lastWords: 500 } },
  );
  let letIn = (): void => undefined;
  stopping.hold(new Promise((resolve) => (letIn = resolve)));
  const before = stopping.asked();
  const late = new RawClient(stopping);
  await stopping.world.until(
    () => Promise.resolve(stopping.asked() > before),
    'the connection to be asked for',
  );
  const closed = stopping.close();
  await stopping.world.until(() => Promise.resolve(!stopping.http.server.listening), 'all others to be told');
  letIn();
  await closed;
  expect([1006, 1012]).toContain((await late.closed).code);
}, 20_000);

test.each([['h2c'], ['websocket']])(
  'a request that asks for %s in passing is answered over HTTP/1.1 as if it had not',
  async (upgrade) => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { filler: 'x'.repeat(200_000) } });
    const headers = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade,
      'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const agent = new http.Agent({ keepAlive: true });
    for (let i = 0; i < 2; i++) {
      const request = http.request(`${server.url}/graphql`, { method: 'POST', headers, agent });
      request.end(body);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      expect(response.statusCode).toBe(200);
      expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject({
        data: { __typename: 'Query' },
      });
    }
    agent.destroy();
  },
);
