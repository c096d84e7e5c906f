/** Most predictions name no person: who looks for those of a person need not pass them, and a commit need not enter them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NamedPeople1764570000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index inferences_end_user');
    await runner.query(
      'create index inferences_end_user on inferences (customer_id, end_user_id, id) where end_user_id is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index inferences_end_user');
    await runner.query('create index inferences_end_user on inferences (customer_id, end_user_id, id)');
  }
}
