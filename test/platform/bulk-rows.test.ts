/** What many rows at a time promise: sent column by column, each arrives as it was given, in its place; read in pages, each comes once. */
import { BulkRows, type Database, inPages, SERVICE } from '../../src/platform/database';
import { type BareDatabase, openBareDatabase } from '../support/bare-database';

let bare: BareDatabase;
let database: Database;

beforeAll(async () => {
  bare = await openBareDatabase();
  ({ database } = bare);
});

afterAll(() => bare.close());

interface Sale {
  readonly shop: string | null;
  readonly opened: Date;
  readonly tags: unknown;
  readonly at: Date | null;
  readonly item: string | null;
  readonly price: string;
  readonly facts: unknown;
}

const ROWS = new BulkRows<Sale>(
  {
    shop: { type: 'text', of: ({ shop }) => shop },
    opened: { type: 'timestamptz', of: ({ opened }) => opened },
    tags: { type: 'jsonb', of: ({ tags }) => tags },
  },
  {
    at: { type: 'timestamptz', of: ({ at }) => at },
    item: { type: 'text', of: ({ item }) => item },
    price: { type: 'numeric', of: ({ price }) => price },
    facts: { type: 'jsonb', of: ({ facts }) => facts },
  },
);

const sentAndRead = (sales: readonly Sale[]): Promise<Sale[]> =>
  database.unitOfWork.run(SERVICE, () =>
    database.unitOfWork.sql<Sale>(
      `select shop, opened, tags, at, item, price::text, facts from ${ROWS.sql} sale`,
      ROWS.values(sales),
    ),
  );

const OPENED = new Date('1970-01-01T00:00:00.001Z');
const AT = new Date('2026-02-28T23:59:59.999Z');

test('texts that would mean something in an array or in JSON arrive as they are', async () => {
  const strange = [
    '',
    'NULL',
    'null',
    '{a,b}',
    '"',
    '\\',
    '\\"',
    "it's",
    'a,b',
    ' x ',
    'two\nlines\ttab',
    '🙂',
    '${1}',
    '$1',
  ];
  const sales = strange.map((text) => ({
    shop: text,
    opened: OPENED,
    tags: [text, { [text]: text }],
    at: AT,
    item: text,
    price: '0.000000000001',
    facts: { text },
  }));
  expect(await sentAndRead(sales)).toEqual(sales);
});

test('nothing is nothing, and no rows are no rows', async () => {
  const sale = { shop: null, opened: OPENED, tags: null, at: null, item: null, price: '1', facts: null };
  expect(await sentAndRead([sale])).toEqual([sale]);
  expect(await sentAndRead([])).toEqual([]);
});

test('rows keep their order and their own combination, however the combinations alternate', async () => {
  const sales = Array.from({ length: 400 }, (_, i) => ({
    shop: ['a', 'b', null][i % 3]!,
    opened: new Date(OPENED.getTime() + (i % 7)),
    tags: i % 2 === 0 ? [] : { odd: true },
    at: new Date(AT.getTime() - i),
    item: `item ${i}`,
    price: `${i}.5`,
    facts: { i },
  }));
  expect(await sentAndRead(sales)).toEqual(sales);
  const lengths = ROWS.values(sales).map((array) => String(array).split(',').length);
  expect(lengths.slice(0, 2)).toEqual([400, 42]);
});

const NUMBERS = 'select n, to_timestamp(n) as at from generate_series(1, $1::int) as n order by n desc';

test('the rows of one statement come some at a time, as of one moment, and whoever leaves takes no connection along', async () => {
  const { servicePool } = database;
  const pages: number[][] = [];
  for await (const rows of inPages<{ n: number; at: string }>(servicePool, NUMBERS, [7], 3)) {
    pages.push(rows.map(({ n }) => n));
    expect(rows[0]!.at).toMatch(/^1970-01-01T00:00:0\d\.000Z$/);
  }
  expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
  for await (const rows of inPages(servicePool, NUMBERS, [0], 3)) expect(rows).toBeUndefined();
  for (let time = 0; time < 3; time++)
    for await (const [first] of inPages<{ n: number }>(servicePool, NUMBERS, [10], 5)) {
      expect(first!.n).toBe(10);
      break;
    }
  const failing = inPages(servicePool, 'select 1 / (n - 4) from generate_series(1, 9) as n', [], 2);
  await failing.next();
  await expect(failing.next()).rejects.toThrow('division by zero');
  expect(servicePool.idleCount).toBe(servicePool.totalCount);
});
