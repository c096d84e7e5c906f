/** Buying credits: an order opens a page at Stripe, and whoever comes back from it is shown what became of it. */
import { chargeStep, type Money, money } from '../../../kernel/money';
import { creditAmountRefused } from '../billing.errors';
import type { StripeGateway } from '../stripe/stripe-gateway';
import type { CustomerSyncService } from '../subscription/customer-sync.service';
import type { PlanOrderService } from '../subscription/plan-order.service';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import type { PurchasedCreditsService } from './purchased-credits.service';

/** Minor units. Stripe takes no payment below some fifty cents, and none of nine digits; tax comes on top. */
const LEAST = 100n;
const MOST = 50_000_000n;

export interface CreditWish {
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
}

export class CreditCheckoutService {
  constructor(
    private readonly terms: CustomerTermsService,
    private readonly orders: PlanOrderService,
    private readonly sync: Pick<CustomerSyncService, 'syncCustomer'>,
    private readonly gateway: Pick<StripeGateway, 'checkout'>,
    private readonly purchased: Pick<PurchasedCreditsService, 'grantOf'>,
  ) {}

  /** A page at Stripe on which credits are paid. @throws AppError INVALID_INPUT (amountMinor), UPSTREAM_FAILED. */
  async checkout(
    customerId: string,
    { amountMinor, idempotencyKey }: CreditWish,
  ): Promise<{ url: string; expiresAt: Date }> {
    const input = { amountMinor: amountMinor.toString() };
    const wish = { customerId, input, idempotencyKey };
    const { url, expiresAt } = await this.orders.order('credit-checkout', wish, async () => {
      const { currency } = (await this.terms.of(customerId)).plan;
      if (amountMinor < LEAST || amountMinor > MOST || amountMinor % chargeStep(currency) !== 0n)
        throw creditAmountRefused(LEAST, MOST, chargeStep(currency));
      return { kind: 'CREDIT_CHECKOUT', request: { ...input, currency } } as const;
    });
    return { url, expiresAt: new Date(expiresAt) };
  }

  /** The customer came back: look by ourselves, whether or not a webhook came. null for an invented session. */
  async returned(sessionId: string): Promise<{ grant: Money | null } | null> {
    const session = await this.gateway.checkout(sessionId);
    if (!session?.stripeCustomerId || !session.creditOrderId) return null;
    const customerId = await this.sync.syncCustomer(session.stripeCustomerId);
    if (!customerId) return null;
    const grant = await this.purchased.grantOf(customerId, session.creditOrderId);
    return { grant: grant && money(BigInt(grant.amountMinor), grant.currency) };
  }
}
