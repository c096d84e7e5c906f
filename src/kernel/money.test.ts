import {
  add,
  addDecimals,
  chargeStep,
  compareDecimals,
  divideDecimal,
  format,
  money,
  multiplyDecimal,
  roundToMinor,
  subtract,
  subtractDecimals,
  sumOfProducts,
} from './money';

test('amounts of one currency add up exactly, also beyond the reach of a float', () => {
  const big = money(2n ** 60n, 'usd');
  expect(subtract(add(big, money(1, 'USD')), big)).toEqual(money(1, 'USD'));
});

test('amounts of different currencies are never added', () => {
  expect(() => add(money(1, 'USD'), money(1, 'EUR'))).toThrow(RangeError);
});

test.each([
  [1234n, 'USD', '12.34 USD'],
  [-5n, 'EUR', '-0.05 EUR'],
  [1234n, 'JPY', '1234 JPY'],
  [-7n, 'JPY', '-7 JPY'],
  [1230n, 'KWD', '1.230 KWD'],
  [-10n, 'KWD', '-0.010 KWD'],
  // No coins, and hundredths at Stripe all the same.
  [500000n, 'ISK', '5000.00 ISK'],
  [0n, 'USD', '0.00 USD'],
])('%s minor units of %s read %s', (amount, currency, text) => {
  expect(format(money(amount, currency))).toBe(text);
});

test('a dinar is charged in steps of ten fils, all else in single minor units', () => {
  expect(['KWD', 'JPY', 'USD'].map(chargeStep)).toEqual([10n, 1n, 1n]);
});

test('a unit price times a quantity is exact to twelve places', () => {
  expect(multiplyDecimal('0.00006', 3)).toBe('0.00018');
  expect(multiplyDecimal('0.1', '3')).toBe('0.3');
  expect(multiplyDecimal('0.06', 0.0125)).toBe('0.00075');
  expect(addDecimals('0.1', '0.2', '-0.3')).toBe('0');
  expect(subtractDecimals('1', '0.000000000001')).toBe('0.999999999999');
  expect(compareDecimals('0.30', '0.3')).toBe(0);
});

test('less than nothing is written with its sign, and compared by it', () => {
  expect(addDecimals('0.1', '-0.35')).toBe('-0.25');
  expect(subtractDecimals('1', '3')).toBe('-2');
  expect(multiplyDecimal('-0.5', 0.5)).toBe('-0.25');
  expect(addDecimals('0.4', '0.4', '0.1', '0.4')).toBe('1.3');
  const ordered = ['-10', '-9.5', '0', '0.000000000001', '2', '10'];
  for (const [i, a] of ordered.entries())
    for (const [k, b] of ordered.entries()) expect(compareDecimals(a, b)).toBe(Math.sign(i - k));
});

test('a time is counted to the nanosecond: six places of a millisecond', () => {
  expect(multiplyDecimal('1', 0.1234567)).toBe('0.123457');
  expect(multiplyDecimal('1000000', 1e-7)).toBe('0');
  expect(divideDecimal('-1', 3n)).toBe('-0.333333333333');
});

test('a count is multiplied as the same number in text is, and products add up exactly', () => {
  for (const price of ['0', '0.000000000001', '-1.5', '12345678901234567890.123456789012'])
    for (const count of [0, 1, 7, 1_000_000_007, Number.MAX_SAFE_INTEGER])
      expect(multiplyDecimal(price, count)).toBe(multiplyDecimal(price, String(count)));
  expect(
    sumOfProducts([
      ['0.1', 3],
      ['-0.0001', 12],
      ['0.06', 0.0125],
    ]),
  ).toBe('0.29955');
  expect(sumOfProducts([])).toBe('0');
});

test.each([
  ['0.5', 1n],
  ['-0.5', -1n],
  ['1.499999999999', 1n],
  ['2.5', 3n],
])('%s minor units round to %s: half goes away from zero', (decimal, minor) => {
  expect(roundToMinor(decimal)).toBe(minor);
});

test.each(['', '1e3', 'NaN', '1.', '0.0000000000001'])('%p is not taken for a decimal', (text) => {
  expect(() => roundToMinor(text)).toThrow(RangeError);
});
