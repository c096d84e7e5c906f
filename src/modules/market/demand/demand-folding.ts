/**
 * Folds what each customer said of each topic into a map of demand: segments down, topics across. Feedback adds up both ways, for it is of
 * one customer and of one topic at most. Customers and their revenue add up over segments alone: who speaks of two topics stands in both,
 * and in a total once.
 */
import type { TopicOfCustomer } from '../../feedback';

export interface CustomerFacts {
  readonly customerId: string;
  /** Null = none was given. */
  readonly segment: string | null;
  /** What it pays a month, in minor units of one currency. */
  readonly monthlyMinor: bigint;
}

export interface DemandSums {
  readonly feedback: number;
  readonly customers: number;
  readonly monthlyMinor: bigint;
  /** Mean, from −1 to 1; null of too few people. */
  readonly sentiment: number | null;
  readonly feedbackBefore: number;
  readonly customersBefore: number;
  readonly monthlyMinorBefore: bigint;
  /** Of the feedback against the period before; null where there was none. */
  readonly growth: number | null;
}

export interface TopicDemand {
  /** Null for all the others together. */
  readonly topicId: string | null;
  readonly label: string;
  readonly rest: boolean;
  readonly total: DemandSums;
}

export interface SegmentDemand {
  readonly segment: string | null;
  /** All the others together. */
  readonly rest: boolean;
  /** In the order of the topics. */
  readonly cells: readonly DemandSums[];
  readonly total: DemandSums;
}

export interface Demand {
  readonly topics: readonly TopicDemand[];
  readonly segments: readonly SegmentDemand[];
  readonly total: DemandSums;
}

/** How many are shown by themselves; what is beyond is added up. */
export interface DemandLimits {
  readonly topics: number;
  readonly segments: number;
}

/** Of fewer people no mean is told: it would be the word of somebody. */
const LEAST_PEOPLE = 5;

type Facts = ReadonlyMap<string, CustomerFacts>;

interface Band<K> {
  readonly key: K;
  readonly rest: boolean;
  readonly said: readonly TopicOfCustomer[];
}

/** Whatever the order of what was said: sums of fractions are taken in one order. */
export function foldDemand(
  said: readonly TopicOfCustomer[],
  customers: readonly CustomerFacts[],
  limits: DemandLimits,
): Demand {
  const facts = new Map(customers.map((customer) => [customer.customerId, customer]));
  const segmentOf = ({ customerId }: TopicOfCustomer): string | null =>
    facts.get(customerId)?.segment ?? null;
  const sorted = [...said].sort((a, b) => order(a.topicId, b.topicId) || order(a.customerId, b.customerId));
  const topics = bandsOf(sorted, ({ topicId }) => topicId, limits.topics);
  const segments = bandsOf(sorted, segmentOf, limits.segments);
  const columnOf = new Map(topics.flatMap((topic, at) => topic.said.map((part) => [part, at] as const)));
  return {
    topics: topics.map(({ key, rest, said: parts }) => ({
      topicId: key,
      label: rest ? '' : parts[0]!.label,
      rest,
      total: sumsOf(parts, facts),
    })),
    segments: segments.map(({ key, rest, said: parts }) => {
      const cells: TopicOfCustomer[][] = topics.map(() => []);
      for (const part of parts) cells[columnOf.get(part)!]!.push(part);
      return {
        segment: key,
        rest,
        cells: cells.map((cell) => sumsOf(cell, facts)),
        total: sumsOf(parts, facts),
      };
    }),
    total: sumsOf(sorted, facts),
  };
}

/** Those with the most feedback, the most first, and one for all the others if there are any. */
function bandsOf<K extends string | null>(
  said: readonly TopicOfCustomer[],
  keyOf: (part: TopicOfCustomer) => K,
  most: number,
): Band<K | null>[] {
  const parts = new Map<K, TopicOfCustomer[]>();
  for (const part of said) {
    const known = parts.get(keyOf(part));
    if (known) known.push(part);
    else parts.set(keyOf(part), [part]);
  }
  const ranked = [...parts]
    .map(([key, own]) => ({
      key,
      rest: false,
      said: own,
      now: total(own, 'count'),
      before: total(own, 'before'),
    }))
    .sort((a, b) => b.now - a.now || b.before - a.before || order(a.key ?? '', b.key ?? ''));
  const beyond = new Set<K>(ranked.slice(most).map(({ key }) => key));
  if (beyond.size === 0) return ranked;
  const rest = { key: null, rest: true, said: said.filter((part) => beyond.has(keyOf(part))) };
  return [...ranked.slice(0, most), rest];
}

function sumsOf(said: readonly TopicOfCustomer[], facts: Facts): DemandSums {
  const now = new Set(said.filter(({ count }) => count > 0).map(({ customerId }) => customerId));
  const then = new Set(said.filter(({ before }) => before > 0).map(({ customerId }) => customerId));
  const [feedback, feedbackBefore, judged] = [
    total(said, 'count'),
    total(said, 'before'),
    total(said, 'judged'),
  ];
  return {
    feedback,
    customers: now.size,
    monthlyMinor: paidBy(now, facts),
    sentiment: leastPeople(said) < LEAST_PEOPLE ? null : total(said, 'sentimentSum') / judged,
    feedbackBefore,
    customersBefore: then.size,
    monthlyMinorBefore: paidBy(then, facts),
    growth: feedbackBefore === 0 ? null : feedback / feedbackBefore - 1,
  };
}

/** How many people were judged at least: who speaks of several topics may be the same person each time. */
function leastPeople(said: readonly TopicOfCustomer[]): number {
  const most = new Map<string, number>();
  for (const { customerId, judgedPeople } of said)
    most.set(customerId, Math.max(most.get(customerId) ?? 0, judgedPeople));
  return [...most.values()].reduce((sum, people) => sum + people, 0);
}

function paidBy(customers: ReadonlySet<string>, facts: Facts): bigint {
  return [...customers].reduce((sum, id) => sum + (facts.get(id)?.monthlyMinor ?? 0n), 0n);
}

function total(
  said: readonly TopicOfCustomer[],
  what: 'count' | 'before' | 'judged' | 'sentimentSum',
): number {
  return said.reduce((sum, part) => sum + part[what], 0);
}

/** By code units, the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
