import { monthlyPrice, seatsAt } from './monthly-price';

describe('what a plan brings in a month', () => {
  it('leads back to the seats that bring it, for every price, interval and number of them', () => {
    for (const interval of ['MONTH', 'YEAR'] as const)
      for (const price of [1n, 7n, 99n, 4900n, 50_000n, 123_457n])
        for (const seats of [1n, 2n, 3n, 17n, 250n]) {
          const monthly = monthlyPrice(price * seats, interval);
          const found = seatsAt(monthly, { priceMinor: price.toString(), interval });
          if (monthly === 0n) expect(found).toBeNull();
          else expect(monthlyPrice(price * found!, interval)).toBe(monthly);
        }
  });

  it('leads to none where another price was agreed', () => {
    expect(seatsAt(5000n, { priceMinor: '4900', interval: 'MONTH' })).toBeNull();
    expect(seatsAt(0n, { priceMinor: '4900', interval: 'MONTH' })).toBeNull();
    expect(seatsAt(4900n, { priceMinor: '0', interval: 'MONTH' })).toBeNull();
  });
});
