/** How likely people say they are to recommend the product: the answer alone, without its words and without the person. Service only. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NpsAnswers1764580000673 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table nps_answers (
      customer_id text not null,
      feedback_id text not null,
      at timestamptz not null,
      score int not null check (score between 0 and 10),
      primary key (customer_id, feedback_id)
    )`);
    await runner.query('create index nps_answers_time on nps_answers (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table nps_answers');
  }
}
