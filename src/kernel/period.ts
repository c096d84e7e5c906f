/** Periods are half-open, `[from, to)`, in UTC: two that meet share no instant and lose none. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** @throws RangeError when the period is empty or runs backwards. */
export function period(from: Date, to: Date): Period {
  if (!(from < to)) throw new RangeError('a period must end after it begins');
  return { from, to };
}

export function contains({ from, to }: Period, instant: Date): boolean {
  return from <= instant && instant < to;
}

/** The calendar month (UTC) in which an instant lies. */
export function monthOf(instant: Date): Period {
  const year = instant.getUTCFullYear();
  const month = instant.getUTCMonth();
  return { from: new Date(Date.UTC(year, month, 1)), to: new Date(Date.UTC(year, month + 1, 1)) };
}
