import { addDecimals, compareDecimals } from '../../../kernel/money';
import { seededIntegers } from '../../../../test/support/seeded-integers';
import { OveragePolicy } from '../plan/entitlement-terms';
import { PlanInterval } from '../plan/plan.entity';
import { SpendCapKind } from '../spend/spend-cap';
import type { SettlementEntry, UsageUnits } from '../usage/metering';
import { costOfDeviceTime, priceByBook, type PriceBookEntry, UsageUnit } from '../usage/price';
import { type UsageRecord, usageRecords } from '../usage/usage-record';
import { changed, type PricedPlan } from './price-change';
import { pricingWhatIf } from './pricing-what-if';
import { type CustomerUse, type PlanPair, reprice, type UsedLine } from './repricing';

const PERIOD = new Date('2026-11-01T00:00:00Z');
const entry = (unit: UsageUnit, unitAmount: string, modelId: string | null = null): PriceBookEntry => ({
  unit,
  modelId,
  unitAmount,
});
const PRO: PricedPlan = {
  priceMinor: '4900',
  interval: PlanInterval.MONTH,
  entitlementTerms: { requests: 1000, overage: OveragePolicy.CHARGE, weight: 1, models: null },
  priceBook: [
    entry(UsageUnit.REQUEST, '0.4'),
    entry(UsageUnit.REQUEST, '3.25', 'mdl_2'),
    entry(UsageUnit.CACHED_REQUEST, '0.1'),
    entry(UsageUnit.ROW, '0.007'),
    entry(UsageUnit.DEVICE_MILLISECOND, '0.000123'),
    entry(UsageUnit.PROMPT_TOKEN, '0.0001'),
    entry(UsageUnit.COMPLETION_TOKEN, '0.0004'),
  ],
};

type Work = UsageUnits & { readonly modelId: string };

/** Inferences as they come: computed, repeated or deferred, of rows or of texts, device time of any fraction. */
function randomWork(seed: string, many: number): Work[] {
  const integers = seededIntegers(seed);
  const below = (n: number): number => Number(integers.below(BigInt(n)));
  return Array.from({ length: many }, () => {
    const kind = below(3);
    const requests = 1 + below(5);
    return {
      modelId: `mdl_${below(3)}`,
      requests: kind === 0 ? requests : 0,
      cachedRequests: kind === 1 ? requests : 0,
      economyRequests: kind === 2 ? requests : 0,
      rows: below(100),
      deviceMs: below(1_000_000) / 1000 + below(1000) / 1_000_000,
      promptTokens: below(2000),
      completionTokens: below(500),
    };
  });
}

/** What the meter makes of them: each is rated when it is answered, and records add up what was settled together. */
function metered(work: readonly Work[], book: readonly PriceBookEntry[]): UsageRecord[] {
  return usageRecords(
    work.map((one, at): SettlementEntry => {
      const requests = one.requests + one.cachedRequests! + one.economyRequests!;
      return {
        reservation: { customerId: 'cus_1', leaseId: 'lse_1', periodStart: PERIOD, requests },
        inferenceId: `inf_${String(at).padStart(6, '0')}`,
        customerId: 'cus_1',
        endUserId: null,
        modelId: one.modelId,
        deploymentId: null,
        deviceMs: one.deviceMs,
        rows: one.rows,
        cached: one.cachedRequests! > 0,
        economy: one.economyRequests! > 0,
        promptTokens: one.promptTokens,
        completionTokens: one.completionTokens,
        createdAt: new Date(PERIOD.getTime() + Math.floor(at / 7) * 1000),
        price: { price: priceByBook(book, one.modelId, one), currency: 'USD', planId: 'pln_1' },
        cost: costOfDeviceTime('0.06', one.deviceMs),
      };
    }),
  );
}

const lineOf = (record: UsageRecord): UsedLine => ({
  planId: record.planId,
  modelId: record.modelId,
  periodStart: record.periodStart.toISOString(),
  charged: record.price,
  cost: record.cost,
  units: {
    REQUEST: String(record.requests - record.cachedRequests - record.economyRequests),
    CACHED_REQUEST: String(record.cachedRequests),
    ECONOMY_REQUEST: String(record.economyRequests),
    ROW: String(record.rows),
    DEVICE_MILLISECOND: record.deviceMs,
    PROMPT_TOKEN: String(record.promptTokens),
    COMPLETION_TOKEN: String(record.completionTokens),
  },
});

