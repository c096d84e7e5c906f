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
import { isBroken, isFinal, isPassing, upstreamFailed } from '../stripe/stripe-failure';
import type { Asked, OrderHandlers, PlacedOrder, Wish } from './plan-order';
import { type OrderKind, type OrderRequests, type OrderResults, PlanOrder } from './plan-order.entity';

/** After this long a job looks whether the order was carried out by the process that took it. */
const SECOND_LOOK_MS = 30_000;
/** Tries of that job, over some six hours. What Stripe has not answered by then is given up. */
const ATTEMPTS = 10;

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
    maxAttempts: ATTEMPTS,
    queue: ({ customerId }) => `billing:${customerId}`,
    run: async (order, { attempt }) => {
      try {
        await this.carryOut(order, 'SECOND_LOOK');
      } catch (error) {
        // A refusal is an outcome, and it is written down.
        if (error instanceof AppError) return;
        if (attempt < ATTEMPTS) throw error;
        this.log.error({ error, orderId: order.orderId }, 'an order to Stripe was given up');
        await this.giveUp(order);
      }
    },
    abandon: async (_job, order) => {
      if (order) await this.giveUp(order);
    },
  };

  /**
   * Places an order for an act and carries it out. A repeated idempotency key is answered from the order that it made,
   * before `request` is asked what to do. @throws AppError of the refusal, or UPSTREAM_FAILED when Stripe is silent.
   */
  async order<K extends OrderKind>(
    act: string,
    wish: Wish,
    request: () => Promise<Asked<K>>,
  ): Promise<OrderResults[K]> {
    const inputHash = contentHash({ act, input: wish.input });
    try {
      const known = await this.knownBy(wish, inputHash);
      if (known) return (await this.carryOut(known)) as OrderResults[K];
      for (;;) {
        const { order, own } = await this.place(wish, inputHash, await request());
        if (own) return (await this.carryOut(order)) as OrderResults[K];
        await this.carryOutAnothers(order);
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.log.warn({ error, customerId: wish.customerId, act }, 'Stripe did not answer; an order is kept');
      throw upstreamFailed();
    }
  }

  /**
   * An order of the house's own, placed in the open unit of work, which holds the account's row; the job carries it
   * out. One of this kind that is open for the same subscription is enough: false then.
   */
  async placeOwn<K extends 'CANCEL' | 'CLOSE_CHECKOUTS' | 'END_SURPLUS' | 'END_TRIAL' | 'END_UNPAID'>(
    kind: K,
    customerId: string,
    request: OrderRequests[K],
  ): Promise<boolean> {
    const open = await this.database.unitOfWork
      .repository(PlanOrder)
      .findBy({ customerId, kind, status: 'PENDING' });
    if (open.some((order) => contentHash(order.request) === contentHash(request))) return false;
    await this.insert(
      kind,
      { customerId, input: request },
      contentHash({ kind, input: request }),
      request,
      0,
    );
    return true;
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
    return known ? placedBefore(known, inputHash) : undefined;
  }

  /**
   * Writes the order down. One order of a customer is open at a time: where one is, it is answered instead, to be
   * carried out first; the same wish is the same order, so two tabs get one session.
   */
  private async place(
    { customerId, idempotencyKey }: Wish,
    inputHash: string,
    { kind, request }: Asked<OrderKind>,
  ): Promise<{ order: PlacedOrder; own: boolean }> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(tenant(customerId), async () => {
      await unitOfWork.sql('select from billing_accounts where customer_id = $1 for update', [customerId]);
      const orders = unitOfWork.repository(PlanOrder);
      // Whoever sent the same key at the same moment may have been quicker.
      const known = idempotencyKey ? await orders.findOneBy({ customerId, idempotencyKey }) : null;
      if (known) return { order: placedBefore(known, inputHash), own: true };
      const open = await orders.findOneBy({ customerId, status: 'PENDING' });
      if (open) {
        const own = open.inputHash === inputHash && open.idempotencyKey === (idempotencyKey ?? null);
        return { order: { customerId, orderId: open.id }, own };
      }
      const wish = { customerId, input: request, idempotencyKey };
      return { order: await this.insert(kind, wish, inputHash, request, SECOND_LOOK_MS), own: true };
    });
  }

  private async insert(
    kind: OrderKind,
    { customerId, idempotencyKey }: Wish,
    inputHash: string,
    request: OrderRequests[OrderKind],
    waitMs: number,
  ): Promise<PlacedOrder> {
    const now = this.clock.now();
    const order = { customerId, orderId: newId('ord', now) };
    const jobId = await this.jobs.enqueue(this.job.kind, order, {
      customerId,
      ...(waitMs > 0 && { runAt: new Date(now.getTime() + waitMs) }),
    });
    await this.database.unitOfWork.repository(PlanOrder).insert({
      customerId,
      id: order.orderId,
      kind,
      status: 'PENDING',
      request,
      tries: 0,
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
      data:
        kind === 'CANCEL' ? { kind, reason: (request as OrderRequests['CANCEL']).reason ?? null } : { kind },
    });
    return order;
  }

  /** What another asked for comes first. Its refusal is theirs to hear. */
  private async carryOutAnothers(order: PlacedOrder): Promise<void> {
    try {
      await this.carryOut(order);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** Does what the order says, unless it is done. Safe to call any number of times, at the same time too. */
  async carryOut(
    { customerId, orderId }: PlacedOrder,
    turn: 'FIRST' | 'SECOND_LOOK' = 'FIRST',
  ): Promise<OrderResults[OrderKind]> {
    const order = await this.find({ customerId, orderId });
    if (order.status === 'DONE' && order.result) return order.result;
    if (order.failure) throw new AppError(order.failure.code, order.failure.message);
    let result: OrderResults[OrderKind];
    try {
      result = await this.perform(order);
    } catch (error) {
      if (!isFinal(error)) throw error;
      const refusal = error instanceof AppError ? error : upstreamFailed();
      if (refusal !== error) this.log.error({ error, orderId }, 'Stripe refused an order');
      const { code, message } = refusal;
      await this.finish(order, { status: 'REFUSED', failure: { code, message } }, turn);
      throw refusal;
    }
    await this.finish(order, { status: 'DONE', result }, turn);
    return result;
  }

  private async find({ customerId, orderId }: PlacedOrder): Promise<PlanOrder> {
    const where = { customerId, id: orderId };
    const order = await this.database.read.one(PlanOrder, { scope: SERVICE, where });
    if (!order) throw new Error(`no order has the id ${orderId}`);
    return order;
  }

  /**
   * Stripe that breaks is asked a second time, under another key, because it keeps its failure under the first. Whether
   * it acted before it broke is seen by looking, which every handler does first.
   */
  private async perform(order: PlanOrder): Promise<OrderResults[OrderKind]> {
    try {
      return await this.attempt(order, order.tries);
    } catch (error) {
      if (!isBroken(error)) throw error;
      const { customerId, id } = order;
      const tries = order.tries + 1;
      const { unitOfWork } = this.database;
      await unitOfWork.run(SERVICE, () =>
        unitOfWork.repository(PlanOrder).update({ customerId, id, tries: order.tries }, { tries }),
      );
      return this.attempt(order, tries);
    }
  }

  private attempt(
    { kind, customerId, request, id, createdAt }: PlanOrder,
    tries: number,
  ): Promise<OrderResults[OrderKind]> {
    if (!this.handlers) throw new Error('nobody has said how orders are carried out');
    const handler = this.handlers[kind] as OrderHandlers['RESUME'];
    const key = tries === 0 ? id : `${id}:${tries}`;
    const order = { customerId, orderId: id, key, createdAt: new Date(createdAt) };
    return handler(order, request as OrderRequests['RESUME']) as Promise<OrderResults[OrderKind]>;
  }

  /** What cannot be done must not stand in the way of all that comes after it. */
  private async giveUp(placed: PlacedOrder): Promise<void> {
    const order = await this.find(placed);
    const { code, message } = upstreamFailed();
    await this.finish(order, { status: 'REFUSED', failure: { code, message } }, 'SECOND_LOOK');
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

function placedBefore({ customerId, id, inputHash: known }: PlanOrder, inputHash: string): PlacedOrder {
  if (known !== inputHash) throw idempotencyKeyReused();
  return { customerId, orderId: id };
}
