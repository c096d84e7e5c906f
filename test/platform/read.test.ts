/** Reads on a real PostgreSQL: who sees what under row-level security, whatever went wrong before on the connection. */
import type { Pool } from 'pg';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import {
  type Database,
  openDatabase,
  type Page,
  SERVICE,
  tenant,
  tenantTable,
} from '../../src/platform/database';
import { cloneDatabase } from '../support/cluster';

@Entity('shelves')
class Shelf {
  @PrimaryColumn('text') customerId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
}

@Entity('books')
class Book {
  @PrimaryColumn('text') customerId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('timestamptz') createdAt!: Date;
  @Column('int', { nullable: true }) rating!: number | null;
  @Column('numeric') price!: string;
  @Column('bigint') pages!: string;
  @Column('jsonb') facts!: unknown;
  @Column('text', { array: true }) tags!: string[];
  @Column('text', { select: false }) secret!: string;
  @Column('text', { nullable: true }) shelfId!: string | null;
  @ManyToOne(() => Shelf) @JoinColumn({ name: 'shelf_id' }) shelf?: Relation<Shelf> | null;
}

const POOL = 2;
const ONE = tenant('cus_1');
const TWO = tenant('cus_2');

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  database = await openDatabase({ url: clone.url, pool: POOL, entities: [Shelf, Book] });
  const runner = database.serviceSource.createQueryRunner();
  await runner.query(
    'create table shelves (customer_id text, id text, name text not null, primary key (customer_id, id))',
  );
  await runner.query(`create table books (customer_id text, id text, created_at timestamptz not null, rating int,
    price numeric not null, pages bigint not null, facts jsonb not null, tags text[] not null, secret text not null,
    shelf_id text, primary key (customer_id, id))`);
  await tenantTable(runner, 'shelves');
  await tenantTable(runner, 'books');
  await runner.query(
    "insert into shelves values ('cus_1', 's1', 'mine'), ('cus_2', 's1', 'theirs'), ('cus_2', 's2', 'far')",
  );
  await runner.query(`insert into books select 'cus_1', 'b' || lpad(i::text, 3, '0'),
    timestamptz '2026-01-01 00:00:00.5Z' + (i % 10) * interval '1 day', case when i % 4 = 0 then null else i % 7 end,
    i + 0.10, 9007199254740993, '{"a": [1]}', '{x,"y z"}', 'hidden', case when i % 2 = 0 then 's1' else 's2' end
    from generate_series(1, 120) i`);
  await runner.query(`insert into books values
    ('cus_2', 'b001', '2026-01-01', 1, 1, 1, '{}', '{}', 'hidden', 's1')`);
  await runner.release();
});

afterAll(async () => {
  await database.close();
  await drop();
});

const ids = async (scope = ONE): Promise<string[]> =>
  (
    await database.read.list(Book, { scope, selection: {}, orderBy: [{ property: 'id', direction: 'ASC' }] })
  ).map(({ id }) => id);

/** Every connection of the tenants' pool at once, so that none can hide behind another. */
function onEveryConnection<T>(work: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: POOL * 2 }, work));
}

