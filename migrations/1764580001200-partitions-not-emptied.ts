/**
 * A month of a table that only grows could still be emptied by its own name: a trigger for a statement hears only of the table that the
 * statement names. So every partition has one, those there are and those to come.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const GUARD = `create function flywheel_guard_partitions(parent text) returns void language plpgsql as $$
  declare
    part text;
  begin
    for part in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = parent::regclass
        and exists (select from pg_trigger where tgrelid = i.inhparent and tgname = parent || '_never_emptied')
        and not exists (select from pg_trigger where tgrelid = c.oid and tgname = c.relname || '_never_emptied')
    loop
      execute format('create trigger %I before truncate on %I for each statement execute function flywheel_append_only()',
        part || '_never_emptied', part);
    end loop;
  end $$`;

/** As it was, and then guards what it made. */
const ENSURE = (guard: string): string => `
  create or replace function flywheel_ensure_months(parent text, months int) returns void language plpgsql as $$
      declare
        month timestamptz := date_trunc('month', now(), 'UTC');
        name text;
      begin
        for i in 0 .. months - 1 loop
          name := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
          if to_regclass(name) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
              name, parent, month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
          end if;
          month := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
        end loop;${guard}
      end $$`;

const PARTITIONS = `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where t.tgname = c.relname || '_never_emptied' and c.relispartition`;

export class PartitionsNotEmptied1764580001200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GUARD);
    await runner.query(ENSURE('\n        perform flywheel_guard_partitions(parent);'));
    await runner.query(
      `select flywheel_guard_partitions(relname) from pg_class where relkind = 'p' and relnamespace = 'public'::regnamespace`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ENSURE(''));
    await runner.query('drop function flywheel_guard_partitions');
    for (const { name } of (await runner.query(PARTITIONS)) as { name: string }[])
      await runner.query(`drop trigger ${name}_never_emptied on ${name}`);
  }
}
