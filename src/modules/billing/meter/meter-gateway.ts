/** What the hand-over of usage asks of Stripe, in words of ours. */
import type { Period } from '../../../kernel/period';

export interface MeterReading {
  /** Ours, for ever: under one identifier nothing is counted twice. */
  readonly identifier: string;
  readonly stripeCustomerId: string;
  readonly eventName: string;
  readonly value: bigint;
  readonly meteredAt: Date;
}

export interface MeterGateway {
  /** Sees to it that the customer's subscriptions bill what is metered in this currency. */
  bill(stripeCustomerId: string, currency: string): Promise<void>;
  /** Hands one over; one that Stripe knows already is well. @throws Error when Stripe did not take it, or may not have. */
  hand(reading: MeterReading): Promise<void>;
  /** What Stripe counted between two whole minutes. */
  counted(stripeCustomerId: string, eventName: string, minutes: Period): Promise<bigint>;
}
