/** Approved model cards: written once, never changed; a new text is a new version of the card. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ModelCards1764300000620 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table model_cards (
      id text primary key,
      customer_id text references customers (id),
      model_version_id text not null references model_versions (id),
      version int not null check (version > 0),
      markdown text not null,
      json jsonb not null,
      approved_by_id text not null,
      approved_at timestamptz not null,
      unique (model_version_id, version)
    )`);
    await runner.query(`create trigger model_cards_immutable before update or delete on model_cards
      for each row execute function flywheel_refuse_change()`);
    await runner.query('alter table model_cards enable row level security');
    await runner.query(`create policy model_cards_read on model_cards for select to flywheel_app
      using (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query('grant select on model_cards to flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table model_cards');
  }
}
