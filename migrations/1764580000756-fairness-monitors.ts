/**
 * Fairness on live traffic: what a deployment is watched for, the sums that are counted for it, who was counted (and nothing else of
 * them), and what was found. A monitor is whoever's its deployment is; sums are of the customer whose people they are.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FairnessMonitors1764580000756 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table fairness_monitors (
      id text primary key,
      customer_id text references customers (id),
      deployment_id text not null references deployments (id),
      attributes jsonb not null,
      positive_label text,
      score_from double precision,
      measure text not null,
      threshold double precision not null check (threshold >= 0 and threshold <= 1),
      minimum_group_size int not null check (minimum_group_size >= 10),
      action text not null check (action in ('NOTIFY', 'OPEN_INCIDENT', 'ROLL_BACK')),
      version int not null check (version > 0),
      set_by text not null,
      since timestamptz not null,
      ended_at timestamptz,
      check ((positive_label is null) <> (score_from is null))
    )`);
    await runner.query(
      'create unique index fairness_monitors_standing on fairness_monitors (deployment_id) where ended_at is null',
    );
    await runner.query('alter table fairness_monitors enable row level security');
    await runner.query(`create policy fairness_monitors_read on fairness_monitors for select to flywheel_app
      using (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query('grant select on fairness_monitors to flywheel_app');

    const sums = [
      'selected',
      'unselected',
      'true_positives',
      'false_positives',
      'true_negatives',
      'false_negatives',
    ];
    await runner.query(`create table fairness_counts (
      customer_id text not null,
      monitor_id text not null references fairness_monitors (id),
      model_version_id text not null,
      day date not null,
      attribute text not null,
      group_name text not null,
      ${sums.map((sum) => `${sum} bigint not null default 0 check (${sum} >= 0)`).join(', ')},
      primary key (customer_id, monitor_id, model_version_id, day, attribute, group_name)
    )`);
    await runner.query('create index fairness_counts_monitor on fairness_counts (monitor_id, day)');
    await runner.query('create index fairness_counts_day on fairness_counts (day)');
    await tenantTable(runner, 'fairness_counts');

    await runner.query(`create table fairness_counted_people (
      customer_id text not null,
      end_user_id text not null,
      monitor_id text not null references fairness_monitors (id),
      model_version_id text not null,
      kind text not null check (kind in ('ANSWER', 'LABEL')),
      quarter date not null,
      counted_on date not null,
      primary key (customer_id, end_user_id, monitor_id, model_version_id, kind, quarter)
    )`);
    await runner.query('create index fairness_counted_people_day on fairness_counted_people (counted_on)');
    await tenantTable(runner, 'fairness_counted_people');

    await runner.query(`create table fairness_breaches (
      id text primary key,
      customer_id text references customers (id),
      monitor_id text not null references fairness_monitors (id),
      deployment_id text not null references deployments (id),
      model_version_id text not null,
      attribute text not null,
      evidence_from date not null,
      measure text not null,
      threshold double precision not null,
      figures jsonb not null,
      action text not null,
      rolled_back boolean not null,
      found_at timestamptz not null,
      unique (monitor_id, model_version_id, attribute, evidence_from)
    )`);
    await runner.query(
      'create index fairness_breaches_deployment on fairness_breaches (deployment_id, found_at)',
    );
    await runner.query('alter table fairness_breaches enable row level security');
    await runner.query(`create trigger fairness_breaches_append_only before update or delete on fairness_breaches
      for each row execute function flywheel_append_only()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'fairness_breaches',
      'fairness_counted_people',
      'fairness_counts',
      'fairness_monitors',
    ])
      await runner.query(`drop table ${table}`);
  }
}
