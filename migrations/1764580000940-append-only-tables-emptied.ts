/**
 * Tables whose rows are only ever added cannot be emptied either: a trigger for each row hears nothing of TRUNCATE, so a mistake of
 * our own could have taken a whole log away at once.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a table in partitions the whole; a trigger for a statement is not inherited. */
const TABLES = `select distinct tgrelid::regclass::text as name from pg_trigger join pg_class on pg_class.oid = tgrelid
  where tgfoid = 'flywheel_append_only'::regproc and not relispartition order by 1`;

export class AppendOnlyTablesEmptied1764580000940 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const { name } of (await runner.query(TABLES)) as { name: string }[])
      await runner.query(
        `create trigger ${name}_never_emptied before truncate on ${name} for each statement execute function flywheel_append_only()`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of (await runner.query(TABLES)) as { name: string }[])
      await runner.query(`drop trigger if exists ${name}_never_emptied on ${name}`);
  }
}
