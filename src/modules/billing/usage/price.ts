/** Prices and costs, exact: decimal strings of minor units, never a float. */
import { addDecimals, multiplyDecimal } from '../../../kernel/money';
import type { UsageUnits } from './metering';

/** What the price book charges for. */
export enum UsageUnit {
  REQUEST = 'REQUEST',
  CACHED_REQUEST = 'CACHED_REQUEST',
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

const MILLISECONDS_IN_SECOND = '0.001';

/** The entry of a unit for a model: the model's own before the general one; a unit without an entry is free. */
export function unitAmountOf(
  book: readonly PriceBookEntry[],
  unit: UsageUnit,
  modelId: string | null,
): string {
  const entries = book.filter((entry) => entry.unit === unit);
  const own = entries.find((entry) => entry.modelId === modelId);
  return (own ?? entries.find((entry) => entry.modelId === null))?.unitAmount ?? '0';
}

function quantityOf(units: UsageUnits, unit: UsageUnit): number {
  switch (unit) {
    case UsageUnit.REQUEST:
      return units.requests;
    case UsageUnit.CACHED_REQUEST:
      return units.cachedRequests ?? 0;
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
  return addDecimals(
    ...Object.values(UsageUnit).map((unit) =>
      multiplyDecimal(unitAmountOf(book, unit, modelId), quantityOf(units, unit)),
    ),
  );
}

/** What device time costs us, by the price of a device-second. */
export function costOfDeviceTime(pricePerSecond: string, deviceMs: number): string {
  return multiplyDecimal(multiplyDecimal(pricePerSecond, MILLISECONDS_IN_SECOND), deviceMs);
}
