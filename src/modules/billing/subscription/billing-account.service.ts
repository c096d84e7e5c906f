/** Who a customer is at Stripe, made at the first need. */
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { isBroken } from '../stripe/stripe-failure';
import type { StripeGateway } from '../stripe/stripe-gateway';
import { BillingAccount } from './billing-account.entity';

export class BillingAccountService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly gateway: StripeGateway,
  ) {}

  async accountOf(customerId: string): Promise<BillingAccount | null> {
    return this.database.read.one(BillingAccount, { scope: SERVICE, where: { customerId } });
  }

  /** The customer's id at Stripe. Two that ask at once get the same one: the key at Stripe is the customer itself. */
  async stripeCustomerOf(customerId: string): Promise<string> {
    const known = (await this.accountOf(customerId))?.stripeCustomerId;
    return known ?? this.made(customerId, `customer:${customerId}`);
  }

  /** Somebody to whom Stripe sells: who was deleted there begins anew, and what there was of the other stays in our mirror. */
  async buyerOf(customerId: string): Promise<string> {
    const known = await this.stripeCustomerOf(customerId);
    if (!(await this.gateway.isDeleted(known))) return known;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, () =>
      unitOfWork.sql(
        'update billing_accounts set stripe_customer_id = null where customer_id = $1 and stripe_customer_id = $2',
        [customerId, known],
      ),
    );
    // Under the first key Stripe would name the deleted one again for a day.
    return this.made(customerId, `customer:${customerId}:${known}`);
  }

  private async made(customerId: string, key: string): Promise<string> {
    const made = await this.createCustomer(customerId, key);
    await this.link(customerId, made);
    return (await this.accountOf(customerId))?.stripeCustomerId ?? made;
  }

  /** Says which customer at Stripe is ours, unless that is known. False when it was. */
  async link(customerId: string, stripeCustomerId: string): Promise<boolean> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const [linked] = await unitOfWork.sql<{ customer_id: string }>(
        `update billing_accounts set stripe_customer_id = $2
         where customer_id = $1 and stripe_customer_id is null returning customer_id`,
        [customerId, stripeCustomerId],
      );
      if (linked) await this.events.emit({ type: 'billing-account.linked', customerId, subject: customerId });
      return linked !== undefined;
    });
  }

  /** Stripe keeps a failure of its own under the key: then a second key, and perhaps a second, empty customer. */
  private async createCustomer(customerId: string, key: string): Promise<string> {
    try {
      return await this.gateway.createCustomer(customerId, key);
    } catch (error) {
      if (!isBroken(error)) throw error;
      return this.gateway.createCustomer(customerId, `${key}:again`);
    }
  }
}
