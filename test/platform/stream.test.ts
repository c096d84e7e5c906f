/** Subscriptions over server-sent events: what is heard, by whom, and how a stream ends. */
import { type ActServer, startActServer } from './act-server';

let server: ActServer;
beforeAll(async () => (server = await startActServer()));
afterAll(() => server.close());

describe('a subscription', () => {
  const listen = async (
    who: string | undefined,
    onEvent: (event: { data: unknown; errors?: { extensions: { code: string } }[] }) => void,
  ) => {
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(who ? { authorization: `Bearer ${who}` } : {}),
      },
      body: JSON.stringify({ query: 'subscription { heard }' }),
    });
    expect(response.headers.get('content-type')).toMatch(/event-stream/);
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^event: next\ndata: (.*)$/m.exec(text.slice(0, end));
        text = text.slice(end + 2);
        if (data) onEvent(JSON.parse(data[1]!) as never);
      }
    }
  };
  const tick = () => server.world.app.platform.signals.publish('test_ticks', { id: 'x' });

  test('hears at once and at every signal, until the session ends', async () => {
    const heard: unknown[] = [];
    const stream = listen('a', ({ data, errors }) => {
      heard.push(errors?.[0]?.extensions.code ?? data);
      if (heard.length === 2) server.revoke(true);
      void tick();
    });
    await stream;
    server.revoke(false);
    expect(heard).toEqual([{ heard: 'END_USER' }, { heard: 'END_USER' }, 'UNAUTHENTICATED']);
  });

  test('that the caller may not have ends after its first answer', async () => {
    const heard: unknown[] = [];
    await listen(undefined, ({ errors }) => heard.push(errors![0]!.extensions.code));
    expect(heard).toEqual(['FORBIDDEN']);
  });

  test('that nobody reads is not worked for, nor kept in memory', async () => {
    const name = 'x'.repeat(400_000);
    const unread = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: 'Bearer b' },
      body: JSON.stringify({ query: `subscription { ${name}: heard }` }),
    });
    const before = server.asked();
    let heard = 0;
    await listen('a', () => {
      heard++;
      if (heard === 150) server.revoke(true);
      void tick();
    });
    server.revoke(false);
    expect(server.asked() - before - heard).toBeLessThan(100);
    await unread.body!.cancel();
  });

  test('beyond the most that somebody may have open is refused, until one is closed', async () => {
    const open = () =>
      fetch(`${server.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: 'Bearer b',
        },
        body: JSON.stringify({ query: 'subscription { heard }' }),
      });
    const streams: Response[] = [];
    for (let i = 0; i < 50; i++) streams.push(await open());
    const refused: unknown[] = [];
    await listen('b', ({ errors }) => refused.push(errors![0]!.extensions.code));
    expect(refused).toEqual(['RATE_LIMITED']);
    await Promise.all(streams.map(({ body }) => body!.cancel()));
    const again = async (): Promise<boolean> => {
      const stream = await open();
      const { value } = await stream.body!.pipeThrough(new TextDecoderStream()).getReader().read();
      return !value!.includes('RATE_LIMITED');
    };
    await server.world.until(again, 'a place');
  });

  test('of a stopping server ends with an error, not with a clean close', async () => {
    const heard: unknown[] = [];
    await listen('a', ({ data, errors }) => {
      heard.push(errors?.[0]?.extensions.code ?? data);
      if (heard.length === 1) void server.http.close();
    });
    // A tick of an earlier test may still be on its way.
    expect([heard[0], heard.at(-1)]).toEqual([{ heard: 'END_USER' }, 'OVERLOADED']);
  });
});
