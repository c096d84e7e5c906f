/** With whom customers compare us: names that staff keep, who spoke of them (never the words), and leads that went there. Service only. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Competitors1764580000747 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table competitors (
      id text primary key,
      name text not null,
      aliases text[] not null,
      version int not null,
      created_by text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`);
    await runner.query(`create table competitor_mentions (
      customer_id text not null,
      feedback_id text not null,
      competitor_id text not null references competitors (id) on delete cascade,
      end_user_id text,
      said_at timestamptz not null,
      primary key (customer_id, feedback_id, competitor_id)
    )`);
    await runner.query('create index competitor_mentions_time on competitor_mentions (said_at)');
    await runner.query(
      'create index competitor_mentions_competitor on competitor_mentions (competitor_id, said_at, feedback_id)',
    );
    await runner.query(
      'create index competitor_mentions_person on competitor_mentions (customer_id, end_user_id) where end_user_id is not null',
    );
    await runner.query(
      'alter table leads add column competitor_id text references competitors (id) on delete set null',
    );
    await runner.query(
      'create index leads_competitor on leads (competitor_id) where competitor_id is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table leads drop column competitor_id');
    await runner.query('drop table competitor_mentions');
    await runner.query('drop table competitors');
  }
}
