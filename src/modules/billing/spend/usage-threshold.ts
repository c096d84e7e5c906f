/** At which parts of a limit people are told, and which of them are reached. Pure and exact: nothing is divided. */
import { compareDecimals, multiplyDecimal } from '../../../kernel/money';

/** Percents of the limit, each told once a period. */
export const THRESHOLDS = [50, 80, 100] as const;

export enum AlertSubject {
  REQUESTS = 'REQUESTS',
  SPEND = 'SPEND',
}

/** How far something has come: decimals in the same unit. */
export interface Progress {
  readonly subject: AlertSubject;
  readonly used: string;
  readonly limit: string;
}

/** The thresholds that are reached, lowest first. A limit of nothing has no parts: none is. */
export function reachedThresholds({ used, limit }: Pick<Progress, 'used' | 'limit'>): number[] {
  if (compareDecimals(limit, '0') <= 0) return [];
  const hundredfold = multiplyDecimal(used, 100n);
  return THRESHOLDS.filter(
    (percent) => compareDecimals(hundredfold, multiplyDecimal(limit, BigInt(percent))) >= 0,
  );
}
