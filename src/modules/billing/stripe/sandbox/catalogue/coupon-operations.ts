/** Coupons and the codes under which they are given: what is taken off, for how long, for whom. */
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type Coupon, idOf, type PromotionCode } from '../store/wire';

const PERCENT = /^\d{1,3}(\.\d{1,4})?$/;
const CODE = /^[A-Za-z0-9_-]{1,500}$/;
const CODE_LENGTH = 8;

export class CouponOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  list(): Operation[] {
    const coupons = '/v1/coupons';
    const codes = '/v1/promotion_codes';
    return [
      { method: 'POST', path: coupons, run: (call) => this.createCoupon(call) },
      {
        method: 'GET',
        path: coupons,
        run: ({ parameters }) => this.store.page('coupon', {}, parameters),
      },
      { method: 'GET', path: `${coupons}/:id`, run: ({ path }) => this.store.get('coupon', path.id!) },
      { method: 'POST', path: `${coupons}/:id`, run: (call) => this.updateCoupon(call) },
      { method: 'DELETE', path: `${coupons}/:id`, run: (call) => this.removeCoupon(call) },
      { method: 'POST', path: codes, run: (call) => this.createCode(call) },
      { method: 'GET', path: codes, run: ({ parameters }) => this.codes(parameters) },
      { method: 'GET', path: `${codes}/:id`, run: ({ path }) => this.store.get('promotion_code', path.id!) },
      { method: 'POST', path: `${codes}/:id`, run: (call) => this.updateCode(call) },
    ];
  }

  private async createCoupon({ parameters, at }: Call): Promise<Coupon> {
    const id = parameters.text('id') ?? newSandboxId('coupon').slice('coupon_'.length, -16);
    if (await this.store.find('coupon', id))
      throw badParameter('id', 'Coupon already exists.', 'resource_already_exists');
    const { percent, amount } = takenOff(parameters);
    const duration = parameters.choice('duration', ['once', 'repeating', 'forever']) ?? 'once';
    const months = parameters.count('duration_in_months', 1);
    if ((duration === 'repeating') !== (months !== undefined))
      throw badParameter(
        'duration_in_months',
        'You must pass `duration_in_months` when, and only when, `duration` is repeating.',
        months === undefined ? 'parameter_missing' : undefined,
      );
    const redeemBy = parameters.integer('redeem_by') ?? null;
    if (redeemBy !== null && redeemBy <= at)
      throw badParameter('redeem_by', 'The redeem_by timestamp must be in the future.');
    const products = parameters.group('applies_to')?.texts('products') ?? [];
    for (const product of products) await this.store.get('product', product, 'applies_to[products]');
    const coupon = await this.store.save<'coupon'>({
      id,
      object: 'coupon',
      ...(products.length > 0 && { applies_to: { products } }),
      amount_off: amount ?? null,
      created: at,
      currency: amount === undefined ? null : parameters.requiredCurrency('currency'),
      duration,
      duration_in_months: months ?? null,
      livemode: false,
      max_redemptions: parameters.count('max_redemptions', 1) ?? null,
      metadata: parameters.metadata(),
      name: parameters.nullable('name') ?? null,
      percent_off: percent === undefined ? null : Number(percent),
      redeem_by: redeemBy,
      times_redeemed: 0,
      valid: true,
    });
    await this.events.record('coupon.created', coupon, at);
    return coupon;
  }

  private async updateCoupon({ path, parameters, at }: Call): Promise<Coupon> {
    const before = await this.store.get('coupon', path.id!);
    const coupon = await this.store.save<'coupon'>({
      ...before,
      metadata: parameters.metadata(before.metadata ?? {}),
      name: parameters.has('name') ? (parameters.nullable('name') ?? null) : before.name,
    });
    await this.events.record('coupon.updated', coupon, at, before);
    return coupon;
  }

  private async removeCoupon({ path, at }: Call): Promise<object> {
    const coupon = await this.store.get('coupon', path.id!);
    await this.store.remove(coupon.id);
    await this.events.record('coupon.deleted', coupon, at);
    return { id: coupon.id, object: 'coupon', deleted: true };
  }

  private async createCode({ parameters, at }: Call): Promise<PromotionCode> {
    const promotion = parameters.requiredGroup('promotion');
    promotion.required('type');
    promotion.choice('type', ['coupon']);
    const coupon = await this.store.get('coupon', promotion.required('coupon'), 'promotion[coupon]');
    const code =
      parameters.text('code') ??
      newSandboxId('')
        .slice(1, 1 + CODE_LENGTH)
        .toUpperCase();
    if (!CODE.test(code))
      throw badParameter('code', 'Invalid promotion code: only letters, digits, - and _ are allowed.');
    const active = parameters.boolean('active') ?? true;
    const customer = parameters.text('customer');
    const known = await this.store.all('promotion_code', { properties: { active: ['true'] } });
    // Two customers may each have one that reads alike.
    const alike = known.filter((one) => one.code.toLowerCase() === code.toLowerCase());
    if (active && alike.some((one) => !customer || !one.customer || idOf(one.customer) === customer))
      throw badParameter('code', `An active promotion code with \`code: ${code}\` already exists.`);
    const restrictions = parameters.group('restrictions');
    return this.store.save<'promotion_code'>({
      id: idFor('promotion_code'),
      object: 'promotion_code',
      active,
      code,
      created: at,
      customer: customer ? (await this.store.get('customer', customer, 'customer')).id : null,
      customer_account: null,
      expires_at: parameters.integer('expires_at') ?? null,
      livemode: false,
      max_redemptions: parameters.count('max_redemptions', 1) ?? null,
      metadata: parameters.metadata(),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: {
        first_time_transaction: restrictions?.boolean('first_time_transaction') ?? false,
        minimum_amount: restrictions?.count('minimum_amount', 1) ?? null,
        minimum_amount_currency: restrictions?.text('minimum_amount_currency') ?? null,
      },
      times_redeemed: 0,
    });
  }

  private async codes(parameters: Parameters): Promise<object> {
    const active = parameters.boolean('active');
    const code = parameters.text('code');
    const coupon = parameters.text('coupon');
    return this.store.page(
      'promotion_code',
      {
        customer: parameters.text('customer'),
        parent: coupon,
        properties: {
          active: active === undefined ? undefined : [String(active)],
          code: code === undefined ? undefined : await this.spelled(code),
        },
      },
      parameters,
    );
  }

  /** The codes that this one means, however it is written. */
  private async spelled(text: string): Promise<string[]> {
    const known = await this.store.all('promotion_code', {});
    return known.map(({ code }) => code).filter((code) => code.toLowerCase() === text.toLowerCase());
  }

  private async updateCode({ path, parameters }: Call): Promise<PromotionCode> {
    const before = await this.store.get('promotion_code', path.id!);
    const active = parameters.boolean('active') ?? before.active;
    const coupon = await this.store.find('coupon', idOf(before.promotion.coupon) ?? '');
    if (active && !coupon?.valid)
      throw badParameter('active', 'The coupon of this promotion code is not valid any more.');
    const metadata = parameters.metadata(before.metadata ?? {});
    return this.store.save<'promotion_code'>({ ...before, active, metadata });
  }
}

function takenOff(parameters: Parameters): { percent?: string; amount?: number } {
  const percent = parameters.text('percent_off');
  const amount = parameters.count('amount_off', 1);
  if ((percent === undefined) === (amount === undefined))
    throw badParameter('percent_off', 'You must pass either percent_off or amount_off.', 'parameter_missing');
  if (percent !== undefined && (!PERCENT.test(percent) || Number(percent) <= 0 || Number(percent) > 100))
    throw badParameter(
      'percent_off',
      'Invalid percent_off: must be a number greater than 0 and at most 100.',
    );
  return { percent, amount };
}
