/** Who a customer is at Stripe, made at the first need, and how much it is willing to spend. */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { StripeGateway } from '../stripe/stripe-gateway';
import { BillingAccount } from './billing-account.entity';

export class BillingAccountService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly gateway: StripeGateway,
  ) {}

  async accountOf(customerId: string): Promise<BillingAccount | null> {
    return this.database.read.one(BillingAccount, { scope: SERVICE, where: { customerId } });
  }

  /** The customer's id at Stripe. Two that ask at once get the same one: the key at Stripe is the customer itself. */
  async stripeCustomerOf(customerId: string): Promise<string> {
    const known = (await this.accountOf(customerId))?.stripeCustomerId;
    if (known) return known;
    const stripeCustomerId = await this.gateway.createCustomer(customerId, `customer:${customerId}`);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const [linked] = await unitOfWork.sql<{ customer_id: string }>(
        `insert into billing_accounts (customer_id, stripe_customer_id, created_at) values ($1, $2, $3)
         on conflict (customer_id) do update set stripe_customer_id = excluded.stripe_customer_id
           where billing_accounts.stripe_customer_id is null
         returning customer_id`,
        [customerId, stripeCustomerId, this.clock.now()],
      );
      if (!linked) return;
      await this.events.emit({ type: 'billing-account.linked', customerId, subject: customerId });
    });
    return stripeCustomerId;
  }
}
