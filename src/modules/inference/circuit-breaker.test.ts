import { CircuitBreaker } from './circuit-breaker';

const LIMITS = { failures: 3, openMs: 100, longestMs: 300 };

function broken(at = 0): CircuitBreaker {
  const breaker = new CircuitBreaker(LIMITS);
  for (let i = 0; i < LIMITS.failures; i++) breaker.failed('d', at);
  return breaker;
}

test('it opens after so many failures in a row, for that deployment alone', () => {
  const breaker = new CircuitBreaker(LIMITS);
  breaker.failed('d', 0);
  breaker.failed('d', 0);
  expect(breaker.allows('d', 0)).toBe(true);
  breaker.failed('d', 0);
  expect([breaker.allows('d', 99), breaker.allows('other', 99)]).toEqual([false, true]);
});

test('a success in between starts the count anew', () => {
  const breaker = new CircuitBreaker(LIMITS);
  for (let i = 0; i < 10; i++) {
    breaker.failed('d', 0);
    breaker.failed('d', 0);
    breaker.succeeded('d');
  }
  expect(breaker.allows('d', 0)).toBe(true);
});

test('after its time one request tries, the others stay away until it is answered', () => {
  const breaker = broken();
  expect([breaker.allows('d', 100), breaker.allows('d', 100)]).toEqual([true, false]);
  breaker.succeeded('d');
  expect([breaker.allows('d', 100), breaker.allows('d', 100)]).toEqual([true, true]);
});

test('a failed trial keeps it open for twice as long, up to a limit', () => {
  const breaker = broken();
  const openAfterTrial = (now: number): number => {
    expect(breaker.allows('d', now)).toBe(true);
    breaker.failed('d', now);
    let wait = 0;
    while (!breaker.allows('d', now + wait)) wait += 50;
    breaker.abstained('d');
    return wait;
  };
  expect([openAfterTrial(100), openAfterTrial(300), openAfterTrial(700)]).toEqual([200, 300, 300]);
});

test('a trial that says nothing about the engine leaves the next one to try', () => {
  const breaker = broken();
  expect(breaker.allows('d', 100)).toBe(true);
  breaker.abstained('d');
  expect(breaker.allows('d', 100)).toBe(true);
});
