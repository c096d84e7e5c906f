/** What a unit of work promises, in both of its ways: all of it stands, or nothing does. */
import { type Database, SERVICE } from '../../src/platform/database';
import { type BareDatabase, openBareDatabase } from '../support/bare-database';

let bare: BareDatabase;
let database: Database;

beforeAll(async () => {
  bare = await openBareDatabase();
  ({ database } = bare);
  await database.servicePool.query('create table pile (id int primary key)');
});

afterAll(() => bare.close());

const INSERT = 'insert into pile (id) values ($1) returning id';

describe('a unit of work', () => {
  const work = () => database.unitOfWork;
  const insert = (id: number) => work().sql<{ id: number }>(INSERT, [id]);
  const pile = async () => {
    const { rows } = await database.servicePool.query<{ id: number }>('select id from pile order by id');
    return rows.map(({ id }) => id);
  };

  beforeEach(() => database.servicePool.query('truncate pile'));

  it('answers the results of pipelined statements once they are committed', async () => {
    let committed = false;
    const results = await work().pipelined(async () => {
      work().afterCommit(() => (committed = true));
      return [insert(1), insert(2)] as const;
    });
    expect(results).toEqual([[{ id: 1 }], [{ id: 2 }]]);
    expect(committed).toBe(true);
    expect(await pile()).toEqual([1, 2]);
  });

  it('lets pipelined work wait for a result before it goes on', async () => {
    await work().pipelined(async () => {
      const [first] = await insert(1);
      return [insert(first!.id + 1)] as const;
    });
    expect(await pile()).toEqual([1, 2]);
  });

  it('keeps nothing of pipelined work in which one statement fails, and says which', async () => {
    const failing = work().pipelined(async () => [insert(1), insert(1), insert(2)] as const);
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await pile()).toEqual([]);
  });

  it('keeps nothing of pipelined work that fails before all of it was sent', async () => {
    const thrown = work().pipelined(async () => {
      void insert(1);
      throw new Error('too early');
    });
    await expect(thrown).rejects.toThrow('too early');
    const rejected = work().pipelined(
      async () => [insert(1), Promise.reject(new Error('not sent'))] as const,
    );
    await expect(rejected).rejects.toThrow('not sent');
    expect(await pile()).toEqual([]);
  });

  it('commits what is sent at once, carries it nowhere else, and hears of the commit', async () => {
    let committed = false;
    const sending = work().sent(() => {
      work().afterCommit(() => (committed = true));
      return [insert(1), insert(2)] as const;
    });
    // Work beside it is not in it.
    expect(work().isOpen()).toBe(false);
    await expect(insert(3)).rejects.toThrow('a write needs unitOfWork.run around it');
    expect(await sending).toEqual([[{ id: 1 }], [{ id: 2 }]]);
    expect(committed).toBe(true);
    expect(await pile()).toEqual([1, 2]);
  });

  it('keeps nothing of what is sent at once when a statement fails, or when one comes later', async () => {
    await expect(work().sent(() => [insert(1), insert(1)] as const)).rejects.toMatchObject({ code: '23505' });
    const late = work().sent(() => [insert(1), Promise.resolve().then(() => insert(2))] as const);
    await expect(late).rejects.toThrow('a write needs unitOfWork.run around it');
    const thrown = work().sent(() => {
      void insert(1);
      throw new Error('too early');
    });
    await expect(thrown).rejects.toThrow('too early');
    expect(await pile()).toEqual([]);
  });

  it('sends into the transaction that is open, and goes with it', async () => {
    const undone = work().run(SERVICE, async () => {
      await work().sent(() => [insert(1)] as const);
      expect(await work().sql('select id from pile')).toEqual([{ id: 1 }]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await pile()).toEqual([]);
  });

  it('serves the next one after a failure, pipelined or not', async () => {
    for (let time = 0; time < 5; time++) {
      await expect(work().pipelined(async () => [insert(1), insert(1)] as const)).rejects.toThrow();
      await expect(work().run(SERVICE, async () => [await insert(1), await insert(1)])).rejects.toThrow();
    }
    await work().pipelined(async () => [insert(1)] as const);
    await work().run(SERVICE, () => insert(2));
    expect(await pile()).toEqual([1, 2]);
  });

  it('prepares a statement anew when its table changed', async () => {
    const { servicePool } = database;
    const all = () => work().run(SERVICE, () => work().sql('select * from pile'));
    await insertTwice();
    expect(await all()).toEqual([{ id: 1 }, { id: 2 }]);
    for (let time = 0; time < 3; time++) await all();
    await servicePool.query('alter table pile add column name text');
    expect(await all()).toEqual([
      { id: 1, name: null },
      { id: 2, name: null },
    ]);
    await servicePool.query('alter table pile drop column name');
  });

  const insertTwice = () => work().pipelined(async () => [insert(1), insert(2)] as const);
});
