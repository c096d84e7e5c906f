import { quotaSlice } from './quota-slice';

describe('a slice of quota', () => {
  it('never exceeds what is available', () => {
    for (let available = 0; available <= 200; available++) {
      for (const wanted of [1, 7, 50, 300]) {
        expect(quotaSlice({ available, wanted })).toBeLessThanOrEqual(available);
      }
    }
  });

  it('shrinks to one near the limit and stays bounded far from it', () => {
    expect(quotaSlice({ available: 20, wanted: 1 })).toBe(1);
    expect(quotaSlice({ available: 1, wanted: 1 })).toBe(1);
    expect(quotaSlice({ available: 0, wanted: 1 })).toBe(0);
    expect(quotaSlice({ available: 10_000_000, wanted: 1 })).toBe(500);
  });

  it('serves everyone who waits at once where quota allows it', () => {
    expect(quotaSlice({ available: 100, wanted: 60 })).toBe(60);
    expect(quotaSlice({ available: null, wanted: 9000 })).toBe(9000);
  });

  it('is large where there is no limit, because nothing is kept from anybody', () => {
    expect(quotaSlice({ available: null, wanted: 1 })).toBe(5000);
  });
});
