/** Migrations go forwards and back, and more than one process can run them at once. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { MonthsAhead1764200000700 } from '../../migrations/1764200000700-months-ahead';
import { EventsToldByRecords1764570000100 } from '../../migrations/1764570000100-events-told-by-records';
import { FlagChangeRequests1764580000732 } from '../../migrations/1764580000732-flag-change-requests';
import { FlagStaleness1764580000733 } from '../../migrations/1764580000733-flag-staleness';
import { entities } from '../../src/app/entities';
import { contentHash } from '../../src/kernel/hash';
import { createDataSource, MONTHS_AHEAD, openDatabase } from '../../src/platform/database';
import { migrate } from '../../src/platform/database/migration';
import { cloneDatabase, databaseUrl } from '../support/cluster';

const sources: DataSource[] = [];
const drops: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const source of sources) await source.destroy();
  for (const drop of drops) await drop();
});

async function source(url: string): Promise<DataSource> {
  const made = createDataSource({ url, entities, pool: 4, role: 'OWNER' });
  sources.push(made);
  return made.initialize();
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl('postgres') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function emptyDatabase(): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template template0`);
  drops.push(() => administer(`drop database ${name} with (force)`));
  return databaseUrl(name);
}

/** Everything that migrations make, one line each; graphile-worker's schema is its own. */
const SCHEMA = `
  select format('column %s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' else '' end, pg_get_expr(d.adbin, d.adrelid)) as line
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
  union all
  select format('table %s %s row security %s grants %s', relname, relkind, relrowsecurity, relacl)
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'S')
  union all
  select format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
  union all
  select format('index %s', indexdef) from pg_indexes where schemaname = 'public'
  union all
  select format('policy %s %s %s %s using %s check %s', tablename, policyname, cmd, roles, qual, with_check)
    from pg_policies where schemaname = 'public'
  union all
  select format('function %s grants %s', pg_get_functiondef(oid), proacl)
    from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
  union all
  select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal`;

async function schemaOf(database: DataSource): Promise<string[]> {
  const rows = await database.query<{ line: string }[]>(SCHEMA);
  return rows.map(({ line }) => line).sort();
}

async function undoAll(database: DataSource): Promise<void> {
  const done = await database.query<unknown[]>('select from migrations');
  for (let left = done.length; left > 0; left--) await database.undoLastMigration({ transaction: 'each' });
}

test('every migration can be taken back, leaves nothing, and made again gives the same schema', async () => {
  const database = await source(await emptyDatabase());
  await migrate(database);
  const first = await schemaOf(database);
  expect(first.length).toBeGreaterThan(500);

  await undoAll(database);
  const left = (await schemaOf(database)).filter((line) => !/\bmigrations(_id_seq|_pkey)?\b/.test(line));
  expect(left).toEqual([]);

  await migrate(database);
  expect(await schemaOf(database)).toEqual(first);
});

test('a migration that was taken back with rows in its tables can be made again', async () => {
  const { url, drop } = await cloneDatabase();
  drops.push(drop);
  const database = await source(url);
  await undoAll(database);
  expect((await migrate(database)).length).toBeGreaterThan(10);
});

test('a database has the months that come next, and loses those far ahead that hold nothing', async () => {
  const database = await source(await emptyDatabase());
  await migrate(database);
  const months = async (): Promise<string[]> => {
    const rows = await database.query<{ name: string }[]>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_records'::regclass order by 1",
    );
    return rows.map(({ name }) => name).filter((name) => !name.endsWith('_default'));
  };
  const now = await months();
  expect(now).toHaveLength(MONTHS_AHEAD);

  const runner = database.createQueryRunner();
  await new MonthsAhead1764200000700().down(runner);
  await database.query("select flywheel_ensure_months('audit_records', 24)");
  await new MonthsAhead1764200000700().up(runner);
  await runner.release();
  expect(await months()).toEqual(now);

  await database.query(`drop table ${now.at(-1)}`);
  await migrate(database);
  expect(await months()).toEqual(now);
});

