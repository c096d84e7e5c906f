import { PRICED_UNITS, UsageUnit } from '../usage/price';
import { OveragePolicy } from './entitlement-terms';
import { planFaults, type PlanTerms } from './plan-rules';

const plan: PlanTerms = {
  code: 'PRO',
  priceMinor: 4900n,
  currency: 'USD',
  sellable: true,
  entitlementTerms: { requests: 10, overage: OveragePolicy.CHARGE, weight: 1, models: null },
  priceBook: PRICED_UNITS.map((unit) => ({ unit, modelId: null, unitAmount: '0.1' })),
};
const faults = (change: Partial<PlanTerms>, before?: string): string[] =>
  planFaults({ ...plan, ...change }, before).map(({ path, constraint }) => `${path.join('.')} ${constraint}`);

describe('a version of a plan', () => {
  it('is taken when it prices every unit', () => {
    expect(faults({}, 'USD')).toEqual([]);
  });

  it('leaves no unit without a price, none with two, and none below 0', () => {
    expect(faults({ priceBook: plan.priceBook.slice(1) })).toEqual(['prices complete']);
    const twice = { unit: UsageUnit.REQUEST, modelId: null, unitAmount: '-1' };
    expect(faults({ priceBook: [...plan.priceBook, twice] })).toEqual([
      'prices.4 unique',
      'prices.4.unitAmount range',
    ]);
    const own = { unit: UsageUnit.REQUEST, modelId: 'mdl_a', unitAmount: '1000000000000.000000000001' };
    expect(faults({ priceBook: [...plan.priceBook, own] })).toEqual(['prices.4.unitAmount range']);
  });

  it('keeps the currency of those before, a price that can be kept, and FREE free', () => {
    expect(faults({ currency: 'EUR' }, 'USD')).toEqual(['currency currency']);
    expect(faults({ priceMinor: 2n ** 63n })).toEqual(['priceMinor range']);
    expect(faults({ priceMinor: -1n })).toEqual(['priceMinor range', 'sellable price']);
    expect(faults({ code: 'FREE' })).toEqual(['priceMinor free']);
    expect(faults({ priceMinor: 0n })).toEqual(['sellable price']);
  });

  it('of three decimals costs what a card can be charged, of none any whole amount', () => {
    expect(faults({ currency: 'KWD', priceMinor: 14_995n })).toEqual(['priceMinor step']);
    expect(faults({ currency: 'KWD', priceMinor: 14_990n })).toEqual([]);
    expect(faults({ currency: 'JPY', priceMinor: 4_901n })).toEqual([]);
  });

  it('is told of all its faults at once', () => {
    const rate = { burst: 1, perSecond: 2 };
    const entitlementTerms = { ...plan.entitlementTerms, models: [], rate };
    expect(faults({ code: 'pro', entitlementTerms, priceBook: [] })).toEqual([
      'code code',
      'models models',
      'rate.burst burst',
      'prices complete',
    ]);
  });
});
