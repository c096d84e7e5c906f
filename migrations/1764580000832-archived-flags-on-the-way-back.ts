/**
 * On the way back only: what went before knows no archive, and its flags would answer by their rules again. Those that are archived are
 * switched off everywhere before they are flags like others.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ArchivedFlagsOnTheWayBack1764580000832 implements MigrationInterface {
  async up(): Promise<void> {
    // What is archived is found by nobody as it is.
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`update feature_flags set environments = (
        select coalesce(jsonb_agg(one || '{"enabled": false}' order by place), '[]')
        from jsonb_array_elements(environments) with ordinality as each_one (one, place))
      where archived_at is not null`);
  }
}
