/** The check itself: what is against the contract is found, so that its silence in the other tests means something. */
import { stripeContract } from './sandbox-contract';
import { ContractCheck, type Exchange } from './sandbox-contract-check';

const COUPON = {
  id: 'c1',
  object: 'coupon',
  amount_off: null,
  created: 1,
  currency: null,
  duration: 'once',
  duration_in_months: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  name: null,
  percent_off: 10,
  redeem_by: null,
  times_redeemed: 0,
  valid: true,
};

describe('the contract that the stripe package carries', () => {
  const contract = stripeContract();

  function faultsOf(change: Partial<Exchange>): string[] {
    const check = new ContractCheck(contract);
    const exchange = {
      method: 'POST',
      url: '/v1/coupons',
      body: 'percent_off=10',
      status: 200,
      answer: COUPON,
    };
    check.see({ ...exchange, ...change });
    return [...check.faults];
  }

  it('knows hundreds of operations, with their parameters and answers', () => {
    expect(contract.operations.length).toBeGreaterThan(500);
    const create = contract.operations.find(
      ({ method, path }) => method === 'POST' && path === '/v1/subscriptions',
    );
    expect(create?.parameters).toMatchObject({ kind: 'object' });
  });

  it('has nothing against what fits', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ body: 'percent_off=10&metadata[plan]=pro&expand[0]=applies_to' })).toEqual([]);
  });

  it.each([
    ['an unknown operation', { url: '/v1/coupon' }, 'no operation of the contract'],
    ['an unknown parameter', { body: 'percent=10' }, 'percent unknown to CouponCreateParams'],
    [
      'a parameter of the wrong type',
      { body: 'percent_off=much' },
      'percent_off is "much", not a null or a number',
    ],
    ['a nested unknown parameter', { body: 'applies_to[prices][0]=p' }, 'applies_to.prices unknown to'],
    ['a field that nobody knows', { answer: { ...COUPON, percent: 10 } }, 'percent unknown to'],
    ['a field of the wrong type', { answer: { ...COUPON, valid: 'yes' } }, 'valid is "yes", not'],
    ['another object', { answer: { ...COUPON, object: 'price' } }, 'not a coupon'],
    ['a missing field', { answer: { ...COUPON, valid: undefined } }, 'valid is undefined'],
    ['a refusal without its envelope', { status: 400, answer: {} }, 'refused without message'],
  ])('finds %s', (_, change, fault) => {
    expect(faultsOf(change).join('\n')).toContain(fault);
  });

  it('finds a missing parameter that must be there', () => {
    const url = '/v1/credit_notes';
    const check = new ContractCheck(contract);
    check.see({ method: 'POST', url, body: 'amount=5', status: 200, answer: {} });
    expect([...check.faults].join('\n')).toContain('invoice is missing in CreditNoteCreateParams');
    expect([...check.faults].join('\n')).toContain('lines is missing in');
  });
});
