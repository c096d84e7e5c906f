/**
 * An ISO 8601 date, with or without a time, as days since 1970-01-01 in UTC: a number that a model can learn from. Other ways
 * to write a date are not read, because 01/02/2026 is two different days in two countries.
 */
const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|([+-])(\d{2}):?(\d{2}))?)?$/i;
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const DAY_LENGTH = '2026-01-31'.length;
const MINUTE_LENGTH = '2026-01-31T12:00'.length;

/** What the numbers of such a column count. */
export const DAYS = 'days since 1970-01-01';

/** The day that a number of days is, as 2026-01-31; with its minute in UTC where it is no whole one. */
export function writeDate(days: number): string {
  const length = Number.isInteger(days) ? DAY_LENGTH : MINUTE_LENGTH;
  return new Date(days * DAY_MS).toISOString().slice(0, length);
}

/** A time without a zone is UTC. Undefined for what is no date, or a day that no calendar has. */
export function readDate(text: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', , sign, ahead = '0', more = '0'] =
    ISO_DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) >= 60 || Number(ahead) > 14)
    return undefined;
  const offset = (Number(ahead) * 60 + Number(more)) * (sign === '-' ? -1 : 1);
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  return (date.getTime() + minutes * MINUTE_MS + Number(second) * 1000) / DAY_MS;
}
