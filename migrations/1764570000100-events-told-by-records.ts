/**
 * A row that is a record of something which happened tells it by itself: it need not be written a second time, as an event. All
 * events, those of the outbox and those that inferences tell, are one view. And an event keeps the hash of its data, so that
 * the audit log can be written without reading them.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { contentHash } from '../src/kernel/hash';

/** What the audit log has not taken in yet: its hashes are still wanted. */
const UNTAKEN = `select position, data from outbox_events
  where data_hash is null and (transaction_id, position) > all (
    select transaction_id, position from event_cursors where subscriber = 'audit.log')
  order by position limit 1000`;

/**
 * Neither part has a condition of its own, or PostgreSQL would not read both by their indexes, merged in order. A record that tells
 * nothing has no transaction, and is left out by whoever asks for those after some place.
 */
const VIEW = `create view domain_events as
  select transaction_id, position, id, created_at, type, customer_id, subject, actor, actor_kind, reason, before_hash,
    after_hash, data_hash, request_id, data
  from outbox_events
  union all
  select transaction_id, position, 'evt_' || substr(id, 5), date_trunc('milliseconds', created_at + total_ms * interval '1 ms'),
    'inference.completed'::text, customer_id, id, principal, principal_kind, null::text, null::text, facts_hash, facts_hash, request_id,
    jsonb_build_object('deploymentId', deployment_id, 'modelId', model_id, 'modelVersionId', model_version_id,
      'engineId', engine_id, 'endUserId', end_user_id, 'rows', rows, 'promptTokens', prompt_tokens,
      'completionTokens', completion_tokens, 'deviceMs', device_ms, 'totalMs', total_ms, 'queueMs', queue_ms,
      'tests', jsonb_array_length(test_assignments), 'price', price_exact::text, 'currency', currency,
      'cost', cost_exact::text, 'planId', plan_id)
  from inferences`;

export class EventsToldByRecords1764570000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table outbox_events add column data_hash text');
    for (;;) {
      const rows = (await runner.query(UNTAKEN)) as { position: string; data: unknown }[];
      if (rows.length === 0) break;
      const hashes = rows.map(({ data }) => contentHash(data));
      await runner.query(
        `update outbox_events set data_hash = hash from unnest($1::bigint[], $2::text[]) as sent (place, hash) where position = place`,
        [rows.map(({ position }) => position), hashes],
      );
    }
    // Without defaults: the records of before were told in the outbox.
    await runner.query(`alter table inferences
      add column transaction_id xid8,
      add column position bigint,
      add column principal_kind text,
      add column request_id text,
      add column facts_hash text`);
    await runner.query('create index inferences_order on inferences (transaction_id, position)');
    await runner.query(VIEW);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view domain_events');
    await runner.query('drop index inferences_order');
    await runner.query(`alter table inferences
      drop column transaction_id,
      drop column position,
      drop column principal_kind,
      drop column request_id,
      drop column facts_hash`);
    await runner.query('alter table outbox_events drop column data_hash');
  }
}
