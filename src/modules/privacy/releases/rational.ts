/**
 * Exact fractions of whole numbers. Privacy losses, scales and budgets are fractions from the decimal that was asked for to
 * the noise that is drawn: a rounded number in between would make the guarantee one about another mechanism.
 */
export interface Rational {
  readonly numerator: bigint;
  /** Above zero; the fraction is in lowest terms. */
  readonly denominator: bigint;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** @param denominator above zero. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  const common = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / common, denominator: denominator / common };
}

/** @throws RangeError when the text is no decimal. */
export function fromDecimal(text: string): Rational {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal: ${text}`);
  const fraction = match[3] ?? '';
  const value = BigInt(match[2]! + fraction);
  return rational(match[1] ? -value : value, 10n ** BigInt(fraction.length));
}

export function plus(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function minus(a: Rational, b: Rational): Rational {
  return plus(a, { ...b, numerator: -b.numerator });
}

export function times(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @param b above zero. */
export function over(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function isLess(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

/** The largest whole number that is not above it. */
export function floor({ numerator, denominator }: Rational): bigint {
  const towardsZero = numerator / denominator;
  return numerator < 0n && towardsZero * denominator !== numerator ? towardsZero - 1n : towardsZero;
}

/** For what is only shown: the nearest double. */
export function toNumber({ numerator, denominator }: Rational): number {
  return Number(numerator) / Number(denominator);
}

/** As a decimal of at most so many places, without idle zeros; what lies between two is rounded up, so that a charge is never too small. */
export function toDecimal(value: Rational, places: number): string {
  const unit = 10n ** BigInt(places);
  const scaled = -floor({ numerator: -value.numerator * unit, denominator: value.denominator });
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${fraction && `.${fraction}`}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
