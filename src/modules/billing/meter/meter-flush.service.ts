/**
 * Hands usage over to Stripe's meters, in two steps that each survive a crash. First what is due is written down, each event
 * under an identifier that it keeps for ever; then every event is marked as tried, sent, and marked as sent. An event
 * without an answer is sent again while Stripe remembers its identifier; later Stripe's own figure says whether it came.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Period } from '../../../kernel/period';
import type { JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { isFinal, isOfKey } from '../stripe/stripe-failure';
import type { MeterGateway } from './meter-gateway';
import { eventNameOf, planMeterEvents, UsageMeter } from './meter-plan';
import { closedUntil, isInvoiced, lookFrom, meterTime } from './meter-time';
import type { MeterRepository, OpenEvent, PeriodOfUsage } from './meter.repository';
import type { TakenBackRepository } from './taken-back.repository';

const BATCH = 200;
/** Requests to Stripe at a time. */
const ABREAST = 8;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Stripe remembers identifiers for a day; within this time an event without an answer is simply sent again. */
const REMEMBERED_MS = 23 * HOUR_MS;

export interface Flushed {
  readonly planned: number;
  readonly sent: number;
  readonly refused: number;
  /** Without an answer, and periods that could not be reckoned: they are tried again. */
  readonly open: number;
}

interface Pass {
  /** By customer and currency: each is seen to once. */
  readonly billed: Map<string, Promise<void>>;
  /** Why events stayed open. */
  readonly passing: unknown[];
}

export class MeterFlushService {
  readonly job: JobDefinition<object> = {
    kind: 'billing.flush-usage',
    // Stripe finalises an hour after a period's end: usage of its last minutes must be there before.
    cron: '*/10 * * * *',
    queue: () => 'billing:meter',
    run: async () => {
      const { open } = await this.flush();
      if (open > 0)
        throw new Error(`${open} meter events have no answer of Stripe's yet, or could not be reckoned`);
    },
  };

  constructor(
    private readonly events: MeterRepository,
    private readonly takenBack: TakenBackRepository,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly gateway: MeterGateway,
  ) {}

  async flush(): Promise<Flushed> {
    let planned = 0;
    let stuck = 0;
    for (const due of await this.events.due(null))
      try {
        planned += await this.plan(due, closedUntil);
      } catch (error) {
        stuck += 1;
        this.log.error({ error, customerId: due.customerId }, 'usage could not be reckoned for Stripe');
      }
    const { open, ...handed } = await this.send(null);
    return { planned, ...handed, open: open + stuck };
  }

  /**
   * Hands over what one customer has used up to now, without waiting for the hour to close: what reaches Stripe after
   * the end of a subscription is on nobody's invoice. @throws Error for which Stripe did not take all of it yet.
   */
  async handOver(customerId: string): Promise<void> {
    await this.handOverOnce(customerId);
    // What is taken back comes off what Stripe has, which is more now.
    const due = await this.events.due(customerId);
    if (due.some(({ isTakenBack }) => isTakenBack)) await this.handOverOnce(customerId);
  }

  private async handOverOnce(customerId: string): Promise<void> {
    for (const due of await this.events.due(customerId)) await this.plan(due, () => null);
    const pass = newPass();
    await this.send(customerId, pass);
    if (pass.passing.length > 0) throw pass.passing[0];
  }

  /** Writes down what of a period is to be handed over now. */
  private plan(due: PeriodOfUsage, until: typeof closedUntil): Promise<number> {
    return this.events.run(async () => {
      const now = this.clock.now();
      const { period, isTakenBack } = due;
      if (isTakenBack) await this.takenBack.begin(due);
      const { currency: earlier, ...locked } = await this.events.lockPeriod(due);
      const hours = await this.events.hours(due, lookFrom(period, now), until(period, now));
      const currency = hours.at(-1)?.currency ?? earlier;
      if (currency === null) return 0;
      const setOff = isTakenBack ? await this.takenBack.setOff(due, currency, now) : null;
      const plan = planMeterEvents(hours, { ...locked, period, currency, now, setOff });
      if (plan.events.length === 0) return 0;
      const rows = plan.events.map((event) => ({
        ...event,
        id: newId('mte', now),
        currency,
        eventName: eventNameOf(event.meter, currency),
      }));
      await this.events.add(due, rows, plan.totals, now);
      return rows.length;
    });
  }

