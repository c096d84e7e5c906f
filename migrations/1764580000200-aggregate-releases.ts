/** Aggregates that left the house with differential privacy. For the service alone: a budget is the whole house's. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AggregateReleases1764580000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table aggregate_releases (
      id text primary key,
      dataset text not null,
      measure text not null,
      statistic text not null,
      period_from timestamptz not null,
      period_to timestamptz not null check (period_to > period_from),
      "values" jsonb not null,
      mechanism text not null,
      epsilon numeric check (epsilon > 0),
      rho numeric check (rho > 0),
      accounting text not null,
      charged numeric not null check (charged > 0),
      rows_per_person int not null check (rows_per_person > 0),
      bounds jsonb,
      by text not null,
      created_at timestamptz not null,
      check ((epsilon is null) <> (rho is null)),
      -- Whatever is asked again has been answered: a second answer would wear off the noise of the first.
      unique (dataset, period_from, measure, statistic)
    )`);
    await runner.query('create index aggregate_releases_made on aggregate_releases (created_at)');
    await runner.query(
      'create trigger aggregate_releases_append_only before update or delete on aggregate_releases for each row execute function flywheel_append_only()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table aggregate_releases');
  }
}
