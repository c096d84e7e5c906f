import type { Coupon } from '../store/wire';
import { type AppliedDiscount, discountsOf, totalByDiscount } from './discount-rule';

function discount(id: string, off: { percent_off?: number; amount_off?: number }): AppliedDiscount {
  return { discountId: id, coupon: { percent_off: null, amount_off: null, ...off } as Coupon };
}

describe('discounts', () => {
  it('take a percentage off every line, each rounded to the minor unit, half up', () => {
    const lines = discountsOf([2500, 5, 0], [discount('di_1', { percent_off: 10 })]);
    expect(lines.map((line) => line.map(({ amount }) => amount))).toEqual([[250], [1], []]);
  });

  it('take an amount from the first line on, and never more than there is', () => {
    const lines = discountsOf([300, 500], [discount('di_1', { amount_off: 400 })]);
    expect(lines.map((line) => line.map(({ amount }) => amount))).toEqual([[300], [100]]);
    expect(totalByDiscount(discountsOf([300], [discount('di_1', { amount_off: 400 })]))).toEqual([
      { discount: 'di_1', amount: 300 },
    ]);
  });

  it('follow one another: the second takes from what the first has left', () => {
    const both = [discount('di_1', { percent_off: 50 }), discount('di_2', { percent_off: 50 })];
    expect(totalByDiscount(discountsOf([1000], both))).toEqual([
      { discount: 'di_1', amount: 500 },
      { discount: 'di_2', amount: 250 },
    ]);
  });

  it('leave credits alone', () => {
    expect(discountsOf([-500], [discount('di_1', { percent_off: 100 })])).toEqual([[]]);
  });

  it('take a percentage with decimals exactly', () => {
    expect(discountsOf([100_000], [discount('di_1', { percent_off: 33.3333 })])).toEqual([
      [{ discount: 'di_1', amount: 33_333 }],
    ]);
  });
});
