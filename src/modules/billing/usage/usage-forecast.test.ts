import { forecastRequests } from './usage-forecast';

const JUNE = { from: new Date('2026-06-01T00:00:00Z'), to: new Date('2026-07-01T00:00:00Z') };

describe('a forecast', () => {
  it('goes on at the pace so far', () => {
    expect(forecastRequests(500, JUNE, new Date('2026-06-16T00:00:00Z'))).toBe(1000);
  });

  it('is the figure itself once the period is over, and does not explode at its start', () => {
    expect(forecastRequests(500, JUNE, new Date('2026-08-01T00:00:00Z'))).toBe(500);
    expect(forecastRequests(1, JUNE, JUNE.from)).toBe(100);
  });
});
