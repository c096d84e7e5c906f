/**
 * Money is an integer of minor units (bigint) and an ISO 4217 currency; unit prices are decimal strings, because a
 * request costs a fraction of a cent. There is one rounding function and never a float.
 */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Digits after the decimal point of a unit price or cost: enough for 1e-9 of a minor unit. */
const SCALE = 12;
const UNIT = 10n ** BigInt(SCALE);
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
/**
 * How many decimals a minor unit stands for where it is not two, as Stripe's API counts
 * (https://docs.stripe.com/currencies): ISK and UGX have no coins, and are still told in hundredths.
 */
const DIGITS = new Map<string, number>([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'JPY',
    'KMF',
    'KRW',
    'MGA',
    'PYG',
    'RWF',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((currency) => [currency, 0] as const),
  ...['BHD', 'JOD', 'KWD', 'OMR', 'TND'].map((currency) => [currency, 3] as const),
]);

/** Decimals of an amount in minor units: 0 for yen, 3 for dinars, else 2. */
export function minorDigits(currency: string): number {
  return DIGITS.get(currency.toUpperCase()) ?? 2;
}

/** The smallest step of an amount that a card can be charged: of three decimals the last is 0. */
export function chargeStep(currency: string): bigint {
  return minorDigits(currency) === 3 ? 10n : 1n;
}

export function money(amountMinor: bigint | number, currency: string): Money {
  return { amountMinor: BigInt(amountMinor), currency: currency.toUpperCase() };
}

/** @throws RangeError when the currencies differ: adding them would be a lie. */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${b.currency} to ${a.currency}`);
  return { amountMinor: a.amountMinor + b.amountMinor, currency: a.currency };
}

export function subtract(a: Money, b: Money): Money {
  return add(a, { amountMinor: -b.amountMinor, currency: b.currency });
}

/** "12.34 USD"; the minor digits follow the currency. */
export function format({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const text = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = digits ? text.slice(0, -digits) : text;
  return `${sign}${whole}${digits ? `.${text.slice(-digits)}` : ''} ${currency}`;
}

/** A decimal string as a fixed-point integer with 12 fractional digits. @throws RangeError when it is not a decimal. */
function parse(decimal: string): bigint {
  const match = DECIMAL.exec(decimal);
  if (!match || (match[3]?.length ?? 0) > SCALE)
    throw new RangeError(`not a decimal with at most ${SCALE} places: ${decimal}`);
  const value = BigInt(match[2]! + (match[3] ?? '').padEnd(SCALE, '0'));
  return match[1] ? -value : value;
}

function print(value: bigint): string {
  const text = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  const fraction = text.slice(-SCALE).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${text.slice(0, -SCALE)}${fraction && `.${fraction}`}`;
}

/** unit price × quantity, exact to 12 places; quantity may be fractional (device milliseconds). */
export function multiplyDecimal(unitPrice: string, quantity: string | number | bigint): string {
  return print(product(unitPrice, quantity));
}

/** Σ unit price × quantity, each product exact to 12 places. */
export function sumOfProducts(
  products: readonly (readonly [unitPrice: string, quantity: string | number])[],
): string {
  let sum = 0n;
  for (const [unitPrice, quantity] of products) sum += product(unitPrice, quantity);
  return print(sum);
}

function product(unitPrice: string, quantity: string | number | bigint): bigint {
  const price = unitPriceOf(unitPrice);
  // Most quantities are counts, which need not be written and read to be multiplied.
  if (typeof quantity === 'number' && Number.isSafeInteger(quantity)) return price * BigInt(quantity);
  const times = typeof quantity === 'number' ? quantity.toFixed(6) : String(quantity);
  return (price * parse(times)) / UNIT;
}

/** There are a few prices, and each is multiplied thousands of times a second. */
const MOST_PRICES = 1000;
const unitPrices = new Map<string, bigint>();

function unitPriceOf(decimal: string): bigint {
  let price = unitPrices.get(decimal);
  if (price === undefined) {
    price = parse(decimal);
    if (unitPrices.size >= MOST_PRICES) unitPrices.clear();
    unitPrices.set(decimal, price);
  }
  return price;
}

/** A decimal in so many equal parts: one of them, cut to 12 places. */
export function divideDecimal(decimal: string, parts: bigint): string {
  return print(parse(decimal) / parts);
}

export function addDecimals(...decimals: string[]): string {
  let sum = 0n;
  let last: string | undefined;
  let value = 0n;
  for (const decimal of decimals) {
    // What is added up is often the same price over and over.
    if (decimal !== last) value = parse((last = decimal));
    sum += value;
  }
  return print(sum);
}

export function subtractDecimals(a: string, b: string): string {
  return print(parse(a) - parse(b));
}

export function compareDecimals(a: string, b: string): number {
  const difference = parse(a) - parse(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The one rounding function: a decimal of minor units to whole minor units, half away from zero (as Stripe rounds a line). */
export function roundToMinor(decimalMinor: string): bigint {
  const value = parse(decimalMinor);
  const half = UNIT / 2n;
  return value < 0n ? -((-value + half) / UNIT) : (value + half) / UNIT;
}
