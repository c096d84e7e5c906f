/** What customers pay in a month, from their live subscriptions, as it stands in the books at this moment. */
import { type Database, type Scope } from '../../../platform/database';
import { PlanSubscription } from '../../billing';

/** Subscriptions in these states bring in money. */
const PAYING = ['TRIALING', 'ACTIVE', 'PAST_DUE'];

export interface Revenue {
  readonly minor: bigint;
  readonly currency: string;
}

export class MonthlyRevenue {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** One statement however many they are; who pays nothing is not in it. */
  async of(customerIds: readonly string[], scope: Scope): Promise<Map<string, Revenue>> {
    const subscriptions = await this.database.read.list(PlanSubscription, {
      scope,
      where: { customerId: { in: customerIds }, status: { in: PAYING }, endedAt: null },
      selection: { customerId: true, monthlyMinor: true, currency: true },
    });
    const revenue = new Map<string, Revenue>();
    for (const { customerId, monthlyMinor, currency } of subscriptions) {
      const known = revenue.get(customerId)?.minor ?? 0n;
      revenue.set(customerId, { minor: known + BigInt(monthlyMinor), currency });
    }
    return revenue;
  }
}
