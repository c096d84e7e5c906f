/**
 * Credits: granted, ended, and given back by the reversal of what was written wrongly. Burning them is the settlement's,
 * which does it with the usage that they pay for. Whoever changes what is left of a grant holds the customer's turn.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { addDecimals, compareDecimals, subtractDecimals } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { eachApart, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import {
  BILLING_CHANGED,
  CREDIT_EXPIRED,
  CREDIT_GRANTED,
  CREDIT_REFUNDED,
  CREDIT_RESTORED,
  LEDGER_REVERSED,
} from '../billing.events';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { CreditGrant } from './credit-grant.entity';
import { lockCredits } from './credit-lock';
import {
  type CreditSource,
  grantOf,
  mirrorOf,
  refundOf,
  refundUndone,
  type Transfer,
  TransferKind,
} from './ledger';
import { LedgerTransfer } from './ledger-transfer.entity';

/** 10^15 minor units: more than any account holds, and sums of them stay far from the edge of a bigint. */
export const MAX_GRANT_MINOR = 10n ** 15n;
/** Customers whose credits one run of the job ends; the next run goes on. */
const ENDED_AT_ONCE = 1000;

export interface GrantWish {
  readonly customerId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly source: CreditSource;
  readonly priority: number;
  readonly expiresAt: Date | null;
  readonly reason: string;
}

const OVER = `select distinct customer_id as "customerId" from credit_grants where remaining > 0 and expires_at <= $1 limit ${ENDED_AT_ONCE}`;

const GIVEN_BACK = `select coalesce(trim_scale(sum(case debit_account when 'CREDIT' then amount else -amount end)), 0)::text as amount
  from ledger_transfers
  where customer_id = $1 and grant_id = $2 and kind = 'REFUND'`;

const EXPIRE = `with over as (
    select customer_id, id, currency, remaining from credit_grants
    where customer_id = $1 and remaining > 0 and expires_at <= $2
  ), ended as (
    update credit_grants g set remaining = 0 from over o where g.customer_id = o.customer_id and g.id = o.id
  ), posted as (
    insert into ledger_transfers (customer_id, created_at, id, kind, debit_account, credit_account, grant_id, currency, amount)
    select customer_id, $2, flywheel_id('ltr', $2), 'EXPIRY', 'CREDIT', 'BREAKAGE', id, currency, remaining from over
  )
  select id, currency, trim_scale(remaining)::text as amount from over`;

