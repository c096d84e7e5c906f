/** Members prove that an address is theirs. Of those who are here already nobody knows: they are asked as everybody else is. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProvenAddresses1764580000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table members add column email_verified_at timestamptz, add column pending_email text',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table members drop column email_verified_at, drop column pending_email');
  }
}
