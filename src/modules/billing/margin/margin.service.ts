/**
 * Earnings beside costs, out of what was used, by customer, plan, model and deployment in one statement; and the job that
 * tells of customers who cost more than they are charged.
 */
import type { Clock } from '../../../kernel/clock';
import { compareDecimals, money, roundToMinor, subtractDecimals } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { moneyOf } from '../../../platform/graphql';
import type { JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { MARGIN_NEGATIVE } from '../billing.events';
import { COST_CURRENCY } from '../usage/price';
import { usedBetween } from '../usage/used';
import { type MarginAlert, MarginDimension, type MarginLine } from './margin.type';

/** Customers that one transaction of the job tells of. */
const PAGE = 500;
const NEWEST_ALERTS = 100;

/**
 * Worst first: whoever asks wants to know where money is lost. What is charged in another currency than costs are in gives two rows,
 * so that neither is added to the other.
 */
const LINES = `select case when $1 then customer_id end as "customerId", case when $2 then plan_id end as "planId",
    case when $3 then model_id end as "modelId", case when $4 then deployment_id end as "deploymentId", of.currency,
    sum(of.requests)::text as requests, trim_scale(sum(of.device_ms))::text as "deviceMs",
    trim_scale(sum(of.revenue))::text as revenue, trim_scale(sum(of.cost))::text as cost
  from ${usedBetween('$5::timestamptz', '$6::timestamptz')} u cross join lateral (
    select u.currency, u.requests, u.device_ms, u.price as revenue, case when u.currency = '${COST_CURRENCY}' then u.cost else 0 end as cost
    union all select '${COST_CURRENCY}', 0, 0, 0, u.cost where u.currency <> '${COST_CURRENCY}'
  ) as of
  group by 1, 2, 3, 4, 5 order by sum(of.revenue) - sum(of.cost), 1, 2, 3, 4, 5 limit $7`;

/**
 * The key lets one of several that look at once tell of it; of a customer that was told of nobody is told again. Of what is charged in
 * another currency than costs are in, only nothing is certainly less.
 */
const ALERT = `insert into margin_alerts (customer_id, period_start, revenue, cost, created_at)
  select customer_id, period_start, charged, cost, $1 from usage_counters c
  where period_end > $2 and cost > charged
    and (charged = 0 or not exists (select from usage_daily_sums s where s.customer_id = c.customer_id
      and s.period_start = c.period_start and s.currency <> '${COST_CURRENCY}'))
    and not exists (select from margin_alerts a where a.customer_id = c.customer_id and a.period_start = c.period_start)
  order by customer_id, period_start limit ${PAGE}
  on conflict do nothing
  returning customer_id as "customerId", period_start as "periodStart", trim_scale(revenue)::text as revenue, trim_scale(cost)::text as cost`;

const ALERTS = `select customer_id as "customerId", period_start as "periodStart", trim_scale(revenue)::text as revenue,
    trim_scale(cost)::text as cost, created_at as "createdAt"
  from margin_alerts order by created_at desc, customer_id limit ${NEWEST_ALERTS}`;

interface Sums {
  readonly customerId: string | null;
  readonly planId: string | null;
  readonly modelId: string | null;
  readonly deploymentId: string | null;
  readonly currency: string;
  readonly requests: string;
  readonly deviceMs: string;
  readonly revenue: string;
  readonly cost: string;
}

/** A period that has just ended is looked at for this long: its last settlements may have come after the last look. */
const AFTER_END_MS = 24 * 60 * 60 * 1000;

export class MarginService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async lines(by: readonly MarginDimension[], { from, to }: Period, first: number): Promise<MarginLine[]> {
    const asked = Object.values(MarginDimension).map((dimension) => by.includes(dimension));
    const values = [...asked, from, to, first];
    const rows = await this.database.read.sql<Sums>(SERVICE, 'billing.margins', LINES, values);
    return rows.map(lineOf);
  }

  alerts(): Promise<MarginAlert[]> {
    return this.database.read.sql<MarginAlert>(SERVICE, 'billing.margin-alerts', ALERTS, []);
  }

  job(): JobDefinition<never> {
    return {
      kind: 'billing.alert-margins',
      cron: '27 * * * *',
      run: async (_payload, { signal }) => {
        while (!signal.aborted && (await this.alertPage()) === PAGE);
      },
    };
  }

  private async alertPage(): Promise<number> {
    const { unitOfWork } = this.database;
    const now = this.clock.now();
    const ended = new Date(now.getTime() - AFTER_END_MS);
    const found = await unitOfWork.run(SERVICE, async () => {
      const rows = await unitOfWork.sql<Omit<MarginAlert, 'createdAt'>>(ALERT, [now, ended]);
      await this.events.emit(
        ...rows.map(({ customerId, periodStart, revenue, cost }) => ({
          type: MARGIN_NEGATIVE,
          customerId,
          subject: customerId,
          data: { periodStart: periodStart.toISOString(), revenue, cost },
        })),
      );
      return rows.length;
    });
    if (found > 0) this.log.warn({ customers: found }, 'customers cost more than they are charged');
    return found;
  }
}

function lineOf({ currency, requests, revenue, cost, ...rest }: Sums): MarginLine {
  const margin = subtractDecimals(revenue, cost);
  const amount = (decimal: string) => moneyOf(money(roundToMinor(decimal), currency));
  return {
    ...rest,
    requests: BigInt(requests),
    revenue: amount(revenue),
    cost: amount(cost),
    margin: amount(margin),
    marginExact: margin,
    ratio:
      currency !== COST_CURRENCY || compareDecimals(revenue, '0') === 0
        ? null
        : Number(margin) / Number(revenue),
  };
}
