import { QuotaLease } from './quota-lease';

const PERIOD = { from: new Date('2026-05-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z') };
const NOW = new Date('2026-05-10T00:00:00Z').getTime();
const lease = (expiresAt = NOW + 60_000) => new QuotaLease('lse_1', 'cus_1', PERIOD, NOW, expiresAt);

describe('a lease of quota', () => {
  it('gives out what it holds, and what is put back again', () => {
    const held = lease();
    held.add(2, NOW + 60_000);
    const first = held.take(2, NOW);
    expect(first).toEqual({ customerId: 'cus_1', leaseId: 'lse_1', periodStart: PERIOD.from, requests: 2 });
    expect(held.has(1)).toBe(false);
    expect(held.missing(3)).toBe(3);
    held.putBack(first.requests);
    expect(held.has(2)).toBe(true);
  });

  it('is idle only when everything that was given out is settled or back', () => {
    const held = lease();
    held.add(2, NOW + 60_000);
    held.take(1, NOW);
    held.take(1, NOW);
    held.settled(1);
    expect(held.isIdle).toBe(false);
    held.putBack(1);
    expect(held.isIdle).toBe(true);
  });

  it('misses only what it does not hold', () => {
    const held = lease();
    held.add(2, NOW + 60_000);
    expect([1, 2, 5].map((requests) => held.missing(requests))).toEqual([0, 0, 3]);
  });

  it('runs low below a quarter of a large slice, and never of a small one', () => {
    const lowAfter = (slice: number, taken: number): boolean => {
      const held = lease();
      held.add(slice, NOW + 60_000);
      held.take(taken, NOW);
      return held.runsLow;
    };
    expect([lowAfter(100, 0), lowAfter(100, 75), lowAfter(100, 76)]).toEqual([false, false, true]);
    expect(lowAfter(99, 99)).toBe(false);
    expect(lease().runsLow).toBe(false);
  });

  it('closes before it expires and with its period', () => {
    const held = lease();
    expect(held.isOpen(NOW + 54_999)).toBe(true);
    expect(held.isOpen(NOW + 55_000)).toBe(false);
    expect(lease(PERIOD.to.getTime() + 60_000).isOpen(PERIOD.to.getTime())).toBe(false);
  });

  it('holds nothing once it was taken for dead, and drains to nothing', () => {
    const held = lease();
    held.add(5, NOW + 60_000);
    expect(held.drain()).toBe(5);
    expect(held.drain()).toBe(0);
    held.add(5, NOW + 60_000);
    held.void();
    expect(held.has(1)).toBe(false);
    expect(held.isOpen(NOW)).toBe(false);
  });
});
