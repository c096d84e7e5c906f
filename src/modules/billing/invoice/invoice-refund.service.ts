/** Gives money of a paid invoice back. It goes out as an order, so that twice asked, or asked by two, is given once. */
import { chargeStep } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { notFound } from '../../../kernel/errors';
import { notRefundable, refundOutOfStep, refundTooLarge } from '../billing.errors';
import type { MoneyRequest } from '../review/money-request.entity';
import { type Gift, HeldForReview, type MoneyReview } from '../review/money-review.service';
import type { BillingAccountService } from '../subscription/billing-account.service';
import type { CustomerSyncService } from '../subscription/customer-sync.service';
import type { PlanOrderService } from '../subscription/plan-order.service';
import { Invoice, InvoiceStatus } from './invoice.entity';

export interface RefundWish {
  readonly invoiceId: string;
  /** Absent = all that is left. */
  readonly amountMinor?: bigint | null;
  readonly reason: string;
}

export class InvoiceRefundService {
  constructor(
    private readonly database: Database,
    private readonly accounts: BillingAccountService,
    private readonly sync: CustomerSyncService,
    private readonly orders: PlanOrderService,
    private readonly review: MoneyReview,
  ) {}

  /** `by`: whose the key is. @throws AppError as `give` does, and IDEMPOTENCY_KEY_REUSED. */
  async refund(
    { invoiceId, amountMinor, reason }: RefundWish,
    by: string,
    idempotencyKey: string,
  ): Promise<{ invoice: Invoice; request: MoneyRequest | null }> {
    const wish = { invoiceId, amountMinor, reason };
    const asker = { by, idempotencyKey, input: { ...wish, amountMinor: amountMinor?.toString() ?? null } };
    const known = await this.review.known(asker);
    if (known) return { invoice: await this.invoice(invoiceId), request: known };
    try {
      const invoice = await this.give(wish, `${by} ${idempotencyKey}`, (gift) =>
        this.review.held(gift, asker),
      );
      return { invoice, request: null };
    } catch (error) {
      if (!(error instanceof HeldForReview)) throw error;
      return { invoice: await this.invoice(invoiceId), request: error.request };
    }
  }

  /** Once for a key. @throws AppError NOT_FOUND, CONFLICT when it was not paid, INVALID_INPUT when less is left. */
  async give(
    wish: RefundWish,
    idempotencyKey: string,
    held: (gift: Gift) => Promise<MoneyRequest | null> = () => Promise.resolve(null),
  ): Promise<Invoice> {
    const { customerId } = await this.invoice(wish.invoiceId);
    await this.orders.order('refund', { customerId, input: wish, idempotencyKey }, async () => {
      const account = await this.accounts.accountOf(customerId);
      if (account?.stripeCustomerId) await this.sync.syncCustomer(account.stripeCustomerId);
      const invoice = await this.invoice(wish.invoiceId);
      if (invoice.status !== InvoiceStatus.PAID) throw notRefundable();
      const left = BigInt(invoice.amountPaidMinor) - BigInt(invoice.refundedMinor);
      const amount = wish.amountMinor ?? left;
      // More than was paid may be given back at Stripe: what was paid out of a balance, too.
      if (amount <= 0n || amount > left) throw refundTooLarge((left > 0n ? left : 0n).toString());
      const step = chargeStep(invoice.currency);
      if (amount % step !== 0n) throw refundOutOfStep(step, invoice.currency);
      const { stripeInvoiceId, currency } = invoice;
      const gift = { customerId, amountMinor: amount, currency, reason: wish.reason };
      const request = await held({ ...gift, invoiceId: wish.invoiceId, credit: null });
      if (request) throw new HeldForReview(request);
      const order = { stripeInvoiceId, amountMinor: amount.toString(), reason: wish.reason };
      return { kind: 'REFUND', request: order } as const;
    });
    return this.invoice(wish.invoiceId);
  }

  private async invoice(id: string): Promise<Invoice> {
    const invoice = await this.database.read.one(Invoice, { scope: SERVICE, where: { id } });
    if (!invoice) throw notFound(['input', 'invoiceId']);
    return invoice;
  }
}
