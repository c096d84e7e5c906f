/** A change that reaches production may wait for somebody else's approval, and every revision says what it changed. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { publicTable } from '../src/platform/database';

export class FlagChangeRequests1764580000732 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags add column requires_review boolean not null default false');
    await runner.query(`create table flag_change_requests (
      id text primary key,
      flag_id text not null references feature_flags (id),
      base_revision int not null,
      change jsonb not null,
      changes jsonb not null,
      reason text not null,
      state text not null,
      by text not null,
      created_at timestamptz not null,
      decided_by text,
      decision_reason text,
      decided_at timestamptz,
      revision int
    )`);
    await runner.query('create index flag_change_requests_of_flag on flag_change_requests (flag_id, id)');
    await runner.query(
      `create index flag_change_requests_pending on flag_change_requests (flag_id) where state = 'PENDING'`,
    );
    await publicTable(runner, 'flag_change_requests');
    await runner.query(`alter table feature_flag_revisions
      add column changes jsonb not null default '[]',
      add column emergency boolean not null default false,
      add column change_request_id text references flag_change_requests (id)`);
    await runner.query(`update feature_flag_revisions later set changes = coalesce((
        select jsonb_agg(jsonb_build_object('part', part, 'before', before, 'after', after))
        from feature_flag_revisions earlier cross join lateral (values
          ('DEFAULT_VALUE', earlier.default_value, later.default_value),
          ('RULES', earlier.rules, later.rules),
          ('ENVIRONMENTS', earlier.environments, later.environments)) as parts (part, before, after)
        where earlier.flag_id = later.flag_id and earlier.revision = later.revision - 1 and before <> after), '[]')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table feature_flag_revisions
      drop column change_request_id,
      drop column emergency,
      drop column changes`);
    await runner.query('drop table flag_change_requests');
    await runner.query('alter table feature_flags drop column requires_review');
  }
}
