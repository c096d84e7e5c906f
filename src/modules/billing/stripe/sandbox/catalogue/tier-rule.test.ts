import type { Price } from '../store/wire';
import { amountOf, priceText } from './price-rule';

type Row = readonly [upTo: number | null, unit: string | null, flat?: string | null];

function tiered(tiers_mode: 'graduated' | 'volume', rows: readonly Row[]): Price {
  const tiers = rows.map(([up_to, unit, flat = null]) => ({
    up_to,
    unit_amount: null,
    unit_amount_decimal: unit,
    flat_amount: null,
    flat_amount_decimal: flat,
  }));
  return { tiers_mode, tiers, transform_quantity: null } as unknown as Price;
}

const ROWS: readonly Row[] = [
  [5, '500'],
  [10, '400'],
  [null, '300'],
];

describe('tiers', () => {
  it.each([
    [0, 0],
    [1, 500],
    [5, 2500],
    [6, 2900],
    [10, 4500],
    [12, 5100],
  ])('graduated: %i units cost %i', (quantity, amount) => {
    expect(amountOf(tiered('graduated', ROWS), quantity)).toBe(amount);
  });

  it.each([
    [0, 0],
    [5, 2500],
    [6, 2400],
    [10, 4000],
    [12, 3600],
  ])('volume: %i units cost %i', (quantity, amount) => {
    expect(amountOf(tiered('volume', ROWS), quantity)).toBe(amount);
  });

  it('adds the flat fee of every tier that is reached, and of the first always', () => {
    const rows: readonly Row[] = [
      [5, '500', '1000'],
      [null, '300', '2000'],
    ];
    expect([0, 5, 6].map((quantity) => amountOf(tiered('graduated', rows), quantity))).toEqual([
      1000, 3500, 5800,
    ]);
    expect([5, 6].map((quantity) => amountOf(tiered('volume', rows), quantity))).toEqual([3500, 3800]);
  });

  it('rounds fractions of a cent once for each tier', () => {
    const rows: readonly Row[] = [
      [3, '0.5'],
      [null, '0.25'],
    ];
    expect(amountOf(tiered('graduated', rows), 5)).toBe(3);
  });

  it.each([
    ['up', 1, 100],
    ['up', 10, 100],
    ['up', 11, 200],
    ['up', 0, 0],
    ['down', 19, 100],
    ['down', 9, 0],
  ])('packages of ten, rounded %s: %i units cost %i', (round, quantity, amount) => {
    const packed = { transform_quantity: { divide_by: 10, round }, unit_amount_decimal: '100' };
    expect(amountOf(packed as unknown as Price, quantity)).toBe(amount);
  });
});

it.each([
  [4900, '4900', 'usd', '$49.00'],
  [null, '0.4', 'usd', '$0.004'],
  [null, '0.000001', 'usd', '$0.00000001'],
  [500, '500', 'jpy', '¥500'],
])(
  'a price of %p minor units, exactly %s of %s, is shown as %s',
  (unit_amount, unit_amount_decimal, currency, shown) => {
    const price = { unit_amount, unit_amount_decimal, currency, recurring: null, tiers: undefined };
    expect(priceText(price as unknown as Price)).toBe(shown);
  },
);
