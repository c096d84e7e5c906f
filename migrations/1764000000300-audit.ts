/** The audit log: records, the Merkle tree over them in tiles, and every tree head that was signed. For the service alone. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth } from '../src/platform/database';

export class Audit1764000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Append-only also for the owner's role: a mistake in our own code must not rewrite history.
    await runner.query(`create function flywheel_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are only ever added', tg_table_name;
      end $$`);

    await runner.query(`create table audit_records (
      at timestamptz not null,
      id text not null,
      index bigint not null,
      actor text not null,
      actor_kind text not null,
      customer_id text,
      action text not null,
      object text not null,
      reason text,
      before_hash text,
      after_hash text,
      data_hash text not null,
      request_id text,
      leaf_hash text not null,
      primary key (at, id)
    ) partition by range (at)`);
    await partitionByMonth(runner, 'audit_records');
    await runner.query('create index audit_records_index on audit_records (index)');
    await runner.query('create index audit_records_object on audit_records (object, index)');
    await runner.query('create index audit_records_actor on audit_records (actor, index)');
    await runner.query('create index audit_records_customer on audit_records (customer_id, index)');
    await runner.query('create index audit_records_action on audit_records (action, index)');
    await runner.query(
      'create trigger audit_records_append_only before update or delete on audit_records for each row execute function flywheel_append_only()',
    );

    // A tile holds up to 256 neighbouring hashes of 32 bytes; the last one of each level grows until it is full.
    await runner.query(`create table audit_tiles (
      level smallint not null,
      number bigint not null,
      hashes bytea not null,
      primary key (level, number)
    )`);
    await runner.query('alter table audit_tiles alter column hashes set storage external');

    await runner.query(`create table audit_tree_heads (
      size bigint primary key,
      root_hash text not null,
      at timestamptz not null,
      signature text not null,
      key_id text not null
    )`);
    await runner.query('create index audit_tree_heads_at on audit_tree_heads (at)');
    await runner.query(
      'create trigger audit_tree_heads_append_only before update or delete on audit_tree_heads for each row execute function flywheel_append_only()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit_tree_heads', 'audit_tiles', 'audit_records'])
      await runner.query(`drop table ${table}`);
    await runner.query('drop function flywheel_append_only');
  }
}
