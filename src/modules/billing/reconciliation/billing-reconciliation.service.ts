/**
 * Compares every customer's mirror with Stripe, daily and on demand. It writes only where something differs, and then
 * by `syncCustomer`; so a second run finds nothing and writes nothing but its own report.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { format, money } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { TakenBackRepository } from '../meter/taken-back.repository';
import type { PlanService } from '../plan/plan.service';
import type { OwnedCustomer, StripeGateway } from '../stripe/stripe-gateway';
import { BillingAccount } from '../subscription/billing-account.entity';
import type { BillingAccountService } from '../subscription/billing-account.service';
import type { CustomerSyncService } from '../subscription/customer-sync.service';
import type { Mirrored, MirrorService } from '../subscription/mirror.service';
import { BillingReconciliation, type Finding, ReconciliationState } from './billing-reconciliation.entity';
import { type UnreturnedCharge, unreturnedCharges } from './unreturned-charges.repository';

interface ReconciliationJob {
  /** Absent when it runs by the calendar. */
  readonly id?: string;
}

export interface ReconciliationDesk {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly plans: PlanService;
  readonly accounts: BillingAccountService;
  readonly mirror: MirrorService;
  readonly sync: CustomerSyncService;
  readonly gateway: StripeGateway;
  readonly takenBack: Pick<TakenBackRepository, 'left'>;
}

/** Tries of a comparison; one that none of them could finish ends and says so. */
const ATTEMPTS = 5;
/** What is still open after so long is told. */
const STALE_MS = 3_600_000;

/** Customers that are looked up together. */
const PAGE = 200;
/** Customers that are read from Stripe at a time, each by four requests: half of what it takes in a second is left to people. */
const ABREAST = 4;

/** $1: of this customer alone; $2: after which one. */
const ACCOUNTS = `select customer_id as "customerId", stripe_customer_id as "stripeCustomerId" from billing_accounts
  where stripe_customer_id is not null and ($1::text is null or customer_id = $1) and customer_id > $2
  order by customer_id limit ${PAGE}`;

const UNHANDLED = `select count(*)::int as count from stripe_inbox
  where stripe_customer_id = $1 and handled_at is null and (parked_at is not null or received_at < $2)`;

const STALE_ORDERS = `select customer_id as "customerId", id, kind from plan_orders
  where status = 'PENDING' and created_at < $2 and ($1::text is null or customer_id = $1)`;

export class BillingReconciliationService {
  constructor(private readonly desk: ReconciliationDesk) {}

  readonly job: JobDefinition<ReconciliationJob> = {
    kind: 'billing.reconcile',
    cron: '41 3 * * *',
    queue: () => 'billing.reconcile',
    maxAttempts: ATTEMPTS,
    run: async ({ id }, { attempt, signal }) => {
      // Ordered too, so that whatever interrupts it, the same comparison goes on.
      if (id === undefined) return this.order(null);
      try {
        await this.run(id, signal);
      } catch (error) {
        if (attempt < ATTEMPTS || signal.aborted) throw error;
        await this.giveUp(id, reasonOf(error));
        this.desk.log.error({ error, id }, 'a comparison with Stripe was given up');
      }
      return id;
    },
    abandon: async ({ message }, order) => {
      if (order?.id !== undefined) await this.giveUp(order.id, message);
    },
  };

  /** Asks for a comparison, of one customer or of all. Answers its id. */
  async order(customerId: string | null): Promise<string> {
    const { unitOfWork } = this.desk.database;
    return unitOfWork.run(SERVICE, async () => {
      const id = await this.begin(customerId);
      await this.desk.jobs.enqueue<ReconciliationJob>(this.job.kind, { id });
      await this.desk.events.emit({ type: 'billing-reconciliation.ordered', customerId, subject: id });
      return id;
    });
  }

  private async begin(customerId: string | null): Promise<string> {
    const { database, clock } = this.desk;
    const now = clock.now();
    const id = newId('rcl', now);
    await database.unitOfWork.run(SERVICE, () =>
      database.unitOfWork.repository(BillingReconciliation).insert({
        id,
        state: ReconciliationState.RUNNING,
        customerId,
        checked: 0,
        findings: [],
        createdAt: now,
      }),
    );
    return id;
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const { database, clock, log, plans, gateway, takenBack } = this.desk;
    const { customerId } = (await database.read.one(BillingReconciliation, {
      scope: SERVICE,
      where: { id },
    }))!;
    const findings: Finding[] = customerId === null ? await this.strangers() : [];
    if (customerId === null) {
      const sold = (await plans.onSale()).filter(({ sellable }) => sellable);
      for (const { planKey, fault } of await gateway.priceFaults(sold))
        findings.push({
          customerId: null,
          what: `the price ${planKey} cannot be sold: ${fault}`,
          repaired: false,
        });
    }
    let checked = 0;
    for (let page = await this.page(customerId, ''); page.length > 0;) {
      for (let at = 0; at < page.length; at += ABREAST) {
        signal.throwIfAborted();
        const some = page.slice(at, at + ABREAST);
        findings.push(...(await Promise.all(some.map((account) => this.compare(account)))).flat());
      }
      checked += page.length;
      page = await this.page(customerId, page.at(-1)!.customerId);
    }
    const stale = new Date(clock.millis() - STALE_MS);
    type Stale = { customerId: string; id: string; kind: string };
    for (const order of await this.sql<Stale>(STALE_ORDERS, [customerId, stale]))
      findings.push({
        customerId: order.customerId,
        what: `the order ${order.id} (${order.kind}) is still open; its job tries again`,
        repaired: false,
      });
    for (const charge of await unreturnedCharges(database, takenBack, customerId))
      findings.push(unreturned(charge));
    if (findings.length > 0) log.warn({ id, findings }, 'billing was not as Stripe has it');
    await this.finish({ id, customerId, checked, findings });
  }

