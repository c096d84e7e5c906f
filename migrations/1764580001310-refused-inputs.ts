/** What callers send and versions do not take, counted by input and constraint, without what it was. For the service alone. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RefusedInputs1764580001310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table refused_inputs (
      deployment_id text not null references deployments (id),
      version_id text not null,
      day date not null,
      input text not null,
      broken text not null,
      count double precision not null,
      last_at timestamptz not null,
      primary key (deployment_id, day, version_id, input, broken)
    )`);
    await runner.query('create index refused_inputs_day on refused_inputs (day)');
    await runner.query('alter table shadows add column refused double precision not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table shadows drop column refused');
    await runner.query('drop table refused_inputs');
  }
}
