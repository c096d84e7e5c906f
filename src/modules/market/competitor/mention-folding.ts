/** Folds who spoke of which competitor into counts by segment, with what those customers pay and how their words lean. Pure. */
import type { FeedbackLeaning } from '../../feedback';

/** Of fewer people no mean is told: it would be the word of somebody. */
const LEAST_PEOPLE = 5;

/** One piece of feedback that names a competitor. */
export interface Mention {
  readonly competitorId: string;
  readonly feedbackId: string;
  readonly customerId: string;
  /** In the period; else in the one before. */
  readonly isNow: boolean;
  readonly segment: string | null;
  /** What its customer pays a month, in minor units of one currency. */
  readonly monthlyMinor: bigint;
}

export interface MentionSums {
  readonly feedback: number;
  readonly customers: number;
  readonly monthlyMinor: bigint;
  /** Mean, from −1 to 1; null of too few people. */
  readonly sentiment: number | null;
  readonly feedbackBefore: number;
  /** Null where there was nothing before. */
  readonly growth: number | null;
}

export interface CompetitorMentions {
  readonly competitorId: string;
  readonly total: MentionSums;
  /** Most spoken of first; null for customers who gave no segment. */
  readonly segments: readonly { readonly segment: string | null; readonly sums: MentionSums }[];
}

/** Most spoken of first. */
export function foldMentions(
  mentions: readonly Mention[],
  leanings: readonly FeedbackLeaning[],
): CompetitorMentions[] {
  const leaningOf = new Map(leanings.map((leaning) => [leaning.feedbackId, leaning]));
  return groupsOf(mentions, ({ competitorId }) => competitorId)
    .map(([competitorId, own]) => ({
      competitorId,
      total: sumsOf(own, leaningOf),
      segments: groupsOf(own, ({ segment }) => segment)
        .map(([segment, some]) => ({ segment, sums: sumsOf(some, leaningOf) }))
        .sort((a, b) => bySize(a.sums, b.sums) || order(a.segment ?? '\uffff', b.segment ?? '\uffff')),
    }))
    .sort((a, b) => bySize(a.total, b.total) || order(a.competitorId, b.competitorId));
}

function sumsOf(mentions: readonly Mention[], leaningOf: ReadonlyMap<string, FeedbackLeaning>): MentionSums {
  const now = mentions.filter(({ isNow }) => isNow);
  const before = mentions.length - now.length;
  const paid = new Map(now.map(({ customerId, monthlyMinor }) => [customerId, monthlyMinor]));
  const judged = now.flatMap(({ feedbackId }) => leaningOf.get(feedbackId) ?? []);
  const people = new Set(judged.map(({ giver }) => giver));
  const sum = judged.reduce((total, { score }) => total + score, 0);
  return {
    feedback: now.length,
    customers: paid.size,
    monthlyMinor: [...paid.values()].reduce((total, amount) => total + amount, 0n),
    sentiment: people.size < LEAST_PEOPLE ? null : sum / judged.length,
    feedbackBefore: before,
    growth: before === 0 ? null : now.length / before - 1,
  };
}

function groupsOf<K>(mentions: readonly Mention[], keyOf: (mention: Mention) => K): [K, Mention[]][] {
  const groups = new Map<K, Mention[]>();
  for (const mention of mentions) {
    const group = groups.get(keyOf(mention));
    if (group) group.push(mention);
    else groups.set(keyOf(mention), [mention]);
  }
  return [...groups];
}

function bySize(a: MentionSums, b: MentionSums): number {
  return b.feedback - a.feedback || b.feedbackBefore - a.feedbackBefore;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
