/** Releases and budgets are about calendar months in UTC: months do not overlap, so no row is asked about under two budgets. */
import type { Period } from '../../../kernel/period';
import { notOneMonth } from './release.errors';

/** @throws AppError INVALID_INPUT at `path` unless the period is exactly one calendar month. */
export function monthAsked({ from, to }: Period, path: readonly string[]): Period {
  const first = new Date(from);
  first.setUTCHours(0, 0, 0, 0);
  first.setUTCDate(1);
  const next = new Date(first);
  next.setUTCMonth(next.getUTCMonth() + 1);
  if (first.getTime() !== from.getTime() || next.getTime() !== to.getTime()) throw notOneMonth(path);
  return { from: first, to: next };
}

/** `2026-10`. */
export function monthName(from: Date): string {
  return from.toISOString().slice(0, 7);
}
