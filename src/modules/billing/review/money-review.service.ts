/**
 * Whether money may be given at once, or waits for somebody else: four eyes above a sum. What counts is all that a customer was given
 * within a day, by whomever and with approval or without, so that small gifts one after the other come to the same as a large one.
 */
import type { Clock } from '../../../kernel/clock';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import type { MoneyLimits } from '../../../platform/config';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { idempotencyKeyReused } from '../billing.errors';
import { MONEY_REQUESTED } from '../billing.events';
import { lockCredits } from '../ledger/credit-lock';
import { type CreditTerms, MoneyRequest, MoneyRequestKind, MoneyRequestState } from './money-request.entity';

const DAY_MS = 24 * 3_600_000;

const GIVEN = `select coalesce(sum(amount), 0)::text as amount from (
    select amount_minor as amount from credit_grants
    where customer_id = $1 and currency = $2 and created_at > $3 and order_id is null
    union all
    select (o.request ->> 'amountMinor')::bigint from plan_orders o
    join invoices i on i.customer_id = o.customer_id and i.stripe_invoice_id = o.request ->> 'stripeInvoiceId'
    where o.customer_id = $1 and i.currency = $2 and o.kind = 'REFUND' and o.status <> 'REFUSED' and o.created_at > $3
  ) given`;

export interface Gift {
  readonly customerId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: string;
  /** Of which invoice; null for credits. */
  readonly invoiceId: string | null;
  /** Null for a refund. */
  readonly credit: CreditTerms | null;
}

/** Who asks, under which key, with what: a repeated call is answered with the request that it made. */
export interface Asker {
  readonly by: string;
  readonly idempotencyKey: string;
  readonly input: object;
}

export class MoneyReview {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    /** Undefined = nobody is asked. */
    private readonly limits: MoneyLimits | undefined,
  ) {}

  /** Of refunds; grants repeat as all mutations do. @throws AppError IDEMPOTENCY_KEY_REUSED */
  async known({ by, idempotencyKey, input }: Asker): Promise<MoneyRequest | null> {
    const where = { by, idempotencyKey, kind: MoneyRequestKind.REFUND };
    const known = await this.database.read.one(MoneyRequest, { scope: SERVICE, where });
    if (known && known.inputHash !== contentHash(input)) throw idempotencyKeyReused();
    return known;
  }

  /** The request that holds it back; null where it may be given at once. Event: money-request.created. */
  async held(gift: Gift, { by, idempotencyKey, input }: Asker): Promise<MoneyRequest | null> {
    if (!this.limits) return null;
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await lockCredits(unitOfWork, [gift.customerId]);
      if (await this.isSmall(gift)) return null;
      const createdAt = this.clock.now();
      const { customerId, amountMinor, ...rest } = gift;
      const request: MoneyRequest = {
        customerId,
        id: newId('mrq', createdAt),
        kind: gift.credit ? MoneyRequestKind.CREDIT : MoneyRequestKind.REFUND,
        amountMinor: amountMinor.toString(),
        by,
        idempotencyKey,
        inputHash: contentHash(input),
        createdAt,
        state: MoneyRequestState.PENDING,
        decidedBy: null,
        decisionReason: null,
        decidedAt: null,
        ...rest,
      };
      await unitOfWork.repository(MoneyRequest).insert(request);
      const { id, kind, currency, reason } = request;
      const data = { kind, amountMinor: request.amountMinor, currency };
      await this.events.emit({
        type: MONEY_REQUESTED,
        customerId,
        subject: id,
        reason,
        after: request,
        data,
      });
      return request;
    });
  }

  private async isSmall({ customerId, amountMinor, currency }: Gift): Promise<boolean> {
    const limit = this.limits?.get(currency);
    if (limit === undefined) return false;
    const since = new Date(this.clock.millis() - DAY_MS);
    const { unitOfWork } = this.database;
    const [given] = await unitOfWork.sql<{ amount: string }>(GIVEN, [customerId, currency, since]);
    return BigInt(given!.amount) + amountMinor <= limit;
  }
}

/** Thrown through an order that is not placed, because somebody else must approve it first. */
export class HeldForReview extends Error {
  constructor(readonly request: MoneyRequest) {
    super('somebody else must approve this');
  }
}
