/**
 * Adds the ledger up, and compares it with everything that says the same in another place: what is left of every grant, how
 * far every period has come, the usage records, and their sums by the day. A job does so every day, and staff whenever they like.
 * Every rule is about one customer, so some are added up at a time: one statement over all would hold its instant for as long as it takes,
 * and nothing that is outdated since then, of counters and leases that change with every commit, could be cleared away meanwhile.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { LEDGER_UNBALANCED } from '../billing.events';
import type { LedgerFault, LedgerVerification } from './credit.type';

const MOST_FAULTS = 100;
/** Customers that are added up together. */
const PAGE = 500;

const CUSTOMERS = `select customer_id as "customerId" from billing_accounts where customer_id > $1 order by customer_id limit $2`;

/** Of customers $1; every row is a broken rule. One statement, so that all of it is seen at one instant, between two settlements. */
const FAULTS = `with usage as (
    select t.customer_id, t.period_start,
      sum(t.amount) filter (where t.kind <> 'REVERSAL') as used,
      coalesce(sum(t.amount) filter (where t.kind = 'BURN' or (t.kind = 'REVERSAL' and t.grant_id is null)), 0) as credited
    from ledger_transfers t where t.customer_id = any($1) and 'REVENUE' in (t.debit_account, t.credit_account)
    group by 1, 2
  ), credit as (
    select customer_id, grant_id, sum(amount) as balance from ledger_entries
    where customer_id = any($1) and account = 'CREDIT' group by 1, 2
  ), records as (
    select customer_id, period_start, sum(price) as price from usage_records
    where customer_id = any($1) group by 1, 2 having sum(price) > 0
  ), days as (
    select customer_id, period_start, sum(price) as price from usage_daily_sums where customer_id = any($1) group by 1, 2
  ), grants as (
    select * from credit_grants where customer_id = any($1)
  ), counters as (
    select * from usage_counters where customer_id = any($1)
  ), fault as (
    select 'every transfer sums to zero' as rule, customer_id, currency as subject, sum(amount) as ledger, 0 as found
      from ledger_entries where customer_id = any($1) group by customer_id, currency having sum(amount) <> 0
    union all
    select 'what is left of a grant is its balance', coalesce(c.customer_id, g.customer_id), coalesce(c.grant_id, g.id),
        coalesce(c.balance, 0), coalesce(g.remaining, 0)
      from credit c full join grants g on g.customer_id = c.customer_id and g.id = c.grant_id
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
      from usage u full join counters k using (customer_id, period_start) where coalesce(u.used, 0) <> coalesce(k.charged, 0)
    union all
    select 'what is not owed is what the counter says', coalesce(u.customer_id, k.customer_id), coalesce(u.period_start, k.period_start)::text,
        coalesce(u.credited, 0), coalesce(k.credited, 0)
      from usage u full join counters k using (customer_id, period_start) where coalesce(u.credited, 0) <> coalesce(k.credited, 0)
  )
  select rule, customer_id as "customerId", subject, trim_scale(ledger)::text as ledger, trim_scale(found)::text as found,
    transfers::text, customers
  from (select count(*) as transfers, count(distinct customer_id)::int as customers from ledger_transfers where customer_id = any($1)) added
    left join (select * from fault order by 2, 1, 3 limit ${MOST_FAULTS}) f on true`;

type Row = { readonly transfers: string; readonly customers: number } & {
  readonly [property in keyof LedgerFault]: LedgerFault[property] | null;
};

export class LedgerVerificationService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly pageSize = PAGE,
  ) {}

  async verify(signal?: AbortSignal): Promise<LedgerVerification> {
    const faults: LedgerFault[] = [];
    let [transfers, customers] = [0n, 0];
    for (let after: string | undefined = ''; after !== undefined;) {
      signal?.throwIfAborted();
      const page = await this.customersAfter(after);
      const rows = await this.database.read.sql<Row>(SERVICE, 'billing.ledger-faults', FAULTS, [page]);
      faults.push(...rows.filter((row): row is Row & LedgerFault => row.rule !== null).map(faultOf));
      transfers += BigInt(rows[0]!.transfers);
      customers += rows[0]!.customers;
      after = page.length === this.pageSize ? page.at(-1) : undefined;
    }
    return {
      balanced: faults.length === 0,
      transfers,
      customers,
      faults: faults.slice(0, MOST_FAULTS),
      checkedAt: this.clock.now(),
    };
  }

  private async customersAfter(after: string): Promise<string[]> {
    type Account = { readonly customerId: string };
    const text = 'billing.ledger-customers';
    const page = await this.database.read.sql<Account>(SERVICE, text, CUSTOMERS, [after, this.pageSize]);
    return page.map(({ customerId }) => customerId);
  }

  daily(): JobDefinition<object> {
    return {
      kind: 'billing.verify-ledger',
      cron: '43 4 * * *',
      run: async (_payload, { signal }) => {
        const { balanced, faults } = await this.verify(signal);
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

function faultOf({ rule, customerId, subject, ledger, found }: LedgerFault): LedgerFault {
  return { rule, customerId, subject, ledger, found };
}
