/** What was entered stays readable for the version before, when its migrations are taken back. */
import { SurveyAsks1764580000746 } from '../../migrations/1764580000746-survey-asks';
import { ArchivedFlagsOnTheWayBack1764580000832 } from '../../migrations/1764580000832-archived-flags-on-the-way-back';
import { createDataSource } from '../../src/platform/database';
import { cloneDatabase } from '../support/cluster';

test('answers of the survey become words without a score: nothing before knows their kind', async () => {
  const { url, drop } = await cloneDatabase();
  const database = await createDataSource({ url, entities: [], pool: 2, role: 'OWNER' }).initialize();
  const runner = database.createQueryRunner();
  try {
    await runner.query(`insert into customers (id, name, created_at) values ('cus_1', 'Acme', '2030-01-01')`);
    const said = `insert into feedback (customer_id, id, kind, score, text, giver, status, tags, priority_value, priority_terms,
        priority_formula, version, created_at, updated_at)
      values ('cus_1', $1, $2, $3, $4, 'mem_1', 'NEW', '{}', 0, '[]', '', 1, '2030-01-01', '2030-01-02')`;
    await runner.query(said, ['fbk_1', 'PMF', 3, 'I could not work.']);
    await runner.query(said, ['fbk_2', 'PMF', 1, null]);
    await runner.query(said, ['fbk_3', 'NPS', 9, null]);
    await new SurveyAsks1764580000746().down(runner);
    const left = `select id, kind, score, text, withdrawn_at is not null as withdrawn from feedback order by id`;
    expect(await runner.query(left)).toEqual([
      { id: 'fbk_1', kind: 'TEXT', score: null, text: 'I could not work.', withdrawn: false },
      // A text of nothing is one that was taken back.
      { id: 'fbk_2', kind: 'TEXT', score: null, text: null, withdrawn: true },
      { id: 'fbk_3', kind: 'NPS', score: 9, text: null, withdrawn: false },
    ]);
  } finally {
    await runner.release();
    await database.destroy();
    await drop();
  }
});

test('a flag that is archived does not come back to life: it is off everywhere', async () => {
  const { url, drop } = await cloneDatabase();
  const database = await createDataSource({ url, entities: [], pool: 2, role: 'OWNER' }).initialize();
  const runner = database.createQueryRunner();
  const production = (enabled: boolean): object[] => [{ environment: 'PRODUCTION', enabled }];
  try {
    const made = `insert into feature_flags (id, key, type, default_value, rules, environments, revision, created_at, updated_at, archived_at)
      values ($1, $1, 'BOOLEAN', 'false', '[]', $2, 1, now(), now(), $3)`;
    await runner.query(made, ['flg_archived', JSON.stringify(production(true)), new Date('2030-01-01')]);
    await runner.query(made, ['flg_used', JSON.stringify(production(true)), null]);
    await new ArchivedFlagsOnTheWayBack1764580000832().down(runner);
    expect(await runner.query('select environments from feature_flags order by id')).toEqual([
      { environments: production(false) },
      { environments: production(true) },
    ]);
  } finally {
    await runner.release();
    await database.destroy();
    await drop();
  }
});
