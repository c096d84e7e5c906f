/** What our own models make of the words of feedback, gone in the very statement in which the words change or go. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FeedbackAnalyses1764580000640 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table feedback_analyses (
      customer_id text not null,
      feedback_id text not null,
      end_user_id text,
      sentiment_label text,
      sentiment_score double precision check (sentiment_score between -1 and 1),
      sentiment_version_id text,
      embedding bytea,
      sketch bit varying,
      embedding_version_id text,
      analysed_at timestamptz not null,
      primary key (customer_id, feedback_id),
      foreign key (customer_id, feedback_id) references feedback (customer_id, id) on delete cascade,
      check ((sentiment_label is null) = (sentiment_score is null)),
      check ((embedding is null) = (sketch is null))
    )`);
    await runner.query('create unique index feedback_analyses_id on feedback_analyses (feedback_id desc)');
    await runner.query(
      'create index feedback_analyses_person on feedback_analyses (customer_id, end_user_id, feedback_id)',
    );
    await tenantTable(runner, 'feedback_analyses');
    // Whoever takes words back takes this with them; what models say, the service writes.
    await runner.query('revoke insert, update on feedback_analyses from flywheel_app');

    await runner.query(`create function feedback_words_changed() returns trigger language plpgsql as $$
      begin
        delete from feedback_analyses where customer_id = new.customer_id and feedback_id = new.id;
        return null;
      end $$`);
    await runner.query(`create trigger feedback_words_changed after update of text on feedback for each row
      when (old.text is distinct from new.text) execute function feedback_words_changed()`);
    await runner.query('create index feedback_created on feedback (created_at)');
    // Words that nobody has read yet are found without looking at what has none.
    await runner.query('create index feedback_words on feedback (id) where text is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index feedback_words');
    await runner.query('drop index feedback_created');
    await runner.query('drop trigger feedback_words_changed on feedback');
    await runner.query('drop function feedback_words_changed');
    await runner.query('drop table feedback_analyses');
  }
}