  private async giveUp(id: string, reason: string): Promise<void> {
    const where = { id };
    const { customerId } = (await this.desk.database.read.one(BillingReconciliation, {
      scope: SERVICE,
      where,
    }))!;
    const what = `the comparison could not be finished: ${reason}`;
    await this.finish({ id, customerId, checked: 0, findings: [{ customerId, what, repaired: false }] });
  }

  private async finish({
    id,
    customerId,
    checked,
    findings,
  }: Pick<BillingReconciliation, 'id' | 'customerId' | 'checked' | 'findings'>): Promise<void> {
    const { database, events, clock } = this.desk;
    const { unitOfWork } = database;
    await unitOfWork.run(SERVICE, async () => {
      const ended = { state: ReconciliationState.DONE, finishedAt: clock.now(), checked, findings };
      const open = { id, state: ReconciliationState.RUNNING };
      const { affected } = await unitOfWork.repository(BillingReconciliation).update(open, ended);
      if (!affected) return;
      const repaired = findings.filter((finding) => finding.repaired).length;
      const data = { checked, findings: findings.length, repaired };
      await events.emit({ type: 'billing-reconciliation.done', customerId, subject: id, data });
    });
  }

  /** One customer: read, compared, and put right where it differs. Stripe that fails on one stops nobody else’s. */
  private async compare(account: Mirrored): Promise<Finding[]> {
    const { customerId, stripeCustomerId } = account;
    const { gateway, mirror, sync, clock, log } = this.desk;
    const say = (what: string, repaired: boolean): Finding => ({ customerId, what, repaired });
    try {
      const reading = await gateway.read(stripeCustomerId);
      const differences = await mirror.differences(account, reading);
      const stale = new Date(clock.millis() - STALE_MS);
      const [inbox] = await this.sql<{ count: number }>(UNHANDLED, [stripeCustomerId, stale]);
      if (inbox!.count > 0) differences.push(`${inbox!.count} webhooks were not dealt with`);
      if (differences.length > 0) await sync.syncCustomer(stripeCustomerId);
      const unrecognised = await mirror.unrecognised(reading);
      return [
        ...differences.map((what) => say(what, true)),
        ...unrecognised.map((id) => say(`${id} sells no plan of ours`, false)),
      ];
    } catch (error) {
      log.error({ error, customerId }, 'a customer could not be compared with Stripe');
      return [say(`could not be compared: ${reasonOf(error)}`, false)];
    }
  }

  /** Customers at Stripe that say they are ours, and are not the ones we know: linked where we know none. */
  private async strangers(): Promise<Finding[]> {
    const { gateway, database } = this.desk;
    const findings: Finding[] = [];
    for await (const page of gateway.customers()) {
      const customerId = { in: page.map((one) => one.customerId) };
      const accounts = await database.read.list(BillingAccount, { scope: SERVICE, where: { customerId } });
      const known = new Map(accounts.map((account) => [account.customerId, account.stripeCustomerId]));
      for (const one of page) {
        const theirs = known.get(one.customerId);
        if (theirs !== undefined && theirs !== one.stripeCustomerId)
          findings.push(...(await this.stranger(one)));
      }
    }
    return findings;
  }

  /** One that cannot be read stops nobody else’s comparison. */
  private async stranger({ customerId, stripeCustomerId }: OwnedCustomer): Promise<Finding[]> {
    const { gateway, accounts, log } = this.desk;
    const say = (what: string, repaired: boolean): Finding[] => [
      { customerId, what: `${stripeCustomerId} ${what}`, repaired },
    ];
    try {
      if (await accounts.link(customerId, stripeCustomerId)) return say('was not known as theirs', true);
      const { subscriptions } = await gateway.read(stripeCustomerId);
      const isLive = subscriptions.some(({ endedAt }) => endedAt === null);
      return isLive ? say('is a second customer at Stripe with a subscription', false) : [];
    } catch (error) {
      log.error({ error, customerId }, 'a second customer at Stripe could not be read');
      return say(`could not be read: ${reasonOf(error)}`, false);
    }
  }

  private page(customerId: string | null, after: string): Promise<Mirrored[]> {
    return this.sql<Mirrored>(ACCOUNTS, [customerId, after]);
  }

  private async sql<R extends object>(text: string, values: readonly unknown[]): Promise<R[]> {
    const { unitOfWork } = this.desk.database;
    return unitOfWork.run(SERVICE, () => unitOfWork.sql<R>(text, values));
  }
}

/** A person gives it back: Stripe keeps no key by which a machine could know for certain that nobody has. */
function unreturned({ customerId, currency, amountMinor, invoiceId }: UnreturnedCharge): Finding {
  const amount = format(money(amountMinor, currency));
  const how = invoiceId
    ? `give it back with invoiceRefund of ${invoiceId}`
    : 'no paid invoice has as much left: give it back at Stripe';
  const what = `${amount} was reversed and comes off no invoice any more, because the plan has ended; ${how}`;
  return { customerId, what, repaired: false };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
