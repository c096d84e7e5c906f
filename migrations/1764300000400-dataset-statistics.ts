/** Versions of data tell how their numbers are spread, how many rows are equal, and which rows they share with others. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ADDED = `'{"outOfRange": 0, "histogram": [], "percentiles": [], "values": []}'::jsonb`;

export class DatasetStatistics1764300000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table dataset_versions add column duplicate_rows int, add column row_hashes_hash text',
    );
    await this.change(
      runner,
      `update dataset_versions set columns =
         (select coalesce(jsonb_agg(${ADDED} || one order by place), '[]')
          from jsonb_array_elements(columns) with ordinality as each (one, place))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.change(
      runner,
      `update dataset_versions set columns =
         (select coalesce(jsonb_agg(one - '{outOfRange,histogram,percentiles,values}'::text[] order by place), '[]')
          from jsonb_array_elements(columns) with ordinality as each (one, place))`,
    );
    await runner.query(
      'alter table dataset_versions drop column duplicate_rows, drop column row_hashes_hash',
    );
  }

  /** Versions are immutable for everyone but the one who changes what they are made of. */
  private async change(runner: QueryRunner, statement: string): Promise<void> {
    await runner.query('alter table dataset_versions disable trigger dataset_versions_immutable');
    await runner.query(statement);
    await runner.query('alter table dataset_versions enable trigger dataset_versions_immutable');
  }
}