  /** What is owed comes onto the invoice only of a subscription that bills it. */
  private async seeToBilling(
    { meter, stripeCustomerId, currency }: OpenEvent,
    { billed }: Pass,
  ): Promise<void> {
    if (meter !== UsageMeter.CHARGE) return;
    const key = `${stripeCustomerId} ${currency}`;
    const billing = billed.get(key) ?? this.gateway.bill(stripeCustomerId, currency);
    billed.set(key, billing);
    await billing;
  }

  /** One pass over everything that Stripe is to have, of one customer or of all. */
  private async send(customerId: string | null, pass = newPass()): Promise<Omit<Flushed, 'planned'>> {
    const counts = { sent: 0, refused: 0, open: 0 };
    let after = { createdAt: new Date(0), id: '' };
    for (;;) {
      const batch = await this.events.run(() => this.take(after, customerId));
      if (batch.length === 0) return counts;
      after = batch.at(-1)!;
      for (let at = 0; at < batch.length; at += ABREAST) {
        const outcomes = await Promise.all(
          batch.slice(at, at + ABREAST).map((event) => this.hand(event, pass)),
        );
        const sent = batch.slice(at, at + ABREAST).filter((_, place) => outcomes[place] === 'sent');
        await this.events.run(() =>
          this.events.markSent(
            sent.map(({ id }) => id),
            this.clock.now(),
          ),
        );
        for (const outcome of outcomes) counts[outcome] += 1;
      }
    }
  }

  /** Marks the next events as tried before they are: after a crash it is known which may have reached Stripe. */
  private async take(
    after: { createdAt: Date; id: string },
    customerId: string | null,
  ): Promise<OpenEvent[]> {
    const now = this.clock.now();
    const batch = (await this.events.open(after, BATCH, customerId)).map((event) => ({
      ...event,
      // Only what was never sent may count at another time than the one it was sent with; what is taken back was planned just now.
      ...(event.triedAt || event.value < 0n
        ? { late: event.meteredAt >= event.period.to }
        : meterTime(event.hour, event.period, now)),
    }));
    if (batch.length > 0) await this.events.markTried(batch, now);
    return batch;
  }

  /** Nothing that goes wrong with one event, or with the billing of its customer, keeps back what others used. */
  private async hand(event: OpenEvent, pass: Pass): Promise<'sent' | 'refused' | 'open'> {
    const { id, stripeCustomerId, eventName, value, meteredAt } = event;
    try {
      if (this.isForgotten(event)) return await this.lookUp(event);
      await this.seeToBilling(event, pass);
      await this.gateway.hand({ identifier: id, stripeCustomerId, eventName, value, meteredAt });
      return 'sent';
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.log.warn({ event: id, failure }, 'Stripe did not take a meter event');
      if (!isFinal(error) || isOfKey(error)) {
        pass.passing.push(error);
        return 'open';
      }
      await this.events.run(() => this.events.markRefused(id, failure));
      return 'refused';
    }
  }

  /** Sending it again could count twice, or count where nobody is charged any more. */
  private isForgotten({ triedAt, meteredAt, period, closedAt }: OpenEvent): boolean {
    if (!triedAt) return false;
    const now = this.clock.now();
    const closes = meteredAt < period.to ? period.to : closedAt;
    return (
      now.getTime() - triedAt.getTime() > REMEMBERED_MS ||
      (closes !== null && isInvoiced({ to: closes }, now))
    );
  }

  /** Whether it came: by what Stripe has counted in the minute under which it was sent. */
  private async lookUp(event: OpenEvent): Promise<'sent' | 'open'> {
    const minute = minuteOf(event.meteredAt);
    const { sent, tried } = await this.events.minute(event, minute);
    const counted = await this.gateway.counted(event.stripeCustomerId, event.eventName, minute);
    const came = tried < 0n ? counted <= sent + tried : counted >= sent + tried;
    if (came) return 'sent';
    if (counted === sent) await this.events.run(() => this.events.markWaiting(event.id));
    else
      this.log.error(
        { event: event.id },
        'part of the meter events of a minute is at Stripe: compare by hand',
      );
    return 'open';
  }
}

function newPass(): Pass {
  return { billed: new Map(), passing: [] };
}

function minuteOf(instant: Date): Period {
  const from = Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS;
  return { from: new Date(from), to: new Date(from + MINUTE_MS) };
}
