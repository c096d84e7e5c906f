/** The words of orders: a wish of somebody’s, what it asks of Stripe, and who does it there. */
import type { OrderKind, OrderRequests, OrderResults } from './plan-order.entity';

/** Who wants what: the caller's input and key tell a repetition from a new wish. */
export interface Wish {
  readonly customerId: string;
  readonly input: object;
  readonly idempotencyKey?: string | null;
}

/** What is to be asked of Stripe for a wish. */
export interface Asked<K extends OrderKind> {
  readonly kind: K;
  readonly request: OrderRequests[K];
}

export interface PlacedOrder {
  readonly customerId: string;
  readonly orderId: string;
}

/** An order as a handler sees it. */
export interface CarriedOrder {
  readonly customerId: string;
  readonly orderId: string;
  /** Under which Stripe does it once. */
  readonly key: string;
  readonly createdAt: Date;
}

/** How an order of a kind is done at Stripe. Each looks first whether it is done. */
export type OrderHandlers = {
  readonly [K in OrderKind]: (order: CarriedOrder, request: OrderRequests[K]) => Promise<OrderResults[K]>;
};
