/**
 * Adds the ledger up, and compares it with everything that says the same in another place: what is left of every grant, how
 * far every period has come, the usage records, and their sums by the day. A job does so every day, and staff whenever they like.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { LEDGER_UNBALANCED } from '../billing.events';
import type { LedgerFault, LedgerVerification } from './credit.type';

const MOST_FAULTS = 100;

/** Every row is a broken rule. One statement, so that all of it is seen at one instant, between two settlements. */
const FAULTS = `with usage as (
    select t.customer_id, t.period_start,
      sum(t.amount) filter (where t.kind <> 'REVERSAL') as used,
      coalesce(sum(t.amount) filter (where t.kind = 'BURN' or (t.kind = 'REVERSAL' and t.grant_id is null)), 0) as credited
    from ledger_transfers t where 'REVENUE' in (t.debit_account, t.credit_account)
    group by 1, 2
  ), credit as (
    select customer_id, grant_id, sum(amount) as balance from ledger_entries where account = 'CREDIT' group by 1, 2
  ), records as (
    select customer_id, period_start, sum(price) as price from usage_records group by 1, 2 having sum(price) > 0
  ), days as (
    select customer_id, period_start, sum(price) as price from usage_daily_sums group by 1, 2
  ), fault as (
    select 'every transfer sums to zero' as rule, customer_id, currency as subject, sum(amount) as ledger, 0 as found
      from ledger_entries group by customer_id, currency having sum(amount) <> 0
    union all
    select 'what is left of a grant is its balance', coalesce(c.customer_id, g.customer_id), coalesce(c.grant_id, g.id),
        coalesce(c.balance, 0), coalesce(g.remaining, 0)
      from credit c full join credit_grants g on g.customer_id = c.customer_id and g.id = c.grant_id
      where coalesce(c.balance, 0) <> coalesce(g.remaining, 0)
    union all
    select 'what was used is what the records say', coalesce(u.customer_id, r.customer_id), coalesce(u.period_start, r.period_start)::text,
        coalesce(u.used, 0), coalesce(r.price, 0)
      from usage u full join records r using (customer_id, period_start) where coalesce(u.used, 0) <> coalesce(r.price, 0)
    union all
    select 'what days add up to is what the records say', coalesce(d.customer_id, r.customer_id), coalesce(d.period_start, r.period_start)::text,
        coalesce(d.price, 0), coalesce(r.price, 0)
      from days d full join records r using (customer_id, period_start) where coalesce(d.price, 0) <> coalesce(r.price, 0)
    union all
    select 'what is charged is what the counter says', coalesce(u.customer_id, k.customer_id), coalesce(u.period_start, k.period_start)::text,
        coalesce(u.used, 0), coalesce(k.charged, 0)
      from usage u full join usage_counters k using (customer_id, period_start) where coalesce(u.used, 0) <> coalesce(k.charged, 0)
    union all
    select 'what is not owed is what the counter says', coalesce(u.customer_id, k.customer_id), coalesce(u.period_start, k.period_start)::text,
        coalesce(u.credited, 0), coalesce(k.credited, 0)
      from usage u full join usage_counters k using (customer_id, period_start) where coalesce(u.credited, 0) <> coalesce(k.credited, 0)
  )
  select rule, customer_id as "customerId", subject, trim_scale(ledger)::text as ledger, trim_scale(found)::text as found,
    (select count(*) from ledger_transfers)::text as transfers, (select count(distinct customer_id) from ledger_transfers)::int as customers
  from (select 1) one left join (select * from fault order by 2, 1, 3 limit ${MOST_FAULTS}) f on true`;

type Row = { readonly transfers: string; readonly customers: number } & {
  readonly [property in keyof LedgerFault]: LedgerFault[property] | null;
};

export class LedgerVerificationService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async verify(): Promise<LedgerVerification> {
    const rows = await this.database.read.sql<Row>(SERVICE, 'billing.ledger-faults', FAULTS, []);
    const faults = rows
      .filter(({ rule }) => rule !== null)
      .map(({ rule, customerId, subject, ledger, found }) => ({ rule, customerId, subject, ledger, found }));
    return {
      balanced: faults.length === 0,
      transfers: BigInt(rows[0]!.transfers),
      customers: rows[0]!.customers,
      faults: faults as LedgerFault[],
      checkedAt: this.clock.now(),
    };
  }

  daily(): JobDefinition<object> {
    return {
      kind: 'billing.verify-ledger',
      cron: '43 4 * * *',
      run: async () => {
        const { balanced, faults } = await this.verify();
        if (balanced) return;
        this.log.error({ faults }, 'the ledger does not add up');
        await this.database.unitOfWork.run(SERVICE, () =>
          this.events.emit({
            type: LEDGER_UNBALANCED,
            subject: 'ledger',
            data: { faults: faults.length, first: { ...faults[0]! } },
          }),
        );
      },
    };
  }
}
