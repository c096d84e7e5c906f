/**
 * Carries orders to Stripe. An order is committed first and sent then; a job sends it again when the process died or
 * Stripe was silent. Its id is the key under which Stripe does it once, so sending twice has one effect.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { idempotencyKeyReused } from '../billing.errors';
import { isPassing, upstreamFailed } from '../stripe/stripe-failure';
import { type OrderKind, type OrderRequests, type OrderResults, PlanOrder } from './plan-order.entity';

/** After this long a job looks whether the order was carried out by the process that took it. */
const SECOND_LOOK_MS = 30_000;

/** Who wants what: the caller's input and key tell a repetition from a new wish. */
export interface Wish {
  readonly customerId: string;
  readonly input: object;
  readonly idempotencyKey?: string | null;
}

export interface PlacedOrder {
  readonly customerId: string;
  readonly orderId: string;
}

/** How an order of a kind is done at Stripe. The id is the idempotency key. */
export type OrderHandlers = {
  readonly [K in OrderKind]: (
    customerId: string,
    request: OrderRequests[K],
    orderId: string,
  ) => Promise<OrderResults[K]>;
};

export class PlanOrderService {
  private handlers: OrderHandlers | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Says how each kind is done; the service of subscriptions knows. */
  handle(handlers: OrderHandlers): void {
    this.handlers = handlers;
  }

  readonly job: JobDefinition<PlacedOrder> = {
    kind: 'billing.carry-out-order',
    maxAttempts: 10,
    queue: ({ customerId }) => `billing:${customerId}`,
    run: async (order) => {
      try {
        await this.carryOut(order, 'SECOND_LOOK');
      } catch (error) {
        // A refusal is an outcome, and it is written down.
        if (!(error instanceof AppError)) throw error;
      }
    },
  };

  /**
   * Places an order and carries it out. A repeated idempotency key is answered from the order that it made, before
   * `request` is asked what to do. @throws AppError of the refusal, or UPSTREAM_FAILED when Stripe is silent.
   */
  async order<K extends OrderKind>(
    kind: K,
    wish: Wish,
    request: () => Promise<OrderRequests[K]>,
  ): Promise<OrderResults[K]> {
    const inputHash = contentHash({ kind, input: wish.input });
    try {
      const known = await this.knownBy(wish, inputHash);
      if (known) return (await this.carryOut(known)) as OrderResults[K];
      for (;;) {
        const { order, own } = await this.place(kind, wish, inputHash, await request());
        const result = await this.carryOut(order);
        if (own) return result as OrderResults[K];
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.log.warn({ error, customerId: wish.customerId, kind }, 'Stripe did not answer; an order is kept');
      throw upstreamFailed();
    }
  }

  private async knownBy(
    { customerId, idempotencyKey }: Wish,
    inputHash: string,
  ): Promise<PlacedOrder | undefined> {
    if (!idempotencyKey) return undefined;
    const known = await this.database.read.one(PlanOrder, {
      scope: tenant(customerId),
      where: { customerId, idempotencyKey },
    });
    if (known && known.inputHash !== inputHash) throw idempotencyKeyReused();
    return known ? { customerId, orderId: known.id } : undefined;
  }

  /**
   * Writes the order down. One order of a customer is open at a time: where one is, it is answered instead, to be
   * carried out first; the same wish is the same order, so two tabs get one session.
   */
  private async place(
    kind: OrderKind,
    { customerId, idempotencyKey }: Wish,
    inputHash: string,
    request: OrderRequests[OrderKind],
  ): Promise<{ order: PlacedOrder; own: boolean }> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(tenant(customerId), async () => {
      await unitOfWork.sql('select from billing_accounts where customer_id = $1 for update', [customerId]);
      const orders = unitOfWork.repository(PlanOrder);
      const open = await orders.findOneBy({ customerId, status: 'PENDING' });
      if (open) {
        const own = open.inputHash === inputHash && open.idempotencyKey === (idempotencyKey ?? null);
        return { order: { customerId, orderId: open.id }, own };
      }
      const now = this.clock.now();
      const order = { customerId, orderId: newId('ord', now) };
      const jobId = await this.jobs.enqueue(this.job.kind, order, {
        customerId,
        runAt: new Date(now.getTime() + SECOND_LOOK_MS),
      });
      await orders.insert({
        customerId,
        id: order.orderId,
        kind,
        status: 'PENDING',
        request,
        jobId,
        idempotencyKey: idempotencyKey ?? null,
        inputHash,
        createdAt: now,
      });
      await this.events.emit({
        type: 'plan-order.placed',
        customerId,
        subject: order.orderId,
        after: request,
        data: { kind },
      });
      return { order, own: true };
    });
  }

  /** Does what the order says, unless it is done. Safe to call any number of times, at the same time too. */
  async carryOut(
    { customerId, orderId }: PlacedOrder,
    turn: 'FIRST' | 'SECOND_LOOK' = 'FIRST',
  ): Promise<OrderResults[OrderKind]> {
    const order = await this.database.read.one(PlanOrder, {
      scope: SERVICE,
      where: { customerId, id: orderId },
    });
    if (!order) throw new Error(`no order has the id ${orderId}`);
    if (order.status === 'DONE' && order.result) return order.result;
    if (order.failure) throw new AppError(order.failure.code, order.failure.message);
    let result: OrderResults[OrderKind];
    try {
      result = await this.perform(order);
    } catch (error) {
      if (isPassing(error)) throw error;
      const refusal = error instanceof AppError ? error : upstreamFailed();
      if (refusal !== error) this.log.error({ error, orderId }, 'Stripe refused an order');
      const { code, message } = refusal;
      await this.finish(order, { status: 'REFUSED', failure: { code, message } }, turn);
      throw refusal;
    }
    await this.finish(order, { status: 'DONE', result }, turn);
    return result;
  }

  private perform({ kind, customerId, request, id }: PlanOrder): Promise<OrderResults[OrderKind]> {
    if (!this.handlers) throw new Error('nobody has said how orders are carried out');
    const handler = this.handlers[kind] as OrderHandlers['CHECKOUT'];
    return handler(customerId, request as OrderRequests['CHECKOUT'], id) as Promise<OrderResults[OrderKind]>;
  }

  private async finish(
    { customerId, id, kind, jobId }: PlanOrder,
    outcome: Pick<PlanOrder, 'status'> & Partial<Pick<PlanOrder, 'result' | 'failure'>>,
    turn: 'FIRST' | 'SECOND_LOOK',
  ): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const { affected } = await unitOfWork
        .repository(PlanOrder)
        .update({ customerId, id, status: 'PENDING' }, { ...outcome, finishedAt: this.clock.now() });
      if (!affected) return;
      if (turn === 'FIRST') await this.jobs.cancel(jobId);
      await this.events.emit({
        type: outcome.status === 'DONE' ? 'plan-order.done' : 'plan-order.refused',
        customerId,
        subject: id,
        after: outcome.status,
        data: { kind, code: outcome.failure?.code ?? null },
      });
    });
  }
}
