import { kindOf, type Movement, MovementKind, monthsIn, withChange } from './revenue-movement';

const JAN = '2026-01-01';
const FEB = '2026-02-01';
const MAR = '2026-03-01';

/** The history after changes, each heard in this order. */
function after(...changes: readonly [month: string, delta: bigint][]): Movement[] {
  const rows = new Map<string, Movement>();
  for (const [month, delta] of changes)
    for (const row of withChange([...rows.values()], month, delta)) rows.set(row.month, row);
  return [...rows.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
}
const kinds = (history: readonly Movement[]): [string, MovementKind, bigint][] =>
  history.map(({ month, kind, openingMinor, closingMinor }) => [month, kind, closingMinor - openingMinor]);

describe('a movement of recurring revenue', () => {
  it('has a name for every way from one amount to another', () => {
    expect(kindOf(0n, 49n, false)).toBe(MovementKind.NEW);
    expect(kindOf(0n, 49n, true)).toBe(MovementKind.REACTIVATION);
    expect(kindOf(49n, 499n, true)).toBe(MovementKind.EXPANSION);
    expect(kindOf(499n, 49n, true)).toBe(MovementKind.CONTRACTION);
    expect(kindOf(49n, 0n, true)).toBe(MovementKind.CHURN);
    expect(kindOf(49n, 49n, true)).toBe(MovementKind.NONE);
  });

  it('follows a customer through the months', () => {
    expect(kinds(after([JAN, 4900n], [FEB, 45_000n], [MAR, -49_900n]))).toEqual([
      [JAN, MovementKind.NEW, 4900n],
      [FEB, MovementKind.EXPANSION, 45_000n],
      [MAR, MovementKind.CHURN, -49_900n],
    ]);
  });

  it('takes a plan that replaces another in the same month as an expansion', () => {
    expect(kinds(after([JAN, 4900n], [FEB, -4900n], [FEB, 49_900n]))).toEqual([
      [JAN, MovementKind.NEW, 4900n],
      [FEB, MovementKind.EXPANSION, 45_000n],
    ]);
  });

  it('knows a customer again who came and went within a month', () => {
    expect(kinds(after([JAN, 4900n], [JAN, -4900n], [MAR, 4900n]))).toEqual([
      [JAN, MovementKind.NONE, 0n],
      [MAR, MovementKind.REACTIVATION, 4900n],
    ]);
  });

  it('comes out the same when a month is heard of late', () => {
    const changes: [string, bigint][] = [
      [JAN, 4900n],
      [FEB, 45_000n],
      [MAR, -49_900n],
    ];
    const inOrder = after(...changes);
    expect(after(changes[0]!, changes[2]!, changes[1]!)).toEqual(inOrder);
  });

  it('adds up: what the months moved is what is paid at the end, and each month begins where the last one ended', () => {
    // A fixed sequence from a linear congruential generator: the same on every run.
    let seed = 42;
    const random = (below: number): number =>
      (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let round = 0; round < 200; round++) {
      let paid = 0n;
      const changes: [string, bigint][] = Array.from({ length: 30 }, () => {
        const next = BigInt(random(4)) * 4900n;
        const delta = next - paid;
        paid = next;
        return [`2026-${String(1 + random(12)).padStart(2, '0')}-01`, delta];
      });
      const history = after(...changes);
      history.forEach((row, place) => expect(row.openingMinor).toBe(history[place - 1]?.closingMinor ?? 0n));
      expect(history.at(-1)!.closingMinor).toBe(paid);
    }
  });
});

describe('the months of a period', () => {
  it('are those it touches, across the turn of a year', () => {
    const months = monthsIn(new Date('2025-12-31T23:59:59Z'), new Date('2026-02-01T00:00:00Z'));
    expect(months).toEqual(['2025-12-01', '2026-01-01']);
  });
});
