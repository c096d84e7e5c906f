/**
 * The words in which the path of a prediction talks with billing: what was reserved, what is settled, what it costs.
 * Plain types without behaviour, so that inference and its tests need nothing of ours to speak them.
 */

import type { PlanFeature, PlanRate } from '../plan/entitlement-terms';

/** A promise of requests out of the customer's quota. It must be released, or settled by the record of what was used. */
export interface Reservation {
  readonly customerId: string;
  readonly leaseId: string;
  /** Start of the billing period out of whose quota it was taken. */
  readonly periodStart: Date;
  readonly requests: number;
}

/** What a piece of work consumed. */
export interface UsageUnits {
  readonly requests: number;
  readonly rows: number;
  readonly deviceMs: number;
  /** Those that were given an earlier answer again; they are not among `requests`. */
  readonly cachedRequests?: number;
  /** Those that might wait for a quiet moment; they are not among `requests` either. */
  readonly economyRequests?: number;
  /** Of a text: what was read and what was written; absent for rows. */
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

/** What a piece of work costs the customer, under the plan that stood at that moment. */
export interface Price {
  /** Decimal string of minor units: a request costs fractions of a cent. */
  readonly price: string;
  readonly currency: string;
  readonly planId: string;
  readonly planCode: string;
  readonly planVersion: number;
  /** Share of the fair queue that the plan buys. */
  readonly weight: number;
}

/** One finished inference, as it enters the usage records: in the transaction that writes its own record, so once. */
export interface SettlementEntry {
  readonly reservation: Reservation;
  readonly inferenceId: string;
  readonly customerId: string;
  readonly endUserId: string | null;
  /** Who called: member, API key or end user. */
  readonly principalId?: string | null;
  readonly modelId: string;
  readonly deploymentId: string | null;
  readonly deviceMs: number;
  readonly rows: number;
  /** An earlier answer was given again: the whole reservation is charged as that. */
  readonly cached?: boolean;
  /** It might wait for a quiet moment: the whole reservation is charged as that. */
  readonly economy?: boolean;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Equals `bornAt(inferenceId)`: it chooses the partition. */
  readonly createdAt: Date;
  readonly price: Pick<Price, 'price' | 'currency' | 'planId'>;
  /** Decimal string of minor units, in the currency of the price: what the device time cost us. */
  readonly cost: string;
}

/** Who is told how far periods have come, after the commit; it must not keep anybody waiting. */
export interface UsageWatch {
  settled(periods: readonly SettledPeriod[]): void;
  /** A request was refused because the spend cap cannot pay for it. */
  capped(customerId: string): void;
}

/** How far a customer's period has come, after what was just settled. Amounts are decimals of minor units. */
export interface SettledPeriod {
  readonly customerId: string;
  readonly periodStart: Date;
  readonly settled: number;
  readonly charged: string;
  /** What of it credits paid: the rest is owed. */
  readonly credited: string;
}

export interface MeteringService {
  /** Takes requests from the customer's quota, in memory as a rule. @throws AppError QUOTA_EXCEEDED (limit, used, resetsAt). */
  reserve(customerId: string, requests: number): Promise<Reservation>;
  /**
   * For what is accepted now and done later, when it is reserved: nothing is taken, and nothing is promised. From memory while this
   * process holds some of the quota. @throws AppError as `reserve` would now.
   */
  assertLeft(customerId: string, requests: number): Promise<void>;
  /** Gives back a reservation whose work was not done. */
  release(reservation: Reservation): void;
  /**
   * Writes the usage records and moves the counters, in the caller's service unit of work. Of many at once it writes down what
   * they used, no less safe, and does the rest within a quarter of a second.
   */
  settle(entries: readonly SettlementEntry[]): Promise<void>;
  /** Told of what was settled by a commit that was not heard of. */
  settledBefore(reservations: readonly Reservation[]): void;
}

/** The terms under which a customer is served now, from memory. */
export interface CustomerTerms {
  readonly planId: string;
  readonly planCode: string;
  readonly planVersion: number;
  readonly currency: string;
  readonly weight: number;
  /** Names of the models that the plan allows; null = all. */
  readonly models: readonly string[] | null;
  /** null = all. */
  readonly features: readonly PlanFeature[] | null;
}

export interface PricingService {
  /** How fast the plan lets a customer's servers call, from memory; undefined when the plan says nothing or is not known yet. */
  rateOf(customerId: string): PlanRate | undefined;
  /** From memory as a rule; dropped by the signal `billing.changed`. */
  termsOf(customerId: string): Promise<CustomerTerms>;
  priceOf(customerId: string, modelId: string, units: UsageUnits): Promise<Price>;
  /** What device time costs us: decimal string of minor units. */
  costOf(deviceMs: number): string;
}
