/**
 * An interval by Welch's t holds for one look. Of each comparison the figures of the first look at the planned size are kept, so that
 * whoever looks again sees the same interval and not a new chance of a false alarm.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FiguresAtThePlannedSize1764580000895 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_test_intervals add column at_planned_size jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_test_intervals drop column at_planned_size');
  }
}