export class CreditService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly terms: CustomerTermsService,
  ) {}

  /** @throws AppError NOT_FOUND, INVALID_INPUT (amountMinor, currency, expiresAt). */
  async grant(wish: GrantWish): Promise<CreditGrant> {
    await this.check(wish);
    return this.write({ ...wish, orderId: null });
  }

  /** @throws AppError as `grant` does. */
  async check(wish: GrantWish): Promise<void> {
    const { customerId, amountMinor, currency, expiresAt } = wish;
    const { plan } = await this.terms.of(customerId);
    const now = this.clock.now();
    if (amountMinor < 1n || amountMinor > MAX_GRANT_MINOR)
      throw invalidInput(['input', 'amountMinor'], `A grant lies between 1 and ${MAX_GRANT_MINOR}.`, 'range');
    if (currency !== plan.currency)
      throw invalidInput(
        ['input', 'currency'],
        `The customer is charged in ${plan.currency}. Credits in ${currency} would pay for nothing.`,
        'currency',
      );
    if (expiresAt && expiresAt <= now)
      throw invalidInput(['input', 'expiresAt'], 'Credits must end in the future, or never.', 'future');
  }

  /** Writes a grant that nobody has to be asked about any more. Joins the open unit of work. */
  async write({
    customerId,
    amountMinor,
    currency,
    source,
    ...wish
  }: GrantWish & { orderId: string | null }): Promise<CreditGrant> {
    const { priority, expiresAt, reason, orderId } = wish;
    const now = this.clock.now();
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await lockCredits(unitOfWork, [customerId]);
      const facts = { id: newId('grt', now), source, currency, amountMinor: amountMinor.toString() };
      const terms = { priority, expiresAt, reason, orderId };
      const grant = { ...facts, ...terms, customerId, remaining: facts.amountMinor };
      await unitOfWork.repository(CreditGrant).insert({ ...grant, createdAt: now });
      await this.post(customerId, grantOf(facts), { reason });
      await this.events.emit({
        type: CREDIT_GRANTED,
        customerId,
        subject: grant.id,
        reason,
        after: grant,
        data: {
          amountMinor: grant.amountMinor,
          currency,
          source,
          expiresAt: expiresAt?.toISOString() ?? null,
        },
      });
      // Whoever was refused for want of money is served again.
      await this.signals.publish(BILLING_CHANGED, { customerId });
      return { ...grant, createdAt: now };
    });
  }

  /**
   * Keeps what was taken back for money given back at `dueMinor` credits altogether, however often it is called: takes more, but
   * never what is used, and gives again what was taken for money that did not arrive. Joins the open unit of work,
   * which holds the account's row: nobody else gives back meanwhile, so usage waits only where there is something to move.
   */
  async giveBack({ customerId, id, currency }: CreditGrant, dueMinor: bigint, reason: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const [given] = await unitOfWork.sql<{ amount: string }>(GIVEN_BACK, [customerId, id]);
      const due = subtractDecimals(dueMinor.toString(), given!.amount);
      if (compareDecimals(due, '0') === 0) return;
      await lockCredits(unitOfWork, [customerId]);
      const grants = unitOfWork.repository(CreditGrant);
      const { remaining } = await grants.findOneByOrFail({ customerId, id });
      const taken = compareDecimals(due, remaining) < 0 ? due : addDecimals(remaining);
      const side = compareDecimals(taken, '0');
      if (side === 0) return;
      await grants.update({ customerId, id }, { remaining: subtractDecimals(remaining, taken) });
      const amount = side > 0 ? taken : subtractDecimals('0', taken);
      const transfer = (side > 0 ? refundOf : refundUndone)({ id, currency }, amount);
      const { id: transferId } = await this.post(customerId, transfer, { reason });
      const used = subtractDecimals(due, taken);
      await this.events.emit({
        ...(side > 0
          ? { type: CREDIT_REFUNDED, data: { grantId: id, amount, currency, used } }
          : { type: CREDIT_RESTORED, data: { grantId: id, amount, currency } }),
        customerId,
        subject: transferId,
        reason,
      });
      await this.signals.publish(BILLING_CHANGED, { customerId });
    });
  }

  /**
   * Undoes one transfer by its mirror. A grant can be undone while all of it is left; usage goes back to the credits or off
   * what is owed. @throws AppError NOT_FOUND, CONFLICT when it was undone already or cannot be.
   */
  async reverse(customerId: string, transferId: string, reason: string): Promise<LedgerTransfer> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await lockCredits(unitOfWork, [customerId]);
      const transfers = unitOfWork.repository(LedgerTransfer);
      const original = await transfers.findOneBy({ customerId, id: transferId });
      if (!original) throw notFound(['input', 'transferId']);
      if (await transfers.existsBy({ customerId, reversesId: transferId }))
        throw conflict('This transfer is reversed already.', ['input', 'transferId'], transferId);
      await this.undo(original);
      const { kind, debitAccount, creditAccount, grantId, currency, amount } = original;
      const mirror = mirrorOf({ kind, debitAccount, creditAccount, grantId, currency, amount });
      const { periodStart } = original;
      const written = await this.post(customerId, mirror, { reversesId: transferId, reason, periodStart });
      await this.events.emit({
        type: LEDGER_REVERSED,
        customerId,
        subject: written.id,
        reason,
        data: { reversesId: transferId, kind, amount, currency },
      });
      await this.signals.publish(BILLING_CHANGED, { customerId });
      return written;
    });
  }

  /** Ends what is over. Safe to run twice and beside settlements: it takes the customer's turn, as they do. */
  expiry(): JobDefinition<object> {
    return {
      kind: 'billing.expire-credits',
      cron: '11 * * * *',
      run: async (_payload, { signal }) => {
        const now = this.clock.now();
        const over = await this.database.read.sql<{ customerId: string }>(SERVICE, 'billing.over', OVER, [
          now,
        ]);
        const failure = 'credits that are over could not be ended';
        await eachApart(over, { log: this.log, failure, of: (one) => one, signal }, ({ customerId }) =>
          this.expire(customerId, now),
        );
      },
    };
  }

  private async expire(customerId: string, now: Date): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await lockCredits(unitOfWork, [customerId]);
      const ended = await unitOfWork.sql<{ id: string; currency: string; amount: string }>(EXPIRE, [
        customerId,
        now,
      ]);
      await this.events.emit(
        ...ended.map(({ id, ...data }) => ({ type: CREDIT_EXPIRED, customerId, subject: id, data })),
      );
    });
  }

  /** What beside the ledger has to follow: what is left of the grant, and how far the period has come. */
  private async undo({ customerId, id, kind, grantId, amount, periodStart }: LedgerTransfer): Promise<void> {
    const { unitOfWork } = this.database;
    switch (kind) {
      case TransferKind.GRANT: {
        const grant = await unitOfWork.repository(CreditGrant).findOneByOrFail({ customerId, id: grantId! });
        if (compareDecimals(grant.remaining, amount) !== 0)
          throw conflict(
            'A part of this grant is used. Reverse that usage first, or let the rest expire.',
            ['input', 'transferId'],
            id,
          );
        await unitOfWork.repository(CreditGrant).update({ customerId, id: grantId! }, { remaining: '0' });
        return;
      }
      case TransferKind.BURN:
        await unitOfWork.sql(
          'update credit_grants set remaining = remaining + $3 where customer_id = $1 and id = $2',
          [customerId, grantId, amount],
        );
        return;
      case TransferKind.CHARGE:
        // What is owed is what is charged less what is credited, to the cap and to Stripe's meter alike.
        await unitOfWork.sql(
          'update usage_counters set credited = credited + $3 where customer_id = $1 and period_start = $2',
          [customerId, periodStart, amount],
        );
        return;
      default:
        throw conflict(
          'Only grants and usage can be reversed. Grant anew what ended or was reversed by mistake.',
          ['input', 'transferId'],
          id,
        );
    }
  }

  private async post(
    customerId: string,
    transfer: Transfer,
    more: { reversesId?: string; reason: string; periodStart?: Date | null },
  ): Promise<LedgerTransfer> {
    const createdAt = this.clock.now();
    const { reversesId = null, reason, periodStart = null } = more;
    const row = { ...transfer, customerId, createdAt, id: newId('ltr', createdAt) };
    const written = { ...row, reversesId, reason, periodStart };
    await this.database.unitOfWork.repository(LedgerTransfer).insert(written);
    return written;
  }
}
