/**
 * `syncCustomer`, the only writer of the mirror. It reads what stands at Stripe now and writes that, so the order and
 * number of webhooks cannot hurt. No connection is held while Stripe is asked: a reading is written only when nobody
 * wrote since it began, else Stripe is asked again; so an older reading never overwrites a newer one.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { StripeGateway, StripeReading } from '../stripe/stripe-gateway';
import { BillingAccount } from './billing-account.entity';
import type { Mirrored, MirrorService } from './mirror.service';

const MAX_READINGS = 10;

export class CustomerSyncService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly mirror: Pick<MirrorService, 'write'>,
    private readonly gateway: Pick<StripeGateway, 'read'>,
  ) {}

  /** Brings the mirror of one customer up to date. Answers our id of it, or null for one that is not ours. */
  async syncCustomer(stripeCustomerId: string): Promise<string | null> {
    for (let attempt = 1; attempt <= MAX_READINGS; attempt++) {
      const heardUpTo = await this.lastHeard(stripeCustomerId);
      const account = await this.accountOf(stripeCustomerId);
      if (!account) {
        await this.database.unitOfWork.run(SERVICE, () => this.settle(stripeCustomerId, heardUpTo));
        return null;
      }
      const { customerId, readings } = account;
      const reading = await this.gateway.read(stripeCustomerId);
      const written = await this.database.unitOfWork.run(SERVICE, () =>
        this.write({ customerId, stripeCustomerId }, String(readings), reading, heardUpTo),
      );
      if (written) return customerId;
    }
    throw new Error(`the mirror of ${stripeCustomerId} was overtaken ${MAX_READINGS} times`);
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
    mirrored: Mirrored,
    readings: string,
    reading: StripeReading,
    heardUpTo: string,
  ): Promise<boolean> {
    const { unitOfWork } = this.database;
    const { customerId, stripeCustomerId } = mirrored;
    const [current] = await unitOfWork.sql<{ readings: string }>(
      'select readings::text from billing_accounts where customer_id = $1 for update',
      [customerId],
    );
    if (current?.readings !== readings) return false;
    await this.mirror.write(mirrored, reading);
    await unitOfWork.sql(
      'update billing_accounts set readings = readings + 1, synced_at = $2 where customer_id = $1',
      [customerId, this.clock.now()],
    );
    await this.settle(stripeCustomerId, heardUpTo);
    return true;
  }

  /** What was heard is dealt with, also what could not be dealt with before. */
  private async settle(stripeCustomerId: string, heardUpTo: string): Promise<void> {
    await this.database.unitOfWork.sql(
      `update stripe_inbox set handled_at = $3, parked_at = null, failure = null
       where stripe_customer_id = $1 and position <= $2 and handled_at is null`,
      [stripeCustomerId, heardUpTo, this.clock.now()],
    );
  }
}
