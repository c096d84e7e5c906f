import { bornAt, newId } from '../../../kernel/id';
import type { SettlementEntry } from './metering';
import { usageRecords } from './usage-record';

const SECOND = Date.UTC(2026, 0, 1, 12);
const PERIOD = new Date(Date.UTC(2026, 0, 1));

function entry(atMs: number, more: Partial<SettlementEntry> = {}): SettlementEntry {
  const inferenceId = newId('inf', new Date(SECOND + atMs));
  return {
    reservation: { customerId: 'cus_a', leaseId: 'lse_a', periodStart: PERIOD, requests: 1 },
    inferenceId,
    customerId: 'cus_a',
    endUserId: null,
    principalId: 'key_a',
    modelId: 'mdl_a',
    deploymentId: 'dep_a',
    deviceMs: 0.1,
    rows: 2,
    createdAt: bornAt(inferenceId)!,
    price: { price: '0.1', currency: 'USD', planId: 'pln_a' },
    cost: '0.000000000001',
    ...more,
  };
}

describe('usage records', () => {
  it('add up what no report tells apart, to the last place, and name every inference', () => {
    const [late, early] = [entry(900), entry(100, { promptTokens: 3, completionTokens: 4 })];
    expect(usageRecords([late, early])).toEqual([
      {
        customerId: 'cus_a',
        periodStart: PERIOD,
        leaseId: 'lse_a',
        planId: 'pln_a',
        modelId: 'mdl_a',
        deploymentId: 'dep_a',
        principalId: 'key_a',
        endUserId: null,
        currency: 'USD',
        createdAt: new Date(SECOND + 100),
        firstInferenceId: early.inferenceId,
        inferenceIds: [late.inferenceId, early.inferenceId],
        requests: 2,
        cachedRequests: 0,
        economyRequests: 0,
        rows: 4,
        promptTokens: 3,
        completionTokens: 4,
        deviceMs: '0.200000',
        price: '0.2',
        cost: '0.000000000002',
      },
    ]);
  });

  it('are named after the first that was asked, whichever is settled first', () => {
    const [late, early] = [entry(900), entry(100)];
    const first = { createdAt: new Date(SECOND + 100), firstInferenceId: early.inferenceId };
    expect(usageRecords([early, late])).toMatchObject([first]);
    expect(usageRecords([late, early])).toMatchObject([first]);
  });

  it('count a whole reservation as cached or deferred where its answer was', () => {
    const reservation = { ...entry(0).reservation, requests: 5 };
    const records = usageRecords([
      entry(0, { reservation, cached: true }),
      entry(1, { economy: true }),
      entry(2),
    ]);
    expect(records).toMatchObject([{ requests: 7, cachedRequests: 5, economyRequests: 1 }]);
  });

  it('keep apart whose, what, which second, and whether it is charged', () => {
    const one = entry(0);
    const others = [
      entry(1, { reservation: { ...one.reservation, leaseId: 'lse_b' } }),
      entry(2, { principalId: null }),
      entry(3, { endUserId: 'eus_a' }),
      entry(4, { modelId: 'mdl_b' }),
      entry(5, { deploymentId: null }),
      entry(6, { price: { ...one.price, planId: 'pln_b' } }),
      entry(7, { price: { ...one.price, currency: 'EUR' } }),
      entry(8, { price: { ...one.price, price: '0' } }),
      entry(1000),
    ];
    const records = usageRecords([one, ...others, entry(9)]);
    expect(records.map(({ inferenceIds }) => inferenceIds.length)).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(usageRecords([])).toEqual([]);
  });
});