describe('a tenant', () => {
  it('sees its own rows and nobody else’s, with no condition in the query', async () => {
    expect((await ids(ONE)).length).toBe(120);
    expect(await ids(TWO)).toEqual(['b001']);
  });

  it('that does not exist sees nothing', async () => {
    expect(await ids(tenant(''))).toEqual([]);
    expect(await ids(tenant('cus_unknown'))).toEqual([]);
  });

  it('cannot reach another’s row by its key', async () => {
    const where = { customerId: 'cus_2', id: 'b001' };
    expect(await database.read.one(Book, { scope: ONE, where })).toBeNull();
    expect(await database.read.one(Book, { scope: TWO, where })).toMatchObject(where);
  });

  it('joins its own related rows only, also where the ids of tenants are alike', async () => {
    const selection = { shelf: { name: true } } as const;
    const mine = await database.read.one(Book, { scope: ONE, where: { id: 'b002' }, selection });
    const dangling = await database.read.one(Book, { scope: ONE, where: { id: 'b001' }, selection });
    expect(mine).toMatchObject({ id: 'b002', shelf: { id: 's1', name: 'mine' } });
    expect(dangling).toMatchObject({ id: 'b001', shelf: null });
  });

  it('leaves no setting behind on a connection', async () => {
    await onEveryConnection(() => ids(ONE));
    const pool = (database.tenantSource.driver as unknown as { master: Pool }).master;
    const left = await onEveryConnection(() =>
      pool.query(
        "select current_setting('app.customer_id', true) as left, (select count(*)::int from books) as seen",
      ),
    );
    for (const { rows } of left) expect(rows[0]).toEqual({ left: '', seen: 0 });
  });

  it('is itself again after an error in its query', async () => {
    const fail = (): Promise<unknown> => database.read.sql(ONE, 'divide', 'select 1 / $1::int as x', [0]);
    await onEveryConnection(() => expect(fail()).rejects.toMatchObject({ code: '22012' }));
    for (const seen of await onEveryConnection(() => ids(TWO))) expect(seen).toEqual(['b001']);
    await onEveryConnection(() =>
      expect(database.read.sql(ONE, 'nonsense', 'selec 1', [])).rejects.toThrow(),
    );
    expect(await database.read.sql(ONE, 'divide', 'select 1 / $1::int as x', [1])).toEqual([{ x: 1 }]);
  });

  it('is itself again after its query was cancelled', async () => {
    const slow = database.read.sql(ONE, 'slow', "select pg_sleep(20), 'slow read' as mark", []);
    const cancelled = expect(slow).rejects.toMatchObject({ code: '57014' });
    const cancel =
      "select pg_cancel_backend(pid) from pg_stat_activity where query like '%slow read%' and state = 'active' and pid <> pg_backend_pid()";
    for (let done = false; !done;) done = (await database.servicePool.query(cancel)).rowCount! > 0;
    await cancelled;
    for (const seen of await onEveryConnection(() => ids(TWO))) expect(seen).toEqual(['b001']);
    for (const seen of await onEveryConnection(() => ids(tenant('')))) expect(seen).toEqual([]);
  });

  it('writes nothing through a read of another tenant', async () => {
    const write = "update books set rating = 9 where customer_id = 'cus_2' returning id";
    expect(await database.read.sql(ONE, 'foreign', write, [])).toEqual([]);
  });
});

describe('a row', () => {
  it('is plain: instants as text, exact numbers as text, documents parsed, secrets left out', async () => {
    const row = await database.read.one(Book, { scope: SERVICE, where: { customerId: 'cus_1', id: 'b001' } });
    expect(row).toEqual({
      customerId: 'cus_1',
      id: 'b001',
      createdAt: '2026-01-02T00:00:00.500Z',
      rating: 1,
      price: '1.10',
      pages: '9007199254740993',
      facts: { a: [1] },
      tags: ['x', 'y z'],
      shelfId: 's2',
    });
  });

  it('follows the table when a column changes its type under a prepared statement', async () => {
    const read = (): Promise<Book | null> =>
      database.read.one(Book, { scope: ONE, where: { id: 'b001' }, selection: { pages: true } });
    await onEveryConnection(read);
    await database.serviceSource.query('alter table books alter column pages type int using 7');
    for (const row of await onEveryConnection(read)) expect(row).toMatchObject({ pages: 7 });
  });

  it('is found by nothing that PostgreSQL cannot hold', async () => {
    expect(await database.read.one(Book, { scope: ONE, where: { id: 'b\0' } })).toBeNull();
  });
});

