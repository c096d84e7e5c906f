/** What an order comes to before it is paid: line by line less its discounts, with taxes; the same rules as an invoice. */
import type { Redemption } from '../catalogue/discount.service';
import { amountOf, productIdOf } from '../catalogue/price-rule';
import { discountsOf } from '../invoice/discount-rule';
import type { Price } from '../store/wire';
import { behaviorOf, type Taxed, taxOn, type TaxTreatment } from '../tax/tax-rule';

export interface QuoteLine {
  readonly subtotal: number;
  readonly discount: number;
  readonly taxed: Taxed;
  /** With tax, wherever it lies. */
  readonly total: number;
}

export interface Quote {
  readonly subtotal: number;
  readonly discount: number;
  readonly tax: number;
  readonly total: number;
  readonly lines: readonly QuoteLine[];
}

const UNTAXED: Taxed = { tax: 0, taxable: 0 };

/** `treatment`: undefined where nothing is taxed, or nobody knows yet where the buyer is. */
export function quoteOf(
  ordered: readonly { readonly price: Price; readonly quantity: number }[],
  redemptions: readonly Pick<Redemption, 'coupon'>[],
  treatment: TaxTreatment | undefined,
): Quote {
  const wanted = ordered.map(({ price, quantity }) => ({
    amount: amountOf(price, quantity),
    product: productIdOf(price),
  }));
  const taken = discountsOf(
    wanted,
    redemptions.map(({ coupon }) => ({ discountId: coupon.id, coupon })),
  );
  const lines = ordered.map(({ price }, place) => {
    const subtotal = wanted[place]!.amount;
    const discount = taken[place]!.reduce((sum, { amount }) => sum + amount, 0);
    const behavior = behaviorOf(price.tax_behavior, price.currency);
    const net = subtotal - discount;
    const taxed = treatment ? taxOn(net, treatment, behavior, price.currency) : UNTAXED;
    return { subtotal, discount, taxed, total: behavior === 'exclusive' ? net + taxed.tax : net };
  });
  const sum = (of: (line: QuoteLine) => number): number => lines.reduce((all, line) => all + of(line), 0);
  return {
    lines,
    subtotal: sum(({ subtotal }) => subtotal),
    discount: sum(({ discount }) => discount),
    tax: sum(({ taxed }) => taxed.tax),
    total: sum(({ total }) => total),
  };
}
