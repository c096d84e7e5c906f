import { closedUntil, lookFrom, meterTime, setOffTime, wholeMinutes } from './meter-time';

const at = (text: string): Date => new Date(text);
const period = { from: at('2026-10-15T09:30:20Z'), to: at('2026-11-15T09:30:20Z') };

describe('when usage counts at Stripe', () => {
  it('leaves the running hour open, and a hour for five minutes more', () => {
    expect(closedUntil(period, at('2026-10-20T12:04:59Z'))).toEqual(at('2026-10-20T11:00:00Z'));
    expect(closedUntil(period, at('2026-10-20T12:05:00Z'))).toEqual(at('2026-10-20T12:00:00Z'));
  });

  it('closes all of a period five minutes after its end, in the middle of an hour', () => {
    expect(closedUntil(period, at('2026-11-15T09:35:19Z'))).toEqual(at('2026-11-15T09:00:00Z'));
    expect(closedUntil(period, at('2026-11-15T09:35:20Z'))).toBeNull();
  });

  it('looks over all of a period that has ended, and over two days of one that runs', () => {
    expect(lookFrom(period, at('2026-11-15T10:00:00Z'))).toEqual(at('2026-10-14T09:00:00Z'));
    expect(lookFrom(period, at('2026-11-01T10:20:00Z'))).toEqual(at('2026-10-30T10:00:00Z'));
  });

  it('counts an hour at its start, kept inside the whole minutes of its period', () => {
    const now = at('2026-11-15T09:40:00Z');
    const counts = (hour: string): object => meterTime(at(hour), period, now);
    expect(counts('2026-11-01T12:00:00Z')).toEqual({ meteredAt: at('2026-11-01T12:00:00Z'), late: false });
    expect(counts('2026-10-15T09:00:00Z')).toEqual({ meteredAt: at('2026-10-15T09:31:00Z'), late: false });
    const short = { from: at('2026-11-15T09:00:00Z'), to: at('2026-11-15T09:30:20Z') };
    expect(meterTime(at('2026-11-15T09:00:00Z'), short, now).meteredAt).toEqual(at('2026-11-15T09:00:00Z'));
  });

  it('counts now, and says so, what comes when the invoice of its period is closed', () => {
    const hour = at('2026-11-15T08:00:00Z');
    expect(meterTime(hour, period, at('2026-11-15T10:20:20Z'))).toEqual({ meteredAt: hour, late: false });
    const late = at('2026-11-15T10:20:21Z');
    expect(meterTime(hour, period, late)).toEqual({ meteredAt: late, late: true });
  });

  it('counts now what Stripe would refuse as older than 35 days, in a period of a year', () => {
    const year = { from: at('2026-01-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') };
    const now = at('2026-06-05T00:00:00Z');
    expect(meterTime(at('2026-05-02T00:00:00Z'), year, now).late).toBe(false);
    expect(meterTime(at('2026-05-01T00:00:00Z'), year, now)).toEqual({ meteredAt: now, late: true });
  });

  it('takes back at the start of the hour, before an end that comes in the same second, within the period that is invoiced', () => {
    const off = (now: string) => setOffTime(next, period, at(now));
    const next = { from: period.to, to: at('2026-12-15T09:30:20Z') };
    expect(off('2026-11-20T10:20:30Z')).toEqual({ meteredAt: at('2026-11-20T10:00:00Z'), late: true });
    expect(off('2026-11-15T09:40:00Z')).toEqual({ meteredAt: at('2026-11-15T09:31:00Z'), late: true });
    expect(off('2026-11-15T09:30:40Z')).toBeNull();
    const draft = setOffTime(period, period, at('2026-11-15T10:05:00Z'));
    expect(draft).toEqual({ meteredAt: at('2026-11-15T09:29:59Z'), late: false });
  });

  it('gives no minute to two periods', () => {
    const next = { from: period.to, to: at('2026-12-15T09:30:20Z') };
    expect(wholeMinutes(period).to < wholeMinutes(next).from).toBe(true);
    expect(wholeMinutes({ from: at('2026-10-15T09:30:00Z'), to: at('2026-11-15T09:30:00Z') })).toEqual({
      from: at('2026-10-15T09:30:00Z'),
      to: at('2026-11-15T09:30:00Z'),
    });
  });
});
