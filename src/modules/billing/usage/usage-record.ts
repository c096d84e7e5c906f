/** The usage record: what inferences that were finished together have used, added up as far as no report tells them apart. */
import { addDecimals } from '../../../kernel/money';
import type { SettlementEntry } from './metering';

/** In a millisecond. */
const NANOSECONDS = 1_000_000;

export interface UsageRecord {
  readonly customerId: string;
  readonly periodStart: Date;
  readonly leaseId: string;
  readonly planId: string;
  readonly modelId: string;
  readonly deploymentId: string | null;
  readonly principalId: string | null;
  readonly endUserId: string | null;
  readonly currency: string;
  /** When the first of them began. */
  readonly createdAt: Date;
  readonly firstInferenceId: string;
  readonly inferenceIds: readonly string[];
  readonly requests: number;
  readonly cachedRequests: number;
  readonly economyRequests: number;
  readonly rows: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Decimal strings: milliseconds to the nanosecond, and minor units. */
  readonly deviceMs: string;
  readonly price: string;
  readonly cost: string;
}

/** None spans two seconds, and what is free stays apart from what is charged. */
export function usageRecords(entries: readonly SettlementEntry[]): UsageRecord[] {
  const groups: SettlementEntry[][] = [];
  for (const entry of entries) {
    const group = groups.find(([first]) => areAlike(first!, entry));
    if (group) group.push(entry);
    else groups.push([entry]);
  }
  return groups.map(recordOf);
}

export function isUncharged({ price }: Pick<UsageRecord, 'price'>): boolean {
  return price === '0';
}

function areAlike(one: SettlementEntry, other: SettlementEntry): boolean {
  return (
    // A lease is of one customer and one period.
    one.reservation.leaseId === other.reservation.leaseId &&
    one.modelId === other.modelId &&
    one.deploymentId === other.deploymentId &&
    one.principalId === other.principalId &&
    one.endUserId === other.endUserId &&
    one.price.planId === other.price.planId &&
    one.price.currency === other.price.currency &&
    isUncharged(one.price) === isUncharged(other.price) &&
    secondOf(one) === secondOf(other)
  );
}

function secondOf({ createdAt }: SettlementEntry): number {
  return Math.floor(createdAt.getTime() / 1000);
}

function recordOf(entries: readonly SettlementEntry[]): UsageRecord {
  const first = entries.reduce((earliest, entry) =>
    entry.inferenceId < earliest.inferenceId ? entry : earliest,
  );
  const { customerId, reservation, modelId, deploymentId, principalId, endUserId, price, inferenceId } =
    first;
  let [requests, cachedRequests, economyRequests, rows, promptTokens, completionTokens] = [0, 0, 0, 0, 0, 0];
  // A whole number, so that the sum is exact: of a hundred days it has not passed 2^53.
  let nanoseconds = 0;
  let createdAt = first.createdAt;
  for (const entry of entries) {
    const asked = entry.reservation.requests;
    requests += asked;
    if (entry.cached) cachedRequests += asked;
    if (entry.economy) economyRequests += asked;
    rows += entry.rows;
    nanoseconds += Math.round(entry.deviceMs * NANOSECONDS);
    promptTokens += entry.promptTokens ?? 0;
    completionTokens += entry.completionTokens ?? 0;
    if (entry.createdAt < createdAt) createdAt = entry.createdAt;
  }
  return {
    customerId,
    periodStart: reservation.periodStart,
    leaseId: reservation.leaseId,
    planId: price.planId,
    modelId,
    deploymentId,
    principalId: principalId ?? null,
    endUserId,
    currency: price.currency,
    createdAt,
    firstInferenceId: inferenceId,
    inferenceIds: entries.map((entry) => entry.inferenceId),
    requests,
    cachedRequests,
    economyRequests,
    rows,
    promptTokens,
    completionTokens,
    deviceMs: (nanoseconds / NANOSECONDS).toFixed(6),
    price: addDecimals(...entries.map((entry) => entry.price.price)),
    cost: addDecimals(...entries.map(({ cost }) => cost)),
  };
}
