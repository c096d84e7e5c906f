import { cohortsOf, type CohortMove } from './revenue-cohorts';
import { kindOf, type Movement, MovementKind, monthsIn, withChange } from './revenue-movement';
import { type MonthFigures, ratesOf } from './revenue-rates';

const NOTHING: MonthFigures = {
  opening: 0n,
  new: 0n,
  expansion: 0n,
  contraction: 0n,
  churn: 0n,
  reactivation: 0n,
  openingCustomers: 0,
  newCustomers: 0,
  reactivatedCustomers: 0,
  churnedCustomers: 0,
};

describe('the rates of a month', () => {
  it('are those of the definitions', () => {
    const rates = ratesOf({
      opening: 100_000n,
      new: 10_000n,
      expansion: 8_000n,
      contraction: -3_000n,
      churn: -5_000n,
      reactivation: 2_000n,
      openingCustomers: 20,
      newCustomers: 3,
      reactivatedCustomers: 1,
      churnedCustomers: 2,
    });
    expect(rates).toEqual({
      closing: 112_000n,
      closingCustomers: 22,
      arr: 1_344_000n,
      arpa: 5_091n,
      grossRetention: 0.92,
      netRetention: 1,
      logoChurn: 0.1,
      quickRatio: 2.5,
      // 112 000 / 22 = 5 090.909… a month, a tenth leaves: 50 909.09…
      lifetimeValue: 50_909n,
    });
  });

  it('are null, never zero or infinite, where there is nothing to divide by', () => {
    expect(ratesOf(NOTHING)).toMatchObject({
      arr: 0n,
      arpa: null,
      grossRetention: null,
      netRetention: null,
      logoChurn: null,
      quickRatio: null,
      lifetimeValue: null,
    });
    const first = ratesOf({ ...NOTHING, new: 4900n, newCustomers: 1 });
    expect(first).toMatchObject({ arpa: 4900n, grossRetention: null, quickRatio: null, lifetimeValue: null });
  });

  it('are zero where all is lost, and there is no lifetime of nobody', () => {
    const rates = ratesOf({
      ...NOTHING,
      opening: 4900n,
      churn: -4900n,
      openingCustomers: 1,
      churnedCustomers: 1,
    });
    expect(rates).toMatchObject({ grossRetention: 0, netRetention: 0, logoChurn: 1, quickRatio: 0 });
    expect(rates).toMatchObject({ closing: 0n, arpa: null, lifetimeValue: null });
  });
});

/** The same customers on every run: chance is mulberry32 (T. Ettinger, 2017). */
function histories(customers: number, seed: number): Movement[][] {
  const random = (below: number): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return Array.from({ length: customers }, () => {
    const rows = new Map<string, Movement>();
    let paid = 0n;
    for (let month = random(12) + 1; month <= 12; month += 1 + random(4)) {
      const next = BigInt(random(4)) * 4900n;
      const key = `2026-${String(month).padStart(2, '0')}-01`;
      if (next !== paid)
        for (const row of withChange([...rows.values()], key, next - paid)) rows.set(row.month, row);
      paid = next;
    }
    return [...rows.values()];
  });
}

describe('whatever customers do', () => {
  const months = monthsIn(new Date('2026-01-01'), new Date('2027-01-01'));

  it.each([1, 2, 3, 4, 5])(
    'the cohorts of each month add up to its revenue and its customers (seed %i)',
    (seed) => {
      const all = histories(200, seed);
      const moves: CohortMove[] = all.flatMap((history) => {
        const cohort = history.map(({ month }) => month).sort()[0];
        return history.map(({ month, kind, openingMinor, closingMinor }) => ({
          cohort: cohort!,
          month,
          delta: closingMinor - openingMinor,
          customers: more(kind),
        }));
      });
      const cohorts = cohortsOf(summed(moves), months);
      let [opening, openingCustomers] = [0n, 0];
      for (const month of months) {
        const own = all.flatMap((history) => history.filter((row) => row.month === month));
        const sum = (kind: MovementKind): bigint =>
          own
            .filter((row) => row.kind === kind)
            .reduce((a, row) => a + row.closingMinor - row.openingMinor, 0n);
        const count = (kind: MovementKind): number => own.filter((row) => row.kind === kind).length;
        const rates = ratesOf({
          opening,
          new: sum(MovementKind.NEW),
          expansion: sum(MovementKind.EXPANSION),
          contraction: sum(MovementKind.CONTRACTION),
          churn: sum(MovementKind.CHURN),
          reactivation: sum(MovementKind.REACTIVATION),
          openingCustomers,
          newCustomers: count(MovementKind.NEW),
          reactivatedCustomers: count(MovementKind.REACTIVATION),
          churnedCustomers: count(MovementKind.CHURN),
        });
        const held = cohorts.flatMap((cohort) => cohort.months.filter((row) => row.month === month));
        expect(held.reduce((a, { revenue }) => a + revenue, 0n)).toBe(rates.closing);
        expect(held.reduce((a, { customers }) => a + customers, 0)).toBe(rates.closingCustomers);
        const paying = all.filter((history) => paidAt(history, month) > 0n);
        expect(rates.closingCustomers).toBe(paying.length);
        expect(rates.grossRetention ?? 0).toBeLessThanOrEqual(Math.min(1, rates.netRetention ?? 0));
        [opening, openingCustomers] = [rates.closing, rates.closingCustomers];
      }
      expect(opening).toBeGreaterThan(0n);
    },
  );

  it('a cohort that came and went within a month is empty at its end, and may come back', () => {
    const moves = [
      { cohort: '2026-10-01', month: '2026-10-01', delta: 0n, customers: more(kindOf(0n, 0n, false)) },
      { cohort: '2026-10-01', month: '2026-12-01', delta: 4900n, customers: more(kindOf(0n, 4900n, true)) },
    ];
    expect(cohortsOf(moves, months)).toEqual([
      {
        month: '2026-10-01',
        months: [
          { month: '2026-10-01', age: 0, customers: 0, revenue: 0n },
          { month: '2026-11-01', age: 1, customers: 0, revenue: 0n },
          { month: '2026-12-01', age: 2, customers: 1, revenue: 4900n },
        ],
      },
    ]);
  });
});

function more(kind: MovementKind): number {
  if (kind === MovementKind.NEW || kind === MovementKind.REACTIVATION) return 1;
  return kind === MovementKind.CHURN ? -1 : 0;
}

function paidAt(history: readonly Movement[], month: string): bigint {
  const before = history.filter((row) => row.month <= month).sort((a, b) => (a.month < b.month ? -1 : 1));
  return before.at(-1)?.closingMinor ?? 0n;
}

/** One row a cohort and month, as the database sums them. */
function summed(moves: readonly CohortMove[]): CohortMove[] {
  const sums = new Map<string, CohortMove>();
  for (const { cohort, month, delta, customers } of moves) {
    const known = sums.get(`${cohort} ${month}`);
    sums.set(`${cohort} ${month}`, {
      cohort,
      month,
      delta: (known?.delta ?? 0n) + delta,
      customers: (known?.customers ?? 0) + customers,
    });
  }
  return [...sums.values()];
}
