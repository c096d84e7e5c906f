import { type CachedAnswer, type Flight, ResponseCache } from './response-cache';

const answer = (inferenceId: string, outputs: unknown = { label: 'yes' }): CachedAnswer => ({
  inferenceId,
  outputs,
});
const never = new AbortController().signal;

function cacheAt(maxBytes?: number): { cache: ResponseCache; time: { now: number } } {
  const time = { now: 0 };
  return { time, cache: new ResponseCache(() => time.now, maxBytes) };
}

const first = async (cache: ResponseCache, key: string): Promise<Flight> => {
  const taken = await cache.take(key, never);
  if ('outputs' in taken) throw new Error(`there is an answer: ${taken.inferenceId}`);
  return taken;
};

test('an answer is given again until its time is over', async () => {
  const { cache, time } = cacheAt();
  (await first(cache, 'k')).landed(answer('inf_1'), 100);
  time.now = 99;
  expect(await cache.take('k', never)).toEqual(answer('inf_1'));
  time.now = 100;
  await first(cache, 'k');
  expect(cache.size).toEqual({ answers: 0, bytes: 0 });
});

test('those who ask while it is computed get the same answer', async () => {
  const { cache } = cacheAt();
  const flight = await first(cache, 'k');
  const waiting = [cache.take('k', never), cache.take('k', never)];
  flight.landed(answer('inf_1'), 100);
  expect(await Promise.all(waiting)).toEqual([answer('inf_1'), answer('inf_1')]);
});

test('when the first one fails, one of the others computes and the rest wait for that', async () => {
  const { cache } = cacheAt();
  const flight = await first(cache, 'k');
  const waiting = [cache.take('k', never), cache.take('k', never)];
  flight.failed();
  const next = (await waiting[0]) as Flight;
  next.landed(answer('inf_2'), 100);
  next.failed();
  expect(await waiting[1]).toEqual(answer('inf_2'));
});

test('who waits may leave', async () => {
  const { cache } = cacheAt();
  await first(cache, 'k');
  const leaving = new AbortController();
  const waiting = cache.take('k', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
});

test('memory is bounded: what was unused for longest goes first', async () => {
  const { cache } = cacheAt(1000);
  const keep = async (key: string): Promise<void> => (await first(cache, key)).landed(answer(key, ''), 100);
  for (const key of ['a', 'b', 'c']) await keep(key);
  await cache.take('a', never);
  await keep('d');
  expect(cache.size.bytes).toBeLessThanOrEqual(1000);
  for (const key of ['a', 'c', 'd']) expect(await cache.take(key, never)).toEqual(answer(key, ''));
  await first(cache, 'b');
});

test('an answer that is too large is not kept', async () => {
  const { cache } = cacheAt();
  (await first(cache, 'k')).landed(answer('inf_1', 'x'.repeat(300_000)), 100);
  await first(cache, 'k');
});
