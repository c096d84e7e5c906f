/**
 * Tells customers of a renewal before it is charged, once each, when Stripe announces it, or some days before where no word came.
 * The announcement only says that it is time: whether anything is renewed, and for how much, is asked of Stripe, so a late,
 * doubled or overtaken one tells nothing wrong.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import { INVOICE_UPCOMING, type InvoiceUpcomingData } from '../billing.events';
import type { InvoicePreview, StripeGateway } from '../stripe/stripe-gateway';
import type { BillingNoticeService } from './billing-notice.service';

export interface Announcement {
  readonly stripeCustomerId: string;
  readonly announcedAt: Date;
}

interface OrderedNotice {
  readonly stripeCustomerId: string;
  /** RFC 3339. */
  readonly announcedAt: string;
}

interface Renewed {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly stripeSubscriptionId: string;
  readonly renewsAt: Date;
}

/** Past the notice of a week that Stripe gives as a rule, and early enough to do something. */
const LOOKOUT_DAYS = 3;

/** Whose plans are renewed within those days without that anybody was told. */
const UNTOLD = `select distinct s.stripe_customer_id as "stripeCustomerId" from plan_subscriptions s
  where s.stripe_subscription_id is not null and s.ended_at is null and s.status in ('TRIALING', 'ACTIVE', 'PAST_DUE')
    and s.current_period_end > $1 and s.current_period_end <= $1 + make_interval(days => ${LOOKOUT_DAYS})
    and (s.cancel_at is null or s.cancel_at > s.current_period_end)
    and not exists (select from renewal_notices n where n.customer_id = s.customer_id
      and n.stripe_subscription_id = s.stripe_subscription_id and n.renews_at = s.current_period_end)`;

/** One that goes on beyond the very period in which it was announced, and of whose renewal nobody was told. */
const RENEWED = `select s.customer_id as "customerId", s.id as "subscriptionId",
    s.stripe_subscription_id as "stripeSubscriptionId", s.current_period_end as "renewsAt"
  from plan_subscriptions s
  where s.stripe_customer_id = $1 and s.ended_at is null and s.status in ('TRIALING', 'ACTIVE', 'PAST_DUE')
    and s.current_period_start <= $2 and s.current_period_end > $2 and s.current_period_end > $3
    and (s.cancel_at is null or s.cancel_at > s.current_period_end)
    and not exists (select from renewal_notices n where n.customer_id = s.customer_id
      and n.stripe_subscription_id = s.stripe_subscription_id and n.renews_at = s.current_period_end)`;

const TELL = `insert into renewal_notices (customer_id, stripe_subscription_id, renews_at, amount_due_minor, currency, created_at)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning renews_at`;

export class RenewalNoticeService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly sync: (stripeCustomerId: string) => Promise<string | null>,
    private readonly gateway: Pick<StripeGateway, 'previewRenewal'>,
    private readonly notices: BillingNoticeService,
  ) {}

  readonly job: JobDefinition<OrderedNotice> = {
    kind: 'billing.tell-renewal',
    queue: ({ stripeCustomerId }) => `stripe:${stripeCustomerId}`,
    run: async ({ stripeCustomerId, announcedAt }) => {
      if ((await this.sync(stripeCustomerId)) === null) return;
      for (const renewed of await this.renewed(stripeCustomerId, announcedAt)) {
        const { stripeSubscriptionId } = renewed;
        const preview = await this.gateway.previewRenewal(stripeCustomerId, stripeSubscriptionId);
        if (preview && BigInt(preview.amountDueMinor) > 0n) await this.tell(renewed, preview);
      }
    },
  };

  /** The belt for announcements that never came. */
  readonly lookout: JobDefinition<object> = {
    kind: 'billing.find-renewals',
    cron: '19 5 * * *',
    run: async () => {
      const { unitOfWork } = this.database;
      const announcedAt = this.clock.now();
      await unitOfWork.run(SERVICE, async () => {
        const untold = await unitOfWork.sql<Pick<Announcement, 'stripeCustomerId'>>(UNTOLD, [announcedAt]);
        for (const { stripeCustomerId } of untold) await this.order({ stripeCustomerId, announcedAt });
      });
    },
  };

  /** In the open unit of work. */
  async order({ stripeCustomerId, announcedAt }: Announcement): Promise<void> {
    const payload = { stripeCustomerId, announcedAt: announcedAt.toISOString() };
    await this.jobs.enqueue<OrderedNotice>(this.job.kind, payload);
  }

  private renewed(stripeCustomerId: string, announcedAt: string): Promise<Renewed[]> {
    const { unitOfWork } = this.database;
    const values = [stripeCustomerId, announcedAt, this.clock.now()];
    return unitOfWork.run(SERVICE, () => unitOfWork.sql<Renewed>(RENEWED, values));
  }

  private async tell(
    { customerId, subscriptionId, stripeSubscriptionId, renewsAt }: Renewed,
    { totalMinor: _before, ...preview }: InvoicePreview,
  ): Promise<void> {
    const { unitOfWork } = this.database;
    const { amountDueMinor, currency } = preview;
    const at = renewsAt.toISOString();
    await unitOfWork.run(SERVICE, async () => {
      const now = this.clock.now();
      const values = [customerId, stripeSubscriptionId, renewsAt, amountDueMinor, currency, now];
      const [told] = await unitOfWork.sql(TELL, values);
      if (!told) return;
      const data: InvoiceUpcomingData = { amountDueMinor, currency, renewsAt: at };
      await this.events.emit({ type: INVOICE_UPCOMING, customerId, subject: subscriptionId, data });
      await this.notices.send(customerId, { kind: 'RENEWAL', at, ...preview });
    });
  }
}
