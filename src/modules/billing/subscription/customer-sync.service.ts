/**
 * `syncCustomer`, the only writer of the mirror. It reads what stands at Stripe now and writes that, so the order and
 * number of webhooks cannot hurt. No connection is held while Stripe is asked: a reading is written only when nobody
 * wrote since it began, else Stripe is asked again; so an older reading never overwrites a newer one.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { BILLING_CHANGED, type InvoiceEventData, subscriptionData } from '../billing.events';
import { Invoice, InvoiceStatus } from '../invoice/invoice.entity';
import type { PlanService } from '../plan/plan.service';
import type { StripeGateway, StripeInvoice, StripeReading } from '../stripe/stripe-gateway';
import { BillingAccount } from './billing-account.entity';
import { PlanSubscription } from './plan-subscription.entity';
import { type ProjectedEvent, projectSubscriptions, rowWithoutStripe } from './subscription-projection';

const MAX_READINGS = 10;

export class CustomerSyncService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly plans: PlanService,
    private readonly gateway: StripeGateway,
  ) {}

  /** Brings the mirror of one customer up to date. Answers our id of it, or null for one that is not ours. */
  async syncCustomer(stripeCustomerId: string): Promise<string | null> {
    for (let attempt = 1; attempt <= MAX_READINGS; attempt++) {
      const account = await this.accountOf(stripeCustomerId);
      if (!account) return null;
      const heardUpTo = await this.lastHeard(stripeCustomerId);
      const reading = await this.gateway.read(stripeCustomerId);
      const written = await this.database.unitOfWork.run(SERVICE, () =>
        this.write(account, stripeCustomerId, reading, heardUpTo),
      );
      if (written) return account.customerId;
    }
    throw new Error(`the mirror of ${stripeCustomerId} was overtaken ${MAX_READINGS} times`);
  }

  /** Puts a customer on a plan that Stripe does not know: FREE at sign-up, or a contract. Joins the open unit of work. */
  async placeOn(customerId: string, planCode: string): Promise<void> {
    const plan = await this.plans.byCode(planCode);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const now = this.clock.now();
      await unitOfWork.sql(
        'insert into billing_accounts (customer_id, created_at) values ($1, $2) on conflict do nothing',
        [customerId, now],
      );
      const subscriptions = unitOfWork.repository(PlanSubscription);
      await subscriptions
        .createQueryBuilder()
        .update()
        .set({ status: () => `'CANCELED'`, endedAt: now })
        .where('customer_id = :customerId and ended_at is null and stripe_subscription_id is null', {
          customerId,
        })
        .execute();
      const row = { ...rowWithoutStripe(plan, now), customerId, id: newId('sub', now), createdAt: now };
      await subscriptions.insert(row);
      const amounts = { monthlyMinor: '0', previousMonthlyMinor: '0', currency: plan.currency };
      await this.events.emit({
        type: 'subscription.started',
        customerId,
        subject: row.id,
        after: row,
        data: subscriptionData(plan, amounts, null),
      });
      await this.signals.publish(BILLING_CHANGED, { customerId });
    });
  }

  private async accountOf(stripeCustomerId: string): Promise<BillingAccount | null> {
    return this.database.read.one(BillingAccount, { scope: SERVICE, where: { stripeCustomerId } });
  }

  /** The last webhook that came before this reading: it and all before it are answered by the reading. */
  private async lastHeard(stripeCustomerId: string): Promise<string> {
    const [row] = await this.database.read.sql<{ position: string }>(
      SERVICE,
      'billing.last-heard',
      'select coalesce(max(position), 0)::text as position from stripe_inbox where stripe_customer_id = $1',
      [stripeCustomerId],
    );
    return row?.position ?? '0';
  }

  /** False when somebody wrote since the reading began. */
  private async write(
    { customerId, readings }: BillingAccount,
    stripeCustomerId: string,
    reading: StripeReading,
    heardUpTo: string,
  ): Promise<boolean> {
    const { unitOfWork } = this.database;
    const now = this.clock.now();
    const [current] = await unitOfWork.sql<{ readings: string }>(
      'select readings::text from billing_accounts where customer_id = $1 for update',
      [customerId],
    );
    if (current?.readings !== String(readings)) return false;
    await this.writeSubscriptions(customerId, stripeCustomerId, reading, now);
    for (const invoice of reading.invoices) await this.writeInvoice(customerId, invoice, now);
    await unitOfWork.sql(
      'update billing_accounts set readings = readings + 1, synced_at = $2 where customer_id = $1',
      [customerId, now],
    );
    await unitOfWork.sql(
      `update stripe_inbox set handled_at = $3
       where stripe_customer_id = $1 and position <= $2 and handled_at is null`,
      [stripeCustomerId, heardUpTo, now],
    );
    return true;
  }

  private async writeSubscriptions(
    customerId: string,
    stripeCustomerId: string,
    { subscriptions }: StripeReading,
    now: Date,
  ): Promise<void> {
    const rows = this.database.unitOfWork.repository(PlanSubscription);
    const held = await rows.findBy({ customerId });
    const planOf = await this.plans.byPlanKey();
    const projection = projectSubscriptions({ stripeCustomerId, held, subscriptions, planOf, now });
    for (const { id, status, endedAt } of projection.ended)
      await rows.update({ customerId, id }, { status, endedAt });
    const ids = new Map(held.map(({ stripeSubscriptionId, id }) => [stripeSubscriptionId, id]));
    // The one in force last: its row may only come when the others have left its place.
    for (const row of [...projection.rows].sort((a, b) => Number(!a.endedAt) - Number(!b.endedAt))) {
      const id = ids.get(row.stripeSubscriptionId);
      if (id) await rows.update({ customerId, id }, row);
      else {
        const made = newId('sub', now);
        ids.set(row.stripeSubscriptionId, made);
        await rows.insert({ ...row, customerId, id: made, createdAt: now });
      }
    }
    for (const event of projection.events)
      await this.tell(customerId, ids.get(event.stripeSubscriptionId), event);
    if (projection.events.length > 0) await this.signals.publish(BILLING_CHANGED, { customerId });
    if (projection.toFree) await this.placeOn(customerId, (await this.plans.free()).code);
  }

  private async tell(customerId: string, subject = customerId, event: ProjectedEvent): Promise<void> {
    const { type, plan, monthlyMinor, previousMonthlyMinor, currency, previousPlanId } = event;
    const previous = previousPlanId ? await this.plans.byIdOf(previousPlanId) : undefined;
    const told = plan.code === '' && previous ? previous : plan;
    await this.events.emit({
      type,
      customerId,
      subject,
      after: event,
      data: subscriptionData(told, { monthlyMinor, previousMonthlyMinor, currency }, previous?.code ?? null),
    });
    if (type === 'subscription.surplus-found') {
      this.log.error(
        { customerId, subscription: subject },
        'a customer has two live subscriptions at Stripe',
      );
    }
  }

  private async writeInvoice(customerId: string, invoice: StripeInvoice, now: Date): Promise<void> {
    const rows = this.database.unitOfWork.repository(Invoice);
    const { stripeInvoiceId, status } = invoice;
    const before = await rows.findOneBy({ customerId, stripeInvoiceId });
    const id = before?.id ?? newId('inv', now);
    if (before) await rows.update({ customerId, id }, invoice);
    else await rows.insert({ ...invoice, customerId, id });
    if (before?.status === status || status === InvoiceStatus.DRAFT) return;
    const data: InvoiceEventData = {
      number: invoice.number,
      totalMinor: invoice.totalMinor,
      currency: invoice.currency,
    };
    await this.events.emit({
      type: `invoice.${status.toLowerCase()}`,
      customerId,
      subject: id,
      before: before?.status,
      after: invoice,
      data,
    });
  }
}
