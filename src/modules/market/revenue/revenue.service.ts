/** Keeps market's view of revenue: billing's events in, movements by month and present standings out. */
import type { UnitOfWork } from '../../../platform/database';
import type { DomainEvent, EventSubscriber, Projection } from '../../../platform/events';
import type { SubscriptionEventData } from '../../billing';
import { CustomerStanding } from './customer-standing.entity';
import { RevenueMovement } from './revenue-movement.entity';
import { monthKey, withChange } from './revenue-movement';

const NAME = 'market.revenue';

export class RevenueService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The writes commit together with the subscriber's progress, so an event counts once. */
  readonly subscriber: EventSubscriber = {
    name: NAME,
    types: ['subscription.started', 'subscription.changed', 'subscription.canceled'],
    handle: async (events) => {
      for (const event of events) await this.project(event);
    },
  };

  readonly projection: Projection = {
    name: NAME,
    tables: ['revenue_movements', 'customer_standings'],
    holds: 'revenue by month, and what each customer pays now',
  };

  private async project(event: DomainEvent): Promise<void> {
    const { customerId } = event;
    if (customerId === null) return;
    const data = event.data as SubscriptionEventData;
    const [now, before] = [BigInt(data.monthlyMinor), BigInt(data.previousMonthlyMinor)];
    // Another plan for the same money moves nothing, but it is another plan.
    if (now !== before || now > 0n) await this.move(customerId, data, monthKey(event.at), now - before);
    await this.stand(customerId, event, data);
  }

  private async move(
    customerId: string,
    { currency, planId }: SubscriptionEventData,
    month: string,
    delta: bigint,
  ): Promise<void> {
    const rows = this.unitOfWork.repository(RevenueMovement);
    const history = (await rows.findBy({ customerId, currency })).map((row) => ({
      ...row,
      openingMinor: BigInt(row.openingMinor),
      closingMinor: BigInt(row.closingMinor),
    }));
    const plans = new Map(history.map((row) => [row.month, row.planId])).set(month, planId);
    for (const { openingMinor, closingMinor, ...movement } of withChange(history, month, delta)) {
      await rows.upsert(
        {
          customerId,
          currency,
          month: movement.month,
          kind: movement.kind,
          openingMinor: openingMinor.toString(),
          closingMinor: closingMinor.toString(),
          planId: plans.get(movement.month)!,
        },
        ['customerId', 'currency', 'month'],
      );
    }
  }

  private async stand(
    customerId: string,
    { type, subject, at }: DomainEvent,
    { planCode, monthlyMinor, currency }: SubscriptionEventData,
  ): Promise<void> {
    const rows = this.unitOfWork.repository(CustomerStanding);
    if (type === 'subscription.canceled') {
      await rows.update({ customerId, subscriptionId: subject }, { monthlyMinor: '0' });
      return;
    }
    await rows.upsert({ customerId, subscriptionId: subject, planCode, monthlyMinor, currency, since: at }, [
      'customerId',
    ]);
  }
}
