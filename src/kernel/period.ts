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
