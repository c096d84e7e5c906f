import { Cancellation } from '../../../kernel/cancellation';
import { eventOf, flagNews, HEARTBEAT_MS, type NewsSource } from './flag-news';

interface Scene {
  readonly news: AsyncGenerator<string>;
  readonly end: Cancellation;
  ring(): void;
  listeners(): number;
  /** Lets the time pass that is waited for; answers how long that was. */
  passes(): number;
  timers(): number;
}

function scene(more: Partial<NewsSource> = {}): Scene {
  const rings = new Set<() => void>();
  const end = new Cancellation();
  const timers = new Map<() => void, number>();
  let words = 0;
  const source: NewsSource = {
    subscribe: (ring) => {
      rings.add(ring);
      return () => rings.delete(ring);
    },
    mayHear: () => Promise.resolve(true),
    tell: () => eventOf({ data: String(++words) }),
    beginsWithNews: false,
    ends: [end],
    ...more,
  };
  const news = flagNews(source, (call, milliseconds) => {
    timers.set(call, milliseconds);
    return () => timers.delete(call);
  });
  const passes = (): number => {
    const [[call, milliseconds]] = [...timers] as [[() => void, number]];
    timers.delete(call);
    call();
    return milliseconds;
  };
  return {
    news,
    end,
    ring: () => rings.forEach((ring) => ring()),
    listeners: () => rings.size,
    passes,
    timers: () => timers.size,
  };
}

test('a stream begins at once, with news where something changed before it was open', async () => {
  expect((await scene().news.next()).value).toBe('retry: 2000\n\n:\n\n');
  expect((await scene({ beginsWithNews: true }).news.next()).value).toBe('retry: 2000\n\ndata: 1\n\n');
});

test('silence is broken by heartbeats', async () => {
  const { news, passes } = scene();
  await news.next();
  for (let beat = 0; beat < 3; beat++) {
    const next = news.next();
    expect(passes()).toBe(HEARTBEAT_MS);
    expect((await next).value).toBe(':\n\n');
  }
});

test('what changed while the reader was slow is told once, and nothing rings in vain', async () => {
  const { news, ring, passes } = scene();
  await news.next();
  ring();
  ring();
  expect((await news.next()).value).toBe('data: 1\n\n');
  const next = news.next();
  passes();
  expect((await next).value).toBe(':\n\n');
  const after = news.next();
  ring();
  expect((await after).value).toBe('data: 2\n\n');
});

test.each([
  ['somebody leaves', (one: Scene) => one.end.abort(), {}],
  ['somebody may hear no more', (one: Scene) => one.ring(), { mayHear: () => Promise.resolve(false) }],
])('when %s nothing is told and nobody listens any more', async (_what, act, more) => {
  const one = scene(more);
  await one.news.next();
  expect(one.listeners()).toBe(1);
  const next = one.news.next();
  act(one);
  expect(await next).toEqual({ done: true, value: undefined });
  expect([one.listeners(), one.timers()]).toEqual([0, 0]);
});
