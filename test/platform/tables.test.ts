/** Tables as migrations made them are what entities say of them, and keep customers apart. */
import type { DataSource } from 'typeorm';
import { entities } from '../../src/app/entities';
import { createDataSource } from '../../src/platform/database';
import { cloneDatabase } from '../support/cluster';
import { expectNone } from '../support/expect-none';

let database: DataSource;
let drop: () => Promise<void>;
beforeAll(async () => {
  const cloned = await cloneDatabase();
  drop = cloned.drop;
  database = createDataSource({ url: cloned.url, entities, pool: 1, role: 'OWNER' });
  await database.initialize();
});
afterAll(async () => {
  await database?.destroy();
  await drop?.();
});

interface Found {
  readonly name: string;
  readonly type: string;
  readonly array: boolean;
  readonly nullable: boolean;
}

const COLUMNS = `select a.attname as name, format_type(coalesce(nullif(t.typelem, 0), t.oid), null) as type,
    t.typcategory = 'A' as array, not a.attnotnull as nullable
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** PostgreSQL's own names for the short ones that entities use. */
const NAMES: Record<string, string> = {
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  int8: 'bigint',
  int4: 'integer',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
};

test('every column of an entity exists with its type and its nullability', async () => {
  const faults: string[] = [];
  let looked = 0;
  for (const { tableName, columns } of database.entityMetadatas) {
    const found = new Map(
      (await database.query<Found[]>(COLUMNS, [tableName])).map((column) => [column.name, column]),
    );
    for (const { databaseName, type, isArray, isNullable, isVirtual } of columns) {
      if (isVirtual) continue;
      looked++;
      const place = `${tableName}.${databaseName}`;
      const column = found.get(databaseName);
      const wanted = database.driver.normalizeType({ type });
      if (!column) faults.push(`${place} does not exist`);
      else {
        if ((NAMES[wanted] ?? wanted) !== column.type)
          faults.push(`${place} is ${column.type}, not ${wanted}`);
        if (isArray !== column.array) faults.push(`${place}: an array in one place only`);
        if (isNullable !== column.nullable) faults.push(`${place}: may be null in one place only`);
      }
    }
  }
  expect(faults).toEqual([]);
  expect(looked).toBeGreaterThan(200);
});

test('an entity’s primary key is the primary key of its table', async () => {
  const faults: string[] = [];
  for (const { tableName, primaryColumns } of database.entityMetadatas) {
    const [key] = await database.query<{ columns: string[] }[]>(
      `select array_agg(a.attname::text order by a.attname) as columns from pg_index i
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
       where i.indrelid = to_regclass($1) and i.indisprimary`,
      [tableName],
    );
    const wanted = primaryColumns.map(({ databaseName }) => databaseName).sort();
    if (String(key?.columns) !== String(wanted))
      faults.push(`${tableName}: ${String(key?.columns)}, not ${wanted}`);
  }
  expect(faults).toEqual([]);
});

/** Tables that name a customer and that requests of tenants reach, without what keeps them apart there. */
const UNGUARDED = `
  select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'customer_id' and not a.attisdropped
      and has_any_column_privilege('flywheel_app', c.oid, 'select, insert, update')
      and not (c.relrowsecurity and exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname
        and coalesce(p.qual, p.with_check) like '%customer_id%'))
    order by 1`;

test('whatever of a customer a tenant’s requests reach is under row-level security', async () => {
  const open = async (): Promise<string[]> =>
    (await database.query<{ name: string }[]>(UNGUARDED)).map(({ name }) => name);
  expectNone(
    await open(),
    'Call tenantTable() for it in its migration, or grant flywheel_app nothing on it where only the service reads it.',
  );
  await database.query('alter table feedback disable row level security');
  await database.query('drop policy predictions_tenant on predictions');
  expect(await open()).toEqual(['feedback', 'predictions']);
});
