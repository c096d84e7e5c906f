/**
 * What finer results are made of: how the values of each person in a test are spread (for quantiles), and what was seen of the
 * person before they met it (for CUPED). Both stand beside the sums that are there already, and go with them.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FiguresOfPeople1764580000631 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table feature_tests
      add column spread_metrics text[] not null default '{}',
      add column earlier_days int check (earlier_days > 0)`);
    await runner.query(
      'alter table feature_test_units add column earlier_kept boolean not null default false',
    );
    await runner.query(`create table feature_test_spreads (
      customer_id text not null,
      test_id text not null,
      end_user_id text not null,
      metric text not null,
      bin int not null,
      n double precision not null,
      primary key (customer_id, test_id, end_user_id, metric, bin),
      foreign key (customer_id, test_id, end_user_id)
        references feature_test_units (customer_id, test_id, end_user_id) on delete cascade
    )`);
    await runner.query('create index feature_test_spreads_test on feature_test_spreads (test_id, metric)');
    await runner.query(`create table feature_test_earlier (
      customer_id text not null,
      test_id text not null,
      end_user_id text not null,
      metric text not null,
      n double precision not null,
      sum double precision not null,
      primary key (customer_id, test_id, end_user_id, metric),
      foreign key (customer_id, test_id, end_user_id)
        references feature_test_units (customer_id, test_id, end_user_id) on delete cascade
    )`);
    await runner.query('create index feature_test_earlier_test on feature_test_earlier (test_id)');
    for (const table of TABLES) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`drop table ${table}`);
    await runner.query('alter table feature_test_units drop column earlier_kept');
    await runner.query('alter table feature_tests drop column earlier_days, drop column spread_metrics');
  }
}

const TABLES = ['feature_test_spreads', 'feature_test_earlier'];
