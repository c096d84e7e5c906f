/** Prices and costs, exact: decimal strings of minor units, never a float. */
import { compareDecimals, multiplyDecimal, sumOfProducts } from '../../../kernel/money';
import type { UsageUnits } from './metering';

/** What the price book charges for. */
export enum UsageUnit {
  REQUEST = 'REQUEST',
  CACHED_REQUEST = 'CACHED_REQUEST',
  ECONOMY_REQUEST = 'ECONOMY_REQUEST',
  ROW = 'ROW',
  DEVICE_MILLISECOND = 'DEVICE_MILLISECOND',
  PROMPT_TOKEN = 'PROMPT_TOKEN',
  COMPLETION_TOKEN = 'COMPLETION_TOKEN',
}

export interface PriceBookEntry {
  readonly unit: UsageUnit;
  /** null = every model that has no entry of its own. */
  readonly modelId: string | null;
  readonly unitAmount: string;
}

/** Of all costs: the configuration prices the device in it, and price lists of remote engines are given in it. There are no exchange rates (decision 371). */
export const COST_CURRENCY = 'USD';

const ALL_UNITS = Object.values(UsageUnit);
const MILLISECONDS_IN_SECOND = '0.001';

/** Units that are another unit where a book says nothing of them: who sold requests sold repeated and deferred ones among them. */
const SOLD_AS: Partial<Record<UsageUnit, UsageUnit>> = {
  [UsageUnit.CACHED_REQUEST]: UsageUnit.REQUEST,
  [UsageUnit.ECONOMY_REQUEST]: UsageUnit.REQUEST,
};

/** The entry of a unit for a model: the model's own before the general one. A unit that was not agreed on is free. */
export function unitAmountOf(
  book: readonly PriceBookEntry[],
  unit: UsageUnit,
  modelId: string | null,
): string {
  const entryFor = (model: string | null): PriceBookEntry | undefined =>
    book.find((entry) => entry.unit === unit && entry.modelId === model);
  const entry = entryFor(modelId) ?? entryFor(null);
  if (entry) return entry.unitAmount;
  const sold = SOLD_AS[unit];
  return sold ? unitAmountOf(book, sold, modelId) : '0';
}

function quantityOf(units: UsageUnits, unit: UsageUnit): number {
  switch (unit) {
    case UsageUnit.REQUEST:
      return units.requests;
    case UsageUnit.CACHED_REQUEST:
      return units.cachedRequests ?? 0;
    case UsageUnit.ECONOMY_REQUEST:
      return units.economyRequests ?? 0;
    case UsageUnit.ROW:
      return units.rows;
    case UsageUnit.DEVICE_MILLISECOND:
      return units.deviceMs;
    case UsageUnit.PROMPT_TOKEN:
      return units.promptTokens ?? 0;
    case UsageUnit.COMPLETION_TOKEN:
      return units.completionTokens ?? 0;
  }
}

/** The price of a piece of work by the book. */
export function priceByBook(
  book: readonly PriceBookEntry[],
  modelId: string | null,
  units: UsageUnits,
): string {
  return priceOfQuantities(book, modelId, (unit) => quantityOf(units, unit));
}

/** The one rating there is. Prices are linear: sums of many pieces of work are priced like one. */
export function priceOfQuantities(
  book: readonly PriceBookEntry[],
  modelId: string | null,
  quantity: (unit: UsageUnit) => string | number,
): string {
  return sumOfProducts(
    ALL_UNITS.map((unit) => [unit, quantity(unit)] as const)
      .filter(([, many]) => many !== 0)
      .map(([unit, many]) => [unitAmountOf(book, unit, modelId), many] as const),
  );
}

/** Units that every book must price, be it at 0: what is left out by mistake would be given away. */
export const PRICED_UNITS: readonly UsageUnit[] = [
  UsageUnit.REQUEST,
  UsageUnit.CACHED_REQUEST,
  UsageUnit.PROMPT_TOKEN,
  UsageUnit.COMPLETION_TOKEN,
];

/** Of the units that must have a price for every model, those that have none. */
export function unpricedUnits(book: readonly PriceBookEntry[]): UsageUnit[] {
  return PRICED_UNITS.filter((unit) => !book.some((entry) => entry.unit === unit && entry.modelId === null));
}

/** Whether nothing by this book is ever charged. */
export function isFree(book: readonly PriceBookEntry[]): boolean {
  return book.every(({ unitAmount }) => compareDecimals(unitAmount, '0') === 0);
}

/** What one request costs at most before its other units are counted. */
export function highestPerRequest(book: readonly PriceBookEntry[]): string {
  const units = [UsageUnit.REQUEST, UsageUnit.CACHED_REQUEST, UsageUnit.ECONOMY_REQUEST];
  return [null, ...book.map(({ modelId }) => modelId)]
    .flatMap((modelId) => units.map((unit) => unitAmountOf(book, unit, modelId)))
    .reduce((highest, amount) => (compareDecimals(amount, highest) > 0 ? amount : highest));
}

/** What device time costs us, by the price of a device-second. */
export function costOfDeviceTime(pricePerSecond: string, deviceMs: number): string {
  return multiplyDecimal(multiplyDecimal(pricePerSecond, MILLISECONDS_IN_SECOND), deviceMs);
}
