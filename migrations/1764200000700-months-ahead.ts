/** Partitions are made as time goes on: every empty month ahead is one more to visit for each list that is ordered by time. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MONTHS_AHEAD } from '../src/platform/database';

const KEEP = `create function flywheel_keep_months(months int) returns void language plpgsql as $$
  declare
    parent text;
  begin
    for parent in
      select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
      where c.relnamespace = 'public'::regnamespace and p.partstrat = 'r' order by 1
    loop
      begin
        perform flywheel_ensure_months(parent, months);
      exception when check_violation then
        raise warning 'the default partition of % holds rows of a month that has no partition yet', parent;
      end;
    end loop;
  end $$`;

const DROP_EMPTY = `do $$
  declare
    month record;
    is_empty boolean;
  begin
    for month in
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        join pg_partitioned_table p on p.partrelid = i.inhparent
      where p.partstrat = 'r' and c.relnamespace = 'public'::regnamespace
        and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
        and to_date(right(c.relname, 7), 'YYYY_MM') >= date_trunc('month', now(), 'UTC') at time zone 'UTC' + make_interval(months => ${MONTHS_AHEAD})
    loop
      execute format('select not exists (select from %I)', month.name) into is_empty;
      if is_empty then
        execute format('drop table %I', month.name);
      end if;
    end loop;
  end $$`;

export class MonthsAhead1764200000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP);
    await runner.query(DROP_EMPTY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function flywheel_keep_months');
  }
}
