/** What many people speak of: a table of the operator alone, and to which topic each feedback belongs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FeedbackTopics1764580000641 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Without a customer, and granted to nobody but the service: its words are of all customers.
    await runner.query(`create table feedback_topics (
      id text primary key,
      name text,
      words text[] not null,
      size int not null check (size >= 0),
      version int not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`);
    await runner.query('create index feedback_topics_size on feedback_topics (size desc, id desc)');
    await runner.query(
      'alter table feedback_analyses add column topic_id text references feedback_topics (id) on delete set null',
    );
    await runner.query(
      'create index feedback_analyses_topic on feedback_analyses (topic_id, feedback_id desc) where topic_id is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feedback_analyses drop column topic_id');
    await runner.query('drop table feedback_topics');
  }
}
