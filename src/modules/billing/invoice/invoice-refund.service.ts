/** Gives money of a paid invoice back. It goes out as an order, so that twice asked, or asked by two, is given once. */
import { chargeStep } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { notFound } from '../../../kernel/errors';
import { notRefundable, refundOutOfStep, refundTooLarge } from '../billing.errors';
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
  ) {}

  /** `owner`: whose the key is. @throws AppError NOT_FOUND, CONFLICT when it was not paid, INVALID_INPUT when less is left. */
  async refund(wish: RefundWish, owner: string, idempotencyKey: string): Promise<Invoice> {
    const { customerId } = await this.invoice(wish.invoiceId);
    const key = `${owner} ${idempotencyKey}`;
    await this.orders.order('refund', { customerId, input: wish, idempotencyKey: key }, async () => {
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
      const { stripeInvoiceId } = invoice;
      const request = { stripeInvoiceId, amountMinor: amount.toString(), reason: wish.reason };
      return { kind: 'REFUND', request } as const;
    });
    return this.invoice(wish.invoiceId);
  }

  private async invoice(id: string): Promise<Invoice> {
    const invoice = await this.database.read.one(Invoice, { scope: SERVICE, where: { id } });
    if (!invoice) throw notFound(['input', 'invoiceId']);
    return invoice;
  }
}
