import { creditShare } from './credit-share';

test('with all of the money go all of the credits, with a part its share, rounded down for the customer', () => {
  expect(creditShare(1000n, 1190n, 1190n)).toBe(1000n);
  expect(creditShare(1000n, 595n, 1190n)).toBe(500n);
  expect(creditShare(1000n, 1n, 1190n)).toBe(0n);
  expect(creditShare(1000n, 2000n, 1190n)).toBe(1000n);
});

test('where nothing was given back nothing is taken back, also of an invoice of nothing', () => {
  expect(creditShare(1000n, 0n, 1190n)).toBe(0n);
  expect(creditShare(1000n, 0n, 0n)).toBe(0n);
});
