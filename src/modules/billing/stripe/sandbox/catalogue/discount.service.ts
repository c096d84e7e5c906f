/** Gives coupons to subscriptions: by themselves or by a code, checked, counted, and ended in their time. */
import { addMonths } from '../calendar/billing-cycle';
import type { EventLog } from '../event/event-log';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { AppliedDiscount } from '../invoice/discount-rule';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type Coupon, type Customer, idOf, type PromotionCode, type Subscription } from '../store/wire';

/** A coupon that somebody asked for, with the code if there was one. */
export interface Redemption {
  readonly coupon: Coupon;
  readonly code: PromotionCode | null;
  /** The discount that it is already: it goes on as it is, and is not counted again. */
  readonly discountId?: string;
}

/** What is to be discounted. */
export interface Discounted {
  readonly currency: string | null;
  /** What is ordered; null where nothing is ordered anew, and codes for orders of some size cannot be redeemed. */
  readonly amount: number | null;
}

export class Discounts {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** What `discounts[…]` of a request names. @throws Refusal when it is not valid for this customer. */
  async asked(
    parameters: Parameters,
    customer: Customer | null,
    order: Discounted,
    at: number,
  ): Promise<Redemption[]> {
    const redemptions: Redemption[] = [];
    for (const discount of parameters.groups('discounts')) {
      const kept = discount.text('discount');
      if (kept !== undefined) {
        redemptions.push(await this.kept(kept, discount.name('discount')));
        continue;
      }
      const couponId = discount.text('coupon');
      const param = discount.name(couponId === undefined ? 'promotion_code' : 'coupon');
      if (couponId !== undefined) {
        const coupon = await this.store.get('coupon', couponId, param);
        redemptions.push({ coupon: usable(coupon, order, param, at), code: null });
      } else {
        const code = await this.store.get('promotion_code', discount.required('promotion_code'), param);
        redemptions.push(await this.redeemable(code, customer, order, at, param));
      }
    }
    return redemptions;
  }

  /** A code that a person has typed. */
  async typed(text: string, customer: Customer | null, order: Discounted, at: number): Promise<Redemption> {
    const known = await this.store.all('promotion_code', { properties: { active: ['true'] } });
    const code = known.find((one) => one.code.toLowerCase() === text.trim().toLowerCase());
    if (!code) throw badParameter('promotion_code', 'This code is invalid.');
    return this.redeemable(code, customer, order, at, 'promotion_code');
  }

  /** The subscription with the discounts, which stand in the place of earlier ones. */
  async give(
    subscription: Subscription,
    redemptions: readonly Redemption[],
    at: number,
  ): Promise<Subscription> {
    const owner = { customer: idOf(subscription.customer) ?? '', subscription: subscription.id };
    const given = await this.redeem(redemptions, owner, at);
    return { ...subscription, discounts: given.map(({ discountId }) => discountId) };
  }

  /** Makes discounts of coupons and codes, and counts them: for a subscription, or for one invoice of a customer. */
  async redeem(
    redemptions: readonly Redemption[],
    { customer, subscription }: { readonly customer: string; readonly subscription?: string },
    at: number,
  ): Promise<AppliedDiscount[]> {
    const given: AppliedDiscount[] = [];
    for (const { coupon, code, discountId } of redemptions) {
      if (discountId !== undefined) {
        given.push({ discountId, coupon });
        continue;
      }
      const discount = await this.store.save<'discount'>({
        id: idFor('discount'),
        object: 'discount',
        checkout_session: null,
        customer,
        customer_account: null,
        // One that is given once ends with the invoice that uses it.
        end: coupon.duration === 'repeating' ? addMonths(at, coupon.duration_in_months ?? 1) : null,
        invoice: null,
        invoice_item: null,
        promotion_code: code?.id ?? null,
        source: { coupon: coupon.id, type: 'coupon' },
        start: at,
        subscription: subscription ?? null,
        subscription_item: null,
      });
      await this.events.record('customer.discount.created', discount, at);
      await this.count(coupon, code);
      given.push({ discountId: discount.id, coupon });
    }
    return given;
  }

  /** Those that a subscription has. */
  async of({ discounts }: Subscription): Promise<Redemption[]> {
    return Promise.all(discounts.map((discount) => this.kept(idOf(discount) ?? '', 'discounts')));
  }

  private async kept(id: string, param: string): Promise<Redemption> {
    const discount = await this.store.get('discount', id, param);
    const coupon = await this.store.recall('coupon', idOf(discount.source.coupon) ?? '');
    return { coupon: coupon!, code: null, discountId: id };
  }

  private async count(coupon: Coupon, code: PromotionCode | null): Promise<void> {
    const times = coupon.times_redeemed + 1;
    const valid = coupon.max_redemptions === null || times < coupon.max_redemptions;
    await this.store.save({ ...coupon, times_redeemed: times, valid });
    if (!code) return;
    const redeemed = code.times_redeemed + 1;
    const active = code.max_redemptions === null || redeemed < code.max_redemptions;
    await this.store.save({ ...code, times_redeemed: redeemed, active: code.active && active });
  }

  private async redeemable(
    code: PromotionCode,
    customer: Customer | null,
    order: Discounted,
    at: number,
    param: string,
  ): Promise<Redemption> {
    const refuse = (why: string): Error => badParameter(param, why);
    if (!code.active || (code.expires_at !== null && code.expires_at <= at))
      throw refuse('This promotion code is inactive or has expired.');
    const owner = idOf(code.customer);
    if (owner !== null && owner !== customer?.id)
      throw refuse('This promotion code cannot be redeemed by this customer.');
    if (code.restrictions.first_time_transaction && customer) {
      const paid = await this.store.all('invoice', {
        customer: customer.id,
        properties: { status: ['paid'] },
      });
      if (paid.some(({ amount_paid }) => amount_paid > 0))
        throw refuse(
          'This promotion code cannot be redeemed because the associated customer has prior transactions.',
        );
    }
    const { minimum_amount: least, minimum_amount_currency: currency } = code.restrictions;
    const isLarge = order.amount !== null && order.currency === currency && order.amount >= (least ?? 0);
    if (least !== null && !isLarge)
      throw refuse('This promotion code cannot be redeemed because the minimum amount is not reached.');
    const coupon = await this.store.get('coupon', idOf(code.promotion.coupon) ?? '', param);
    return { coupon: usable(coupon, order, param, at), code };
  }
}

function usable(coupon: Coupon, { currency }: Discounted, param: string, at: number): Coupon {
  if (!coupon.valid || (coupon.redeem_by !== null && coupon.redeem_by <= at))
    throw badParameter(param, `Coupon expired: ${coupon.id}`, 'coupon_expired');
  if (coupon.currency !== null && currency !== null && coupon.currency !== currency)
    throw badParameter(
      param,
      `The coupon ${coupon.id} takes off an amount in ${coupon.currency}, and this is paid in ${currency}.`,
    );
  return coupon;
}
