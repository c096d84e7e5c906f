/** That a flag is stale is found, not only said: what staff say stands beside what was found. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FlagStaleness1764580000733 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags rename column stale to stale_note');
    await runner.query('alter table feature_flags add column stale jsonb');
    // What the decision of a test used to say in the words of staff is found by itself now.
    await runner.query(`update feature_flags f set stale_note = null from feature_tests t
      where t.flag_id = f.id and t.state = 'DECIDED' and f.stale_note like 'Its test was decided for %'`);
    await runner.query(`update feature_flags set stale = jsonb_build_object('reason', 'MARKED',
        'since', to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'detail', stale_note)
      where stale_note is not null`);
    await runner.query('create index feature_flags_stale on feature_flags (id) where stale is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags drop column stale');
    await runner.query('alter table feature_flags rename column stale_note to stale');
  }
}
