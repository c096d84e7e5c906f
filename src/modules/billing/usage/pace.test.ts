import { Pace } from './pace';

test('one that comes alone counts as one, however many there have been', () => {
  const pace = new Pace(250);
  for (let i = 0; i < 1000; i++) pace.after(i, 1);
  expect(pace.after(60_000, 1)).toBeCloseTo(1, 12);
});

test('a steady stream comes to as many as there are in the time, and not to more', () => {
  const pace = new Pace(250);
  let count = 0;
  for (let now = 0; now < 10_000; now += 10) count = pace.after(now, 1);
  // Each weighs e^(-10/250) of the one behind it: a geometric series.
  expect(count).toBeCloseTo(1 / (1 - Math.exp(-10 / 250)), 9);
});

test('several at once count as much as one after the other in the same moment', () => {
  const [together, apart] = [new Pace(250), new Pace(250)];
  for (let i = 0; i < 3; i++) apart.after(7, 1);
  expect(together.after(7, 3)).toBe(apart.after(7, 0));
});