function useOf(used: readonly UsedLine[], more: Partial<CustomerUse> = {}): CustomerUse {
  return { customerId: 'cus_1', used, usedBefore: new Map(), fees: [], capped: [], ...more };
}
const pair =
  (after: PricedPlan, before = PRO) =>
  (): PlanPair => ({ code: 'PRO', before, after });
const charged = (records: readonly UsageRecord[]): string =>
  addDecimals('0', ...records.map(({ price }) => price));

describe('other prices', () => {
  it.each(['a', 'b', 'c', 'd', 'e'])('that are the same come to exactly what was charged (%s)', (seed) => {
    const records = metered(randomWork(seed, 200), PRO.priceBook);
    const fees = [{ planId: 'pln_1', monthlyMinor: 14_700n }];
    // Said anew, entry by entry, at the same price.
    const after = changed(PRO, { plan: 'PRO', priceMinor: 4900n, requests: 1000, prices: PRO.priceBook });
    const { total, unexplained } = reprice(useOf(records.map(lineOf), { fees }), pair(after), -1.5);
    expect(total.after).toEqual(total.before);
    expect(total.before).toMatchObject({ plan: '14700', usage: charged(records) });
    expect(unexplained).toBe('0');
  });

  it.each(['f', 'g', 'h'])('come to what the meter would have charged by them (%s)', (seed) => {
    const work = randomWork(seed, 200);
    const records = metered(work, PRO.priceBook);
    const prices = [
      entry(UsageUnit.REQUEST, '0.55'),
      entry(UsageUnit.ECONOMY_REQUEST, '0.2'),
      entry(UsageUnit.DEVICE_MILLISECOND, '0.00025', 'mdl_1'),
      entry(UsageUnit.COMPLETION_TOKEN, '0'),
    ];
    const after = changed(PRO, { plan: 'PRO', prices });
    const { total } = reprice(useOf(records.map(lineOf)), pair(after), 0);
    expect(total.after.usage).toBe(charged(metered(work, after.priceBook)));
    expect(total.after.cost).toBe(total.before.cost);
  });

  it('carry over what only single requests know: device time priced finer than a sum of it can tell', () => {
    const fine = { ...PRO, priceBook: [entry(UsageUnit.DEVICE_MILLISECOND, '0.000000123457')] };
    const records = metered(randomWork('i', 300), fine.priceBook);
    const { total, unexplained } = reprice(useOf(records.map(lineOf)), pair(fine, fine), 0);
    expect(total.after.usage).toBe(charged(records));
    expect(unexplained).not.toBe('0');
    // Each request is cut at the twelfth place.
    expect(compareDecimals(unexplained, '-0.0000000003')).toBe(1);
  });

  it('of a plan follow its seats, also where a year is paid by the month', () => {
    const yearly = { ...PRO, priceMinor: '50000', interval: PlanInterval.YEAR };
    const fees = [{ planId: 'pln_1', monthlyMinor: 12_500n }];
    const dearer = changed(yearly, { plan: 'PRO', priceMinor: 60_000n });
    expect(reprice(useOf([], { fees }), pair(dearer, yearly), 0).total.after.plan).toBe('15000');
  });

  it('leave a price that is not the plan’s as it was, and say so', () => {
    const fees = [{ planId: 'pln_1', monthlyMinor: 4321n }];
    const dearer = changed(PRO, { plan: 'PRO', priceMinor: 5900n });
    const { total, ownPrice } = reprice(useOf([], { fees }), pair(dearer), 0);
    expect([total.after.plan, ownPrice]).toEqual(['4321', true]);
  });

  const hundred = (more: Partial<UsedLine> = {}): UsedLine => ({
    ...lineOf(
      metered(
        [{ modelId: 'mdl_0', requests: 100, cachedRequests: 0, economyRequests: 0, rows: 0, deviceMs: 0 }],
        PRO.priceBook,
      )[0]!,
    ),
    ...more,
  });

  it('refuse by a lower limit only, in the order of the days and of the whole billing period', () => {
    const limit = (requests: number, usedBefore = 0n, fees: CustomerUse['fees'] = []) => {
      const after = changed(PRO, { plan: 'PRO', requests, overage: OveragePolicy.REFUSE });
      const before = new Map([[hundred().periodStart, usedBefore]]);
      return reprice(useOf([hundred(), hundred({ cost: '6' })], { usedBefore: before, fees }), pair(after), 0)
        .total;
    };
    expect(limit(200)).toMatchObject({ refused: 0n, after: { usage: '80', cost: '6' } });
    expect(limit(150)).toMatchObject({ refused: 50n, after: { usage: '60', cost: '3' } });
    expect(limit(150, 120n)).toMatchObject({ refused: 170n, after: { usage: '12', cost: '0' } });
    const twoSeats = [{ planId: hundred().planId, monthlyMinor: 9800n }];
    expect(limit(75, 0n, twoSeats)).toMatchObject({ refused: 50n, after: { usage: '60' } });
    // What the plan let in beyond its own limit, because the plan before it allowed more, stays let in.
    const strict = {
      ...PRO,
      entitlementTerms: { ...PRO.entitlementTerms, requests: 10, overage: OveragePolicy.REFUSE },
    };
    expect(reprice(useOf([hundred()]), pair(strict, strict), 0).total.refused).toBe(0n);
  });

  it('leave usage of a trial free, and count it as explained', () => {
    const double = changed(PRO, { plan: 'PRO', prices: [entry(UsageUnit.REQUEST, '0.8')] });
    const used = [hundred({ charged: '0', periodStart: '2026-10-18T00:00:00.000Z' }), hundred()];
    const { total, unexplained } = reprice(useOf(used), pair(double), 0);
    expect([total.before.usage, total.after.usage, unexplained]).toEqual(['40', '80', '0']);
  });

  it('are answered by demand as the assumption says, in revenue and in cost', () => {
    const double = changed(PRO, { plan: 'PRO', prices: [entry(UsageUnit.REQUEST, '0.8')] });
    const of = (elasticity: number) => reprice(useOf([hundred({ cost: '8' })]), pair(double), elasticity);
    expect(of(0)).toMatchObject({ demand: '1', total: { after: { usage: '80', cost: '8' } } });
    // Q′ = Q · 2^−1: twice the price, half as much.
    expect(Number(of(-1).total.after.usage)).toBe(40);
    expect(Number(of(-1).total.after.cost)).toBe(4);
    expect(Number(of(-2).total.after.usage)).toBe(20);
    const free = changed(PRO, { plan: 'PRO', prices: [entry(UsageUnit.REQUEST, '0')] });
    expect(reprice(useOf([hundred()]), pair(free), -1).demand).toBe('1');
  });

  it('pass spend caps beside what credits paid, and tell what a hard cap would refuse', () => {
    const double = changed(PRO, { plan: 'PRO', prices: [entry(UsageUnit.REQUEST, '0.8')] });
    const cap = (capMinor: string, credited = '10', capKind = SpendCapKind.HARD) => {
      const { periodStart } = hundred();
      const capped = [{ periodStart, charged: '40', credited, capMinor, capKind }];
      const { capPassedBefore, capPassedAfter, beyondHardCaps } = reprice(
        useOf([hundred()], { capped }),
        pair(double),
        0,
      );
      return [capPassedBefore, capPassedAfter, beyondHardCaps];
    };
    expect(cap('70')).toEqual([false, false, '0']);
    expect(cap('50')).toEqual([false, true, '20']);
    // As it was it had passed the cap already: only what is more is beyond.
    expect(cap('20')).toEqual([true, true, '40']);
    expect(cap('50', '10', SpendCapKind.SOFT)).toEqual([false, true, '0']);
  });

  it('are told by how much bills move: nearest rank, of those who pay more and of those who pay less', () => {
    const customer = (id: string, before: string, after: string) => {
      const bill = (plan: string) => ({ plan, usage: '0', cost: '0' });
      const comparison = { before: bill(before), after: bill(after), refused: 0n };
      return {
        ...reprice(useOf([]), pair(PRO), 0),
        customerId: id,
        total: comparison,
        byPlan: new Map([['PRO', comparison]]),
      };
    };
    const more = Array.from({ length: 10 }, (_, i) => customer(`cus_m${i}`, '100', String(101 + i)));
    const answer = pricingWhatIf([
      ...more,
      customer('cus_less', '100', '50'),
      customer('cus_same', '7', '7.4'),
    ]);
    expect(answer.more).toEqual({
      customers: 10,
      amount: 55n,
      quantiles: [
        { share: 0.1, amount: 1n },
        { share: 0.25, amount: 3n },
        { share: 0.5, amount: 5n },
        { share: 0.75, amount: 8n },
        { share: 0.9, amount: 9n },
      ],
    });
    expect(answer.less).toMatchObject({ customers: 1, amount: 50n });
    expect(answer.same).toBe(1);
    expect(answer.customers.slice(0, 2).map(({ customerId }) => customerId)).toEqual(['cus_less', 'cus_m9']);
    expect(pricingWhatIf([]).more).toEqual({ customers: 0, amount: 0n, quantiles: [] });
  });
});
