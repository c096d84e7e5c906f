/** What becomes of money that waits: whoever asked for it does not decide it, and what is approved is given once. */
import type { Clock } from '../../../kernel/clock';
import { AppError, type ErrorCode, notFound } from '../../../kernel/errors';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import { moneyNotPending, notOwnMoney, ownMoney } from '../billing.errors';
import { MONEY_APPROVED, MONEY_REFUSED, MONEY_REJECTED, MONEY_WITHDRAWN } from '../billing.events';
import type { InvoiceRefundService } from '../invoice/invoice-refund.service';
import type { CreditService } from '../ledger/credit.service';
import { MoneyRequest, MoneyRequestState } from './money-request.entity';

const GIVE = 'billing.give-approved';
/** More than an order to Stripe has: what it says in the end is known by then. */
const ATTEMPTS = 12;

export interface MoneyDecision {
  readonly id: string;
  readonly reason?: string | null;
}

export class MoneyApproval {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly credits: Pick<CreditService, 'grant'>,
    private readonly refunds: Pick<InvoiceRefundService, 'give'>,
  ) {}

  /** Goes on where the process of the approval died before the order to Stripe was written down. */
  readonly job: JobDefinition<{ readonly id: string }> = {
    kind: GIVE,
    maxAttempts: ATTEMPTS,
    run: async ({ id }) => {
      try {
        await this.giveBack(id);
      } catch (error) {
        // A refusal is an outcome, and it is written down.
        if (!isRefusal(error)) throw error;
      }
    },
    abandon: async (_job, given) => {
      if (given) await this.refuse(await this.find(given.id), 'Stripe did not take it. Ask for it anew.');
    },
  };

  /** Gives it. @throws AppError for one's own, one that does not wait, and what cannot be given any more. */
  async approve(decision: MoneyDecision, by: Principal): Promise<void> {
    const refund = await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by === actorOf(by)) throw ownMoney();
      await this.close(request, MoneyRequestState.APPROVED, decision.reason, by);
      const { id, customerId, credit, currency, reason } = request;
      if (!credit) {
        await this.jobs.enqueue(GIVE, { id }, { customerId });
        return id;
      }
      const { source, priority, expiresAt } = credit;
      const amountMinor = BigInt(request.amountMinor);
      const wish = { customerId, amountMinor, currency, source, priority, reason };
      await this.credits.grant({ ...wish, expiresAt: expiresAt === null ? null : new Date(expiresAt) });
      return null;
    });
    if (refund) await this.giveBack(refund);
  }

  async reject(decision: MoneyDecision, by: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by === actorOf(by)) throw ownMoney();
      await this.close(request, MoneyRequestState.REJECTED, decision.reason, by);
    });
  }

  async withdraw(decision: MoneyDecision, by: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by !== actorOf(by)) throw notOwnMoney();
      await this.close(request, MoneyRequestState.WITHDRAWN, decision.reason, by);
    });
  }

  /** Its key at the orders is the request: however often, and by whomever at once, it is one order. */
  private async giveBack(id: string): Promise<void> {
    const request = await this.find(id);
    if (request.state !== MoneyRequestState.APPROVED) return;
    const { invoiceId, reason } = request;
    const wish = { invoiceId: invoiceId!, amountMinor: BigInt(request.amountMinor), reason };
    try {
      await this.refunds.give(wish, id);
    } catch (error) {
      if (isRefusal(error)) await this.refuse(request, error.message);
      throw error;
    }
  }

  private find(id: string): Promise<MoneyRequest> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, () => unitOfWork.repository(MoneyRequest).findOneByOrFail({ id }));
  }

  private async refuse(request: MoneyRequest, message: string): Promise<void> {
    const { unitOfWork } = this.database;
    const change = { state: MoneyRequestState.REFUSED, decisionReason: message };
    await unitOfWork.run(SERVICE, async () => {
      const where = { id: request.id, state: MoneyRequestState.APPROVED };
      const { affected } = await unitOfWork.repository(MoneyRequest).update(where, change);
      if (affected === 0) return;
      const { id: subject, customerId } = request;
      await this.events.emit({ type: MONEY_REFUSED, customerId, subject, reason: message });
    });
  }

  private async pending(id: string): Promise<MoneyRequest> {
    const lock = { mode: 'pessimistic_write' } as const;
    const requests = this.database.unitOfWork.repository(MoneyRequest);
    const request = await requests.findOne({ where: { id }, lock });
    if (!request) throw notFound(['input', 'id']);
    if (request.state !== MoneyRequestState.PENDING) throw moneyNotPending(id, request.state);
    return request;
  }

  private async close(
    before: MoneyRequest,
    state: keyof typeof EVENTS,
    reason: string | null | undefined,
    by: Principal,
  ): Promise<void> {
    const { id, customerId, kind, amountMinor, currency } = before;
    const decided = { decidedBy: actorOf(by), decisionReason: reason ?? null, decidedAt: this.clock.now() };
    const change = { state, ...decided };
    await this.database.unitOfWork.repository(MoneyRequest).update({ customerId, id }, change);
    await this.events.emit({
      type: EVENTS[state],
      customerId,
      subject: id,
      actor: by,
      reason: reason ?? undefined,
      before,
      after: { ...before, ...change },
      data: { kind, amountMinor, currency, by: before.by },
    });
  }
}

/** What will not be otherwise when it is tried again. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && !PASSING.includes(error.code);
}

const PASSING: readonly ErrorCode[] = ['UPSTREAM_FAILED', 'UNAVAILABLE', 'OVERLOADED'];

const EVENTS = {
  [MoneyRequestState.APPROVED]: MONEY_APPROVED,
  [MoneyRequestState.REJECTED]: MONEY_REJECTED,
  [MoneyRequestState.WITHDRAWN]: MONEY_WITHDRAWN,
} as const;
