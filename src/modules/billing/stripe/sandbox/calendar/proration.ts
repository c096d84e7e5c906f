/** What is left of a period's price: per line, to the second, rounded once to the minor unit, half away from zero. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `amount` for the part of `period` that lies after `from`. Integers in, an integer out. */
export function remainingShare(amount: number, period: Span, from: number): number {
  const whole = BigInt(period.end - period.start);
  const left = BigInt(Math.min(Math.max(period.end - from, 0), period.end - period.start));
  return Number(divideRounded(BigInt(amount) * left, whole));
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const rounded = ((negative ? -numerator : numerator) * 2n + denominator) / (denominator * 2n);
  return negative ? -rounded : rounded;
}
