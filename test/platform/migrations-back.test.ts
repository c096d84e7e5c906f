/** What becomes of what is there: it stays readable for the version before when migrations are taken back, and loses what was nobody's to keep. */
import { SurveyAsks1764580000746 } from '../../migrations/1764580000746-survey-asks';
import { ArchivedFlagsOnTheWayBack1764580000832 } from '../../migrations/1764580000832-archived-flags-on-the-way-back';
import { WarmUpRowsOfNobody1764580001260 } from '../../migrations/1764580001260-warm-up-rows-of-nobody';
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

test('rows that warm a version hold nobody’s picture any more, what was drawn by the number stays, and versions stay immutable', async () => {
  const { url, drop } = await cloneDatabase();
  const database = await createDataSource({ url, entities: [], pool: 2, role: 'OWNER' }).initialize();
  const runner = database.createQueryRunner();
  try {
    const model = `insert into models (id, name, task, created_at) values ('mdl_1', 'faces', 'CLASSIFICATION', now())`;
    await database.query(model);
    const people = Array.from({ length: 32 }, (_, person) => person);
    const number = { kind: 'STANDARDISE' };
    const category = { kind: 'ONE_HOT', categories: ['a', 'b'] };
    const rowsOf = (pixels: number): number[][] =>
      people.map((person) => [person, 1, 0, ...Array<number>(pixels).fill(person), person]);
    for (const [at, steps, rows] of [
      [1, [number, category, { kind: 'PIXELS', side: 8 }, number], rowsOf(64)],
      [2, [number, category, number], rowsOf(0)],
    ] as const)
      await database.query(
        `insert into model_versions (id, model_id, number, content_hash, engine, signature, size_bytes, artefacts, input_width, output_width,
           preparation, warm_up, parent_ids, metrics, created_at)
         values ('mdv_' || $1::int, 'mdl_1', $1::int, 'hash ' || $1::int, 'ONNX', '{}', 1, '[]', 1, 1, $2, $3, '{}', '[]', now())`,
        [at, JSON.stringify({ steps }), JSON.stringify(rows)],
      );
    await new WarmUpRowsOfNobody1764580001260().up(runner);
    const [pictures, numbers] = await database.query<{ warm_up: number[][]; content_hash: string }[]>(
      "select warm_up, content_hash from model_versions where model_id = 'mdl_1' order by id",
    );
    expect(numbers).toEqual({ warm_up: rowsOf(0), content_hash: 'hash 2' });
    expect(pictures!.content_hash).toBe('hash 1');
    for (const [person, row] of pictures!.warm_up.entries()) {
      const pixels = row.slice(3, -1);
      expect([...row.slice(0, 3), ...row.slice(-1), row.length]).toEqual([person, 1, 0, person, 68]);
      expect(pixels.every((value) => people.includes(value))).toBe(true);
      expect(new Set(pixels).size).toBeGreaterThan(8);
    }
    await expect(database.query(`update model_versions set number = 3`)).rejects.toThrow(/never changed/);
  } finally {
    await runner.release();
    await database.destroy();
    await drop();
  }
});
