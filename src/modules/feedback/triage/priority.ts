/**
 * How urgent feedback is: who asked and what they pay, how many they are, how bad it is, and how long it has waited. The
 * formula is stored with the number, so that nobody has to guess where it came from.
 */
const DAY_MS = 86_400_000;
/** After this long, waiting adds no more. */
const FULL_AGE_DAYS = 30;
const UNKNOWN_SEVERITY = 3;
const WEIGHT_OF_SEVERITY: Readonly<Record<number, number>> = { 1: 8, 2: 4, 3: 2, 4: 1 };
const DUE_DAYS: Readonly<Record<number, number>> = { 1: 1, 2: 3, 3: 14, 4: 60 };

export const PRIORITY_FORMULA =
  'weight(severity) × (1 + log10(1 + monthly revenue)) × (1 + log2(votes)) × (1 + min(age in days, 30) / 30); weight 8, 4, 2, 1 for severity 1–4, none counts as 3';

export interface PriorityTerms {
  /** Minor units of what those who asked pay in a month. */
  readonly monthlyRevenueMinor: string;
  readonly currency: string;
  /** How many said it, merged feedback included. */
  readonly votes: number;
  /** 1 is worst; null before it was judged. */
  readonly severity: number | null;
  readonly ageDays: number;
}

export function priorityOf({ monthlyRevenueMinor, votes, severity, ageDays }: PriorityTerms): number {
  const weight = WEIGHT_OF_SEVERITY[severity ?? UNKNOWN_SEVERITY]!;
  const money = 1 + Math.log10(1 + Number(monthlyRevenueMinor) / 100);
  const reach = 1 + Math.log2(Math.max(1, votes));
  const age = 1 + Math.min(ageDays, FULL_AGE_DAYS) / FULL_AGE_DAYS;
  return Math.round(weight * money * reach * age * 1000) / 1000;
}

export function ageInDays(createdAt: Date, now: Date): number {
  return Math.floor(Math.max(0, now.getTime() - createdAt.getTime()) / DAY_MS);
}

/** Until when it should be answered; null before its severity was judged. */
export function dueAt(severity: number | null, createdAt: Date): Date | null {
  const days = severity === null ? undefined : DUE_DAYS[severity];
  return days === undefined ? null : new Date(createdAt.getTime() + days * DAY_MS);
}
