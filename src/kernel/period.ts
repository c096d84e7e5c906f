/** Periods are half-open, `[from, to)`, in UTC: two that meet share no instant and lose none. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

export function contains({ from, to }: Period, instant: Date): boolean {
  return from <= instant && instant < to;
}
