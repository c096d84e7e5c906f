/** Plans, subscriptions and invoices by id, for `node(id)` and for fields of other modules; and what is in force for whom. */
import type { Database } from '../../platform/database';
import { defineLoader, inOrder } from '../../platform/graphql';
import { Invoice } from './invoice/invoice.entity';
import { Plan } from './plan/plan.entity';
import { MoneyRequest } from './review/money-request.entity';
import { BillingReconciliation } from './reconciliation/billing-reconciliation.entity';
import { StripeEvent } from './stripe/stripe-event.entity';
import { PlanSubscription } from './subscription/plan-subscription.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface BillingLoaders {
  readonly planById: Loader<Plan>;
  readonly subscriptionById: Loader<PlanSubscription>;
  readonly invoiceById: Loader<Invoice>;
  readonly stripeEventById: Loader<StripeEvent>;
  readonly reconciliationById: Loader<BillingReconciliation>;
  readonly moneyRequestById: Loader<MoneyRequest>;
  /** By the id of the customer. */
  readonly subscriptionInForce: Loader<PlanSubscription>;
}

/** Each loader answers only what the caller's scope may see. */
export function createBillingLoaders({ read }: Database): BillingLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return {
    planById: byId(Plan),
    subscriptionById: byId(PlanSubscription),
    invoiceById: byId(Invoice),
    stripeEventById: byId(StripeEvent),
    reconciliationById: byId(BillingReconciliation),
    moneyRequestById: byId(MoneyRequest),
    subscriptionInForce: defineLoader<string, PlanSubscription | null>(async (ids, { scope }) => {
      const where = { customerId: { in: ids }, endedAt: null };
      return inOrder(
        ids,
        await read.list(PlanSubscription, { scope, where }),
        ({ customerId }) => customerId,
      );
    }),
  };
}
