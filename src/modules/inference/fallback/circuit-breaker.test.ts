import { CircuitBreaker } from './circuit-breaker';

test('a deployment that fails is left alone, the others are not, until its trial answers', () => {
  let now = 0;
  const breaker = new CircuitBreaker(() => now);
  while (breaker.allows('d')) breaker.failed('d');
  expect([breaker.allows('d'), breaker.allows('other')]).toEqual([false, true]);
  now = 1000;
  expect([breaker.allows('d'), breaker.allows('d')]).toEqual([true, false]);
  breaker.abstained('d');
  expect(breaker.allows('d')).toBe(true);
  breaker.succeeded('d');
  expect([breaker.allows('d'), breaker.allows('d')]).toEqual([true, true]);
});