test('events that the audit log has not taken in when their data get a hash are given theirs', async () => {
  const database = await source(await emptyDatabase());
  await migrate(database);
  const runner = database.createQueryRunner();
  const migration = new EventsToldByRecords1764570000100();
  await migration.down(runner);
  await database.query(`insert into outbox_events (id, created_at, type, subject, actor, actor_kind, data, position, transaction_id)
    select 'evt_' || n, now(), 'test.told', 'tst_1', 'system:test', 'SYSTEM', jsonb_build_object('b', n, 'a', array[null, 'é']), n, '700'
    from generate_series(1, 1203) n`);
  await database.query(
    `insert into event_cursors (subscriber, transaction_id, position) values ('audit.log', '700', 3), ('other', '700', 1000)`,
  );
  await migration.up(runner);
  await runner.release();
  const told = await database.query<{ position: string; data: object; hash: string | null }[]>(
    'select position, data, data_hash as hash from outbox_events order by position',
  );
  expect(told.slice(0, 3).map(({ hash }) => hash)).toEqual([null, null, null]);
  expect(told.slice(3).filter(({ data, hash }) => hash !== contentHash(data))).toEqual([]);
});

test('revisions from before say what they changed, and marks of staff stand, but not what a decision said in their words', async () => {
  const database = await source(await emptyDatabase());
  await migrate(database);
  const change = new FlagChangeRequests1764580000732();
  const staleness = new FlagStaleness1764580000733();
  const runner = database.createQueryRunner();
  await staleness.down(runner);
  await change.down(runner);
  const at = '2030-01-01T00:00:00.000Z';
  const flag = `insert into feature_flags (id, key, type, default_value, rules, environments, revision, stale, created_at, updated_at)
    values ($1, $1, 'NUMBER', '1', '[]', '[]', 2, $2, $3, $3)`;
  await database.query(flag, ['flg_marked', 'Nobody wants it.', at]);
  await database.query(flag, ['flg_decided', 'Its test was decided for b.', at]);
  await database.query(
    `insert into deployments (id, name, environment, state, routes, version, created_at, updated_at)
     values ('dep_1', 'one', 'PRODUCTION', 'SERVING', '[]', 1, $1, $1)`,
    [at],
  );
  await database.query(
    `insert into feature_tests (id, key, kind, hypothesis, state, flag_id, deployment_id, environment, variants, plan, metric_names, version, created_at)
     values ('tst_1', 'flg_decided', 'AB', '', 'DECIDED', 'flg_decided', 'dep_1', 'PRODUCTION', '[]', '{}', '{}', 1, $1)`,
    [at],
  );
  const revision = `insert into feature_flag_revisions (id, flag_id, revision, default_value, rules, environments, reason, by, at)
    values ($1, 'flg_marked', $2, $3, $4, '[]', 'A try.', 'stf_1', $5)`;
  await database.query(revision, ['flr_1', 1, '1', '[]', at]);
  await database.query(revision, ['flr_2', 2, '2', '[{"value": 3}]', at]);
  await change.up(runner);
  await staleness.up(runner);
  await runner.release();
  expect(
    await database.query('select changes, emergency from feature_flag_revisions order by revision'),
  ).toEqual([
    { changes: [], emergency: false },
    {
      changes: [
        { part: 'DEFAULT_VALUE', before: 1, after: 2 },
        { part: 'RULES', before: [], after: [{ value: 3 }] },
      ],
      emergency: false,
    },
  ]);
  expect(await database.query('select stale_note, stale from feature_flags order by id')).toEqual([
    { stale_note: null, stale: null },
    { stale_note: 'Nobody wants it.', stale: { reason: 'MARKED', since: at, detail: 'Nobody wants it.' } },
  ]);
});

test('processes that start at once on an empty database migrate it once', async () => {
  const url = await emptyDatabase();
  const racers = await Promise.all([source(url), source(url), source(url)]);
  const done = await Promise.all(racers.map((database) => migrate(database)));
  expect(done.filter((names) => names.length > 0)).toHaveLength(1);
});

test('an owner who may make no roles is told what an administrator must do, and then migrates', async () => {
  const url = await emptyDatabase();
  const role = `owner_${randomBytes(6).toString('hex')}`;
  const name = new URL(url).pathname.slice(1);
  await administer(`create role ${role} login password 'secret'`);
  await administer(`alter database ${name} owner to ${role}`);
  const theirs = new URL(url);
  Object.assign(theirs, { username: role, password: 'secret' });
  const opening = () => openDatabase({ url: theirs.toString(), pool: 2, entities });

  await expect(opening()).rejects.toThrow(
    `does not let ${role} do what is needed: it may not act as flywheel_app, so let an administrator run once: grant flywheel_app to ${role}.`,
  );
  await administer(`grant flywheel_app to ${role}`);
  await (await opening()).close();

  drops.push(() => administer(`drop role ${role}`));
});
