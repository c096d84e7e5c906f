/**
 * Flags and tests are the operator's; exposures, people in tests and what was measured of them belong to a customer.
 * Exposures are the high-volume table: one row an answer, by month.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth, publicTable, tenantTable } from '../src/platform/database';

export class FeatureTests1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table feature_flags (
      id text primary key,
      key text not null unique,
      type text not null,
      default_value jsonb not null,
      rules jsonb not null,
      environments jsonb not null,
      revision int not null check (revision > 0),
      stale text,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`);
    await runner.query(`create table feature_flag_revisions (
      id text primary key,
      flag_id text not null references feature_flags (id),
      revision int not null,
      default_value jsonb not null,
      rules jsonb not null,
      environments jsonb not null,
      reason text not null,
      by text not null,
      at timestamptz not null,
      unique (flag_id, revision)
    )`);

    await runner.query(`create table feature_tests (
      id text primary key,
      key text not null unique,
      kind text not null,
      hypothesis text not null,
      state text not null,
      flag_id text not null references feature_flags (id),
      deployment_id text not null references deployments (id),
      environment text not null,
      variants jsonb not null,
      plan jsonb not null,
      metric_names text[] not null,
      plan_hash text,
      largest_log_bayes double precision not null default 0,
      decision jsonb,
      version int not null check (version > 0),
      created_at timestamptz not null,
      started_at timestamptz,
      decided_at timestamptz
    )`);
    await runner.query(
      `create unique index feature_tests_one_running on feature_tests (deployment_id) where state = 'RUNNING'`,
    );
    await runner.query(`create table feature_test_intervals (
      test_id text not null references feature_tests (id),
      metric text not null,
      variant_key text not null,
      lower double precision not null,
      upper double precision not null,
      n int not null,
      looked_at timestamptz not null,
      primary key (test_id, metric, variant_key)
    )`);

    await runner.query(`create table feature_test_exposures (
      customer_id text not null,
      inference_id text not null,
      test_id text not null,
      end_user_id text not null,
      variant_key text not null,
      created_at timestamptz not null,
      primary key (customer_id, inference_id, test_id, created_at)
    ) partition by range (created_at)`);
    await partitionByMonth(runner, 'feature_test_exposures');
    await runner.query(
      'create index feature_test_exposures_person on feature_test_exposures (customer_id, end_user_id)',
    );

    await runner.query(`create table feature_test_units (
      customer_id text not null,
      test_id text not null references feature_tests (id),
      end_user_id text not null,
      variant_key text not null,
      doubly_exposed boolean not null default false,
      first_exposed_at timestamptz not null,
      primary key (customer_id, test_id, end_user_id)
    )`);
    await runner.query('create index feature_test_units_test on feature_test_units (test_id, variant_key)');
    await runner.query(
      'create index feature_test_units_person on feature_test_units (customer_id, end_user_id)',
    );

    await runner.query(`create table feature_test_observations (
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
    await runner.query('create index feature_test_observations_test on feature_test_observations (test_id)');

    await runner.query(`create table metric_events (
      customer_id text not null,
      event_id text not null,
      end_user_id text not null,
      name text not null,
      value double precision not null,
      at timestamptz not null,
      primary key (customer_id, event_id)
    )`);
    await runner.query('create index metric_events_person on metric_events (customer_id, end_user_id)');

    await publicTable(runner, 'feature_tests');
    for (const table of CUSTOMER_TABLES) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...CUSTOMER_TABLES].reverse()) await runner.query(`drop table ${table}`);
    for (const table of [
      'feature_test_intervals',
      'feature_tests',
      'feature_flag_revisions',
      'feature_flags',
    ]) {
      await runner.query(`drop table ${table}`);
    }
  }
}

const CUSTOMER_TABLES = [
  'feature_test_exposures',
  'feature_test_units',
  'feature_test_observations',
  'metric_events',
];
