/** Our usage beside Stripe's figure. The sums of many customers are one statement; Stripe is asked once a customer and meter. */
import { subtractDecimals } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database } from '../../../platform/database';
import { defineLoader, type RequestContext } from '../../../platform/graphql';
import type { Log } from '../../../platform/log';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import type { MeterGateway } from './meter-gateway';
import { decimalOf, eventNameOf, UsageMeter } from './meter-plan';
import { wholeMinutes } from './meter-time';
import { type LateUsage, LateUsageStatus, type MeterReconciliation } from './meter.type';

interface Sums {
  readonly question: string;
  readonly stripeCustomerId: string | null;
  readonly requests: string;
  readonly charge: string;
  readonly credited: string;
  readonly events: readonly EventSum[];
}

/** Events that were used, or count, in the period asked for. */
interface EventSum {
  readonly id: string;
  readonly meter: UsageMeter;
  readonly value: string;
  readonly hour: string;
  readonly meteredAt: string;
  readonly late: boolean;
  readonly status: 'WAITING' | 'TRIED' | 'SENT' | 'REFUSED' | 'RETURNED';
  readonly failure: string | null;
  /** The usage is of the period, or what is taken back was charged for it. */
  readonly own: boolean;
  /** It counts in the period. */
  readonly counts: boolean;
}

const SUMS = `select asked.question, a.stripe_customer_id as "stripeCustomerId", u.requests::text, trim_scale(u.charge)::text as charge,
    (select trim_scale(coalesce(sum(c.credited), 0))::text from usage_counters c
      where c.customer_id = asked.customer_id and c.period_start >= asked.starts and c.period_start < asked.ends) as credited,
    coalesce((select jsonb_agg(to_jsonb(e) order by e.hour, e.id) from (
      select id, meter, value::text, hour, metered_at as "meteredAt", late, status, failure,
        case when value < 0 then period_start >= asked.starts else hour >= date_trunc('hour', asked.starts, 'UTC')
          and hour < asked.ends and (period_start >= asked.starts or hour >= asked.starts) end and period_start < asked.ends as own,
        metered_at >= asked.first_minute and metered_at < asked.last_minute as counts
      from meter_events where customer_id = asked.customer_id and (hour >= date_trunc('hour', asked.starts, 'UTC') and hour < asked.ends
        or metered_at >= asked.first_minute and metered_at < asked.last_minute
        or value < 0 and period_start >= asked.starts and period_start < asked.ends)
    ) e), '[]') as events
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
      asked (question, customer_id, starts, ends, first_minute, last_minute)
    left join billing_accounts a on a.customer_id = asked.customer_id
    cross join lateral (
      select coalesce(sum(requests), 0) as requests, coalesce(sum(price), 0) as charge from usage_records r
      where r.customer_id = asked.customer_id and r.created_at >= asked.starts and r.created_at < asked.ends and r.price > 0
    ) u`;

export class MeterReconciliationService {
  private readonly sumsOf;

  constructor(
    { read }: Database,
    private readonly terms: CustomerTermsService,
    private readonly gateway: MeterGateway,
    private readonly log: Log,
  ) {
    this.sumsOf = defineLoader<string, Sums>(async (questions, { scope }) => {
      const parts = questions.map((question) => JSON.parse(question) as [string, string, string]);
      const minutes = parts.map(([, from, to]) => minutesOf({ from: new Date(from), to: new Date(to) }));
      const rows = await read.sql<Sums>(scope, 'billing.meter-sums', SUMS, [
        questions,
        ...[0, 1, 2].map((column) => parts.map((part) => part[column])),
        minutes.map(({ from }) => from),
        minutes.map(({ to }) => to),
      ]);
      const byQuestion = new Map(rows.map((row) => [row.question, row]));
      return questions.map((question) => byQuestion.get(question)!);
    });
  }

  /** Without a period: the billing period of now. */
  async reconcile(
    customerId: string,
    asked: Period | undefined,
    context: RequestContext,
  ): Promise<MeterReconciliation[]> {
    const terms = await this.terms.of(customerId);
    const period = asked ?? terms.period;
    const question = JSON.stringify([customerId, period.from, period.to]);
    const sums = await this.sumsOf(context).load(question);
    return Promise.all(
      Object.values(UsageMeter).map((meter) => this.compare(meter, sums, period, terms.plan.currency)),
    );
  }

  private async compare(
    meter: UsageMeter,
    sums: Sums,
    period: Period,
    currency: string,
  ): Promise<MeterReconciliation> {
    const isCharge = meter === UsageMeter.CHARGE;
    const shown = (value: bigint): string => (isCharge ? decimalOf(value) : value.toString());
    const events = sums.events.filter((event) => event.meter === meter);
    const total = (of: (event: EventSum) => boolean): bigint =>
      events.reduce((sum, event) => (of(event) ? sum + BigInt(event.value) : sum), 0n);
    const sent = total(({ status, counts }) => status === 'SENT' && counts);
    const taken = total(({ status, own }) => (status === 'SENT' || status === 'RETURNED') && own);
    const used = isCharge ? sums.charge : sums.requests;
    const paidByCredits = isCharge ? sums.credited : '0';
    const counted = await this.counted(sums.stripeCustomerId, eventNameOf(meter, currency), period);
    return {
      meter,
      period,
      used,
      paidByCredits,
      unbilled: subtractDecimals(subtractDecimals(used, paidByCredits), shown(taken)),
      sent: shown(sent),
      atStripe: counted === null ? null : shown(counted),
      difference: counted === null ? null : shown(counted - sent),
      late: events
        .filter(({ late, own, counts }) => late && (own || counts))
        .map((event) => lateUsage(event, shown)),
    };
  }

  /** null when Stripe does not know the customer, or does not answer: the rest is shown all the same. */
  private async counted(
    stripeCustomerId: string | null,
    eventName: string,
    period: Period,
  ): Promise<bigint | null> {
    const minutes = minutesOf(period);
    if (stripeCustomerId === null || minutes.to <= minutes.from) return null;
    try {
      return await this.gateway.counted(stripeCustomerId, eventName, minutes);
    } catch (error) {
      this.log.warn({ error, stripeCustomerId }, 'Stripe did not say what its meters counted');
      return null;
    }
  }
}

/** Nothing of ours counts in a minute that two periods share, so that both may begin with it. */
function minutesOf(period: Period): Period {
  const { from } = wholeMinutes({ from: new Date(period.from.getTime() - 59_999), to: period.to });
  return { from, to: wholeMinutes(period).to };
}

const LATE: Record<EventSum['status'], LateUsageStatus> = {
  WAITING: LateUsageStatus.UNBILLED,
  TRIED: LateUsageStatus.UNBILLED,
  SENT: LateUsageStatus.BILLED,
  REFUSED: LateUsageStatus.REFUSED,
  RETURNED: LateUsageStatus.RETURNED,
};

function lateUsage(event: EventSum, shown: (value: bigint) => string): LateUsage {
  const { hour, meteredAt, value, status, failure } = event;
  return {
    usedAt: new Date(hour),
    countsAt: new Date(meteredAt),
    quantity: shown(BigInt(value)),
    status: LATE[status],
    failure,
  };
}
