/** Coupons: what is taken off. */
import type { Call, Operation } from '../request/call';
import { badParameter } from '../request/refusal';
import { newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Coupon } from '../store/wire';

const PERCENT = /^\d{1,3}(\.\d{1,4})?$/;

export function couponOperations(store: ObjectStore): Operation[] {
  return [
    { method: 'POST', path: '/v1/coupons', run: (call) => create(store, call) },
    { method: 'GET', path: '/v1/coupons', run: ({ parameters }) => store.page('coupon', {}, parameters) },
    { method: 'GET', path: '/v1/coupons/:id', run: ({ path }) => store.get('coupon', path.id!) },
  ];
}

async function create(store: ObjectStore, { parameters, at }: Call): Promise<Coupon> {
  const percent = parameters.text('percent_off');
  const amount = parameters.count('amount_off', 1);
  if ((percent === undefined) === (amount === undefined))
    throw badParameter('percent_off', 'You must pass either percent_off or amount_off.', 'parameter_missing');
  if (percent !== undefined && (!PERCENT.test(percent) || Number(percent) <= 0 || Number(percent) > 100))
    throw badParameter(
      'percent_off',
      'Invalid percent_off: must be a number greater than 0 and at most 100.',
    );
  return store.save<'coupon'>({
    id: parameters.text('id') ?? newSandboxId('coupon').slice('coupon_'.length, -16),
    object: 'coupon',
    amount_off: amount ?? null,
    created: at,
    currency: amount === undefined ? null : parameters.required('currency').toLowerCase(),
    duration: parameters.choice('duration', ['once', 'forever']) ?? 'once',
    duration_in_months: null,
    livemode: false,
    max_redemptions: null,
    metadata: parameters.metadata(),
    name: parameters.nullable('name') ?? null,
    percent_off: percent === undefined ? null : Number(percent),
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
  });
}
