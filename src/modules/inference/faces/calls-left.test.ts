import { durationOf } from './calls-left';

test.each([
  [0, '0s'],
  [0.2, '1ms'],
  [20, '20ms'],
  [1000, '1s'],
  [1001, '2s'],
  [360_000, '6m0s'],
  [3_599_001, '1h0m0s'],
  [1_123_470_000, '312h4m30s'],
])('%d ms are written as %s', (milliseconds, text) => {
  expect(durationOf(milliseconds)).toBe(text);
});
