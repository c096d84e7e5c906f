/** The views of the market as tables for spreadsheets: each names its columns, and one mechanism writes them all, guarded (kernel/csv). */
import { type CsvCell, csvLine } from '../../../kernel/csv';
import type { Period } from '../../../kernel/period';
import type { PricingWhatIfInput } from '../pricing/pricing-what-if.input';

export enum MarketTable {
  REVENUE_MOVEMENTS = 'REVENUE_MOVEMENTS',
  COHORTS = 'COHORTS',
  CHANNELS = 'CHANNELS',
  FUNNEL = 'FUNNEL',
  DEMAND_MAP = 'DEMAND_MAP',
  COMPETITOR_MENTIONS = 'COMPETITOR_MENTIONS',
  PRODUCT_MARKET_FIT = 'PRODUCT_MARKET_FIT',
  PRICING_WHAT_IF = 'PRICING_WHAT_IF',
}

export interface TableQuestion {
  readonly table: MarketTable;
  readonly currency: string;
  readonly period: Period;
  /** Of PRICING_WHAT_IF alone. */
  readonly pricing: PricingWhatIfInput | null;
}

export type Columns<R> = Readonly<Record<string, (row: R) => CsvCell>>;

/** Columns and rows of one view. */
export interface TableView {
  lines(question: TableQuestion): Promise<CsvCell[][]>;
}

/** A view whose rows are read by `read`, with the header first. */
export function tableView<R>(
  read: (question: TableQuestion) => Promise<readonly R[]>,
  columns: Columns<R>,
): TableView {
  return {
    lines: async (question) => {
      const rows = await read(question);
      return [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))];
    },
  };
}

export function csvOf(lines: readonly CsvCell[][]): string {
  return lines.map(csvLine).join('');
}