describe('a page', () => {
  it.each([
    ['id', 'DESC'],
    ['createdAt', 'ASC'],
    ['createdAt', 'DESC'],
    ['rating', 'ASC'],
    ['rating', 'DESC'],
  ] as const)('ordered by %s %s shows every row once', async (property, direction) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Page<Book> = await database.read.page(Book, {
        scope: ONE,
        selection: {},
        orderBy: { property, direction },
        first: 7,
        after,
        count: true,
      });
      expect(page.totalCount).toBe(120);
      expect(page.hasPreviousPage).toBe(after !== null);
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.hasNextPage ? page.cursorAt(-1) : null;
    } while (after !== null);
    expect(seen.length).toBe(120);
    expect(new Set(seen).size).toBe(120);
  });

  it('stays where it was when rows come in before it', async () => {
    const options = { scope: TWO, selection: {}, orderBy: { property: 'id', direction: 'ASC' } as const };
    const first = await database.read.page(Book, { ...options, first: 1 });
    await database.serviceSource.query(
      `insert into books values ('cus_2', 'b000', '2026-01-01', 1, 1, 1, '{}', '{}', 'h', null), ('cus_2', 'b002', '2026-01-01', 1, 1, 1, '{}', '{}', 'h', null)`,
    );
    const second = await database.read.page(Book, { ...options, first: 5, after: first.cursorAt(-1) });
    expect(second.nodes.map(({ id }) => id)).toEqual(['b002']);
  });

  it.each(['nonsense', Buffer.from('["not a date","b001"]').toString('base64url')])(
    'refuses a cursor that it did not give: %s',
    async (after) => {
      const orderBy = { property: 'createdAt', direction: 'ASC' } as const;
      const page = database.read.page(Book, { scope: ONE, first: 5, orderBy, after });
      await expect(page).rejects.toMatchObject({ code: 'INVALID_INPUT', path: ['after'] });
    },
  );

  it.each([0, 101, 1.5])('of %s is refused at `first`', async (first) => {
    const page = database.read.page(Book, { scope: ONE, first });
    await expect(page).rejects.toMatchObject({ code: 'INVALID_INPUT', path: ['first'] });
  });
});

describe('the same page of many parents', () => {
  const selection = { name: true, rating: true } as const;
  const options = { selection, by: ['customerId', 'shelfId'], count: true };
  const order = { property: 'rating', direction: 'ASC' } as const;

  it.each([
    ['id', 'DESC'],
    ['rating', 'ASC'],
    ['rating', 'DESC'],
  ] as const)('ordered by %s %s is that of each parent alone', async (property, direction) => {
    const keys = [
      ['cus_1', 's2'],
      ['cus_1', 'nowhere'],
      ['cus_1', 's1'],
    ];
    const orderBy = { property, direction };
    for (let after: string | null = null, round = 0; round < 3; round++) {
      const together: Page<Book>[] = await database.read.pages(Book, {
        ...options,
        scope: ONE,
        keys,
        first: 9,
        after,
        orderBy,
      });
      for (const [i, [customerId, shelfId]] of keys.entries()) {
        const where = { customerId: customerId!, shelfId: shelfId! };
        const alone: Page<Book> = await database.read.page(Book, {
          scope: ONE,
          where,
          selection: { name: true, rating: true, shelfId: true },
          first: 9,
          after,
          orderBy,
          count: true,
        });
        expect({ ...together[i]! }).toEqual({ ...alone });
        expect(together[i]!.cursorAt(-1)).toBe(alone.cursorAt(-1));
      }
      after = together[0]!.cursorAt(-1);
    }
  });

  it('shows no parent that is another tenant’s, and refuses a cursor that is none', async () => {
    const keys = [
      ['cus_2', 's1'],
      ['cus_1', 's1'],
    ];
    const [theirs, mine] = await database.read.pages(Book, {
      ...options,
      scope: ONE,
      keys,
      first: 3,
      orderBy: order,
    });
    expect([theirs!.nodes, theirs!.totalCount]).toEqual([[], 0]);
    expect(mine!.nodes).toHaveLength(3);
    const forged = { ...options, scope: ONE, keys, first: 3, after: 'nonsense', orderBy: order };
    await expect(database.read.pages(Book, forged)).rejects.toMatchObject({ path: ['after'] });
  });
});

describe('a read inside a unit of work', () => {
  it('sees what was written in it, under the same tenant', async () => {
    await database.unitOfWork.run(ONE, async () => {
      await database.unitOfWork.sql("update books set rating = 42 where id = 'b001'");
      expect(await database.read.one(Book, { scope: ONE, where: { id: 'b001' } })).toMatchObject({
        rating: 42,
      });
      expect(await database.read.one(Book, { scope: ONE, where: { customerId: 'cus_2' } })).toBeNull();
    });
  });
});
