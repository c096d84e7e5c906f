import type { Coupon } from '../store/wire';
import { type AppliedDiscount, type Discountable, discountsOf, totalByDiscount } from './discount-rule';

function discount(id: string, off: Partial<AppliedDiscount['coupon']>): AppliedDiscount {
  return { discountId: id, coupon: { percent_off: null, amount_off: null, ...off } as Coupon };
}

function lines(...amounts: number[]): Discountable[] {
  return amounts.map((amount, place) => ({ amount, product: `prod_${place}` }));
}

function taken(...[of, by]: Parameters<typeof discountsOf>): number[][] {
  return discountsOf(of, by).map((line) => line.map(({ amount }) => amount));
}

describe('discounts', () => {
  it('take a percentage off every line, each rounded to the minor unit, half up', () => {
    expect(taken(lines(2500, 5, 0), [discount('di_1', { percent_off: 10 })])).toEqual([[250], [1], []]);
  });

  it('take an amount off all lines in proportion, to the cent, and never more than there is', () => {
    const five = [discount('di_1', { amount_off: 500 })];
    expect(taken(lines(1000, 2000), five)).toEqual([[166], [334]]);
    expect(taken(lines(100, 100, 100, -50), five)).toEqual([[100], [100], [100], []]);
    expect(totalByDiscount(discountsOf(lines(300), five))).toEqual([{ discount: 'di_1', amount: 300 }]);
  });

  it('leave products alone that a coupon is not for', () => {
    const own = { amount_off: 500, applies_to: { products: ['prod_1'] } };
    expect(taken(lines(1000, 2000), [discount('di_1', own)])).toEqual([[], [500]]);
    expect(taken([{ amount: 1000, product: null }], [discount('di_1', own)])).toEqual([[]]);
  });

  it('follow one another: the second takes from what the first has left', () => {
    const both = [discount('di_1', { percent_off: 50 }), discount('di_2', { percent_off: 50 })];
    expect(totalByDiscount(discountsOf(lines(1000), both))).toEqual([
      { discount: 'di_1', amount: 500 },
      { discount: 'di_2', amount: 250 },
    ]);
  });

  it('leave credits alone', () => {
    expect(discountsOf(lines(-500), [discount('di_1', { percent_off: 100 })])).toEqual([[]]);
  });

  it('take a percentage with decimals exactly', () => {
    expect(discountsOf(lines(100_000), [discount('di_1', { percent_off: 33.3333 })])).toEqual([
      [{ discount: 'di_1', amount: 33_333 }],
    ]);
  });
});
