import { PromiseMargin } from './promise-margin';

test('the worst broken promise counts, and is forgotten by and by', () => {
  const margin = new PromiseMargin();
  margin.observe(-5);
  expect(margin.ms).toBe(0);
  margin.observe(40);
  margin.observe(10);
  expect(margin.ms).toBeCloseTo(40, 0);
  for (let batch = 0; batch < 350; batch++) margin.observe(-5);
  expect(margin.ms).toBeCloseTo(20, 0);
});
