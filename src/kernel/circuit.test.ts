import { Circuit } from './circuit';

let now = 0;
const circuit = (): Circuit => {
  now = 0;
  return new Circuit(() => now);
};
const fail = (one: Circuit, times: number): void => {
  for (let time = 0; time < times; time++) one.failed();
};

test('four failures in a row change nothing, the fifth keeps everyone away for a second', () => {
  const one = circuit();
  fail(one, 4);
  expect(one.waitMs()).toBe(0);
  one.failed();
  expect(one.waitMs()).toBe(1000);
  now = 400;
  expect(one.waitMs()).toBe(600);
});

test('a success in between begins the count anew', () => {
  const one = circuit();
  fail(one, 4);
  one.succeeded();
  fail(one, 4);
  expect(one.waitMs()).toBe(0);
});

test('after the pause one request tries while the others wait, and its success lets all in', () => {
  const one = circuit();
  fail(one, 5);
  now = 1000;
  expect(one.waitMs()).toBe(0);
  expect(one.waitMs()).toBe(1000);
  one.succeeded();
  expect([one.waitMs(), one.waitMs()]).toEqual([0, 0]);
});

test('a try that fails doubles the pause, up to a minute', () => {
  const one = circuit();
  fail(one, 5);
  const pauses: number[] = [];
  for (let time = 0; time < 8; time++) {
    pauses.push(one.waitMs());
    now += pauses.at(-1)!;
    one.waitMs();
    one.failed();
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('a try whose client left lets the next one try', () => {
  const one = circuit();
  fail(one, 5);
  now = 1000;
  one.waitMs();
  one.undecided();
  expect(one.waitMs()).toBe(0);
});
