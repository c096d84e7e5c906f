import { remainingShare } from './proration';

const APRIL = { start: 1775001600, end: 1777593600 };

describe('proration', () => {
  it('halves a month of thirty days at its middle', () => {
    expect(remainingShare(1000, APRIL, 1776297600)).toBe(500);
    expect(remainingShare(2000, APRIL, 1776297600)).toBe(1000);
  });

  it('counts seconds, and rounds half a cent away from zero, in both directions', () => {
    expect(remainingShare(1, { start: 0, end: 2 }, 1)).toBe(1);
    expect(remainingShare(-1, { start: 0, end: 2 }, 1)).toBe(-1);
    expect(remainingShare(1000, { start: 0, end: 3 }, 1)).toBe(667);
  });

  it('gives all of it at the start and nothing at the end or later', () => {
    expect(remainingShare(999, APRIL, APRIL.start)).toBe(999);
    expect(remainingShare(999, APRIL, APRIL.start - 5)).toBe(999);
    expect(remainingShare(999, APRIL, APRIL.end)).toBe(0);
    expect(remainingShare(999, APRIL, APRIL.end + 5)).toBe(0);
  });

  it('stays exact where a float would not', () => {
    expect(remainingShare(9_007_199_254_740_991, { start: 0, end: 3 }, 0)).toBe(9_007_199_254_740_991);
  });
});
