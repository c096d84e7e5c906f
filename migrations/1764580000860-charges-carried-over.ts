/**
 * A charge that was reversed comes off invoices as far as they have usage, and the rest is carried over. What was taken back from
 * Stripe when no plan ran came off no invoice: it is to be returned again, and money that was given back for it is counted with the
 * next reading of Stripe. On the way back that money stands as taken back at Stripe, as it did before.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChargesCarriedOver1764580000860 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table meter_events drop constraint meter_events_status_check,
      add constraint meter_events_status_check check (status in ('WAITING', 'TRIED', 'SENT', 'REFUSED', 'RETURNED'))`);
    await runner.query(`with nobodys as (
        delete from meter_events e
        where e.value < 0 and e.status = 'SENT' and not exists (select from plan_subscriptions s where s.customer_id = e.customer_id
          and s.stripe_subscription_id is not null and s.created_at <= e.metered_at
          and (s.ended_at is null or s.ended_at > e.metered_at))
        returning customer_id, period_start, value
      )
      update meter_periods m set owed_micros = m.owed_micros - n.value
      from (select customer_id, period_start, sum(value) as value from nobodys group by 1, 2) n
      where m.customer_id = n.customer_id and m.period_start = n.period_start`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `update meter_events set status = 'SENT', sent_at = metered_at where status = 'RETURNED'`,
    );
    await runner.query(`alter table meter_events drop constraint meter_events_status_check,
      add constraint meter_events_status_check check (status in ('WAITING', 'TRIED', 'SENT', 'REFUSED'))`);
  }
}
