import { OveragePolicy } from '../plan/entitlement-terms';
import { UsageUnit } from '../usage/price';
import { type DayOfUsage, type OtherPlan, whatIf } from './what-if';

const day = (requests: number, more: Partial<DayOfUsage['units']> = {}, modelId = 'mdl_1'): DayOfUsage => ({
  modelId,
  units: {
    REQUEST: String(requests),
    CACHED_REQUEST: '0',
    ECONOMY_REQUEST: '0',
    ROW: '0',
    DEVICE_MILLISECOND: '0',
    PROMPT_TOKEN: '0',
    COMPLETION_TOKEN: '0',
    ...more,
  },
});

const plan = (requests: number | null, overage: OveragePolicy, perRequest = '0.25'): OtherPlan => ({
  priceMinor: '4900',
  priceBook: [
    { unit: UsageUnit.REQUEST, modelId: null, unitAmount: perRequest },
    { unit: UsageUnit.REQUEST, modelId: 'mdl_dear', unitAmount: '3' },
    { unit: UsageUnit.PROMPT_TOKEN, modelId: null, unitAmount: '0.0001' },
  ],
  terms: { requests, overage, weight: 1, models: null },
});

describe('what another plan would have come to', () => {
  it('is its price each period and seat, and its book over every unit and model', () => {
    const periods = [[day(100, { PROMPT_TOKEN: '5000' }), day(2, {}, 'mdl_dear')], [day(10)]];
    expect(whatIf(plan(1000, OveragePolicy.CHARGE), periods, 3)).toEqual({
      planMinor: 29_400n,
      // 100 × 0.25 + 5000 × 0.0001 + 2 × 3 + 10 × 0.25
      usage: '34',
      refused: 0n,
    });
  });

  it('charges beyond the limit where the plan does, and refuses where it does', () => {
    const days = [day(60), day(60)];
    expect(whatIf(plan(100, OveragePolicy.CHARGE), [days], 1)).toMatchObject({ usage: '30', refused: 0n });
    expect(whatIf(plan(100, OveragePolicy.REFUSE), [days], 1)).toMatchObject({ usage: '25', refused: 20n });
  });

  it('begins the limit anew with each period, and counts cached requests towards it', () => {
    const days = [day(60, { CACHED_REQUEST: '60' })];
    expect(whatIf(plan(100, OveragePolicy.REFUSE), [days, days], 1).refused).toBe(40n);
  });

  it('charges nothing after the limit is used up, and never more than was used', () => {
    expect(whatIf(plan(0, OveragePolicy.REFUSE), [[day(5)]], 1)).toEqual({
      planMinor: 4900n,
      usage: '0',
      refused: 5n,
    });
    const { usage } = whatIf(plan(1, OveragePolicy.REFUSE, '3'), [[day(3)]], 1);
    expect(Number(usage)).toBeLessThanOrEqual(3);
    expect(Number(usage)).toBeCloseTo(3, 6);
  });

  it('is the price of the plan alone for those who used nothing', () => {
    expect(whatIf(plan(100, OveragePolicy.REFUSE), [[]], 2)).toEqual({
      planMinor: 9800n,
      usage: '0',
      refused: 0n,
    });
  });
});
