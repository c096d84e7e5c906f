/** A server that is there and of no use: one that says nothing any more, and one that takes no changes. */
import fastify, { type FastifyInstance } from 'fastify';
import { type Database, openDatabase, provideServer, SERVICE } from '../../src/platform/database';
import { isUnreachable } from '../../src/platform/database/database-error';
import { UnitOfWork } from '../../src/platform/database/unit-of-work';
import { PostgresSignals } from '../../src/platform/events/signals';
import { serveReadiness } from '../../src/platform/http/readiness';
import { createLog } from '../../src/platform/log';
import { type BareDatabase, openBareDatabase } from '../support/bare-database';
import { type PostgresProxy, proxyTo } from '../support/postgres-proxy';

let bare: BareDatabase;
let proxy: PostgresProxy;

beforeAll(async () => {
  bare = await openBareDatabase();
});
afterAll(() => bare.close());
beforeEach(async () => {
  proxy = await proxyTo(bare.database.url);
});
afterEach(() => proxy.close());

const failureOf = (asked: Promise<unknown>): Promise<unknown> => asked.catch((failure: unknown) => failure);

describe('a server that says nothing any more', () => {
  let database: Database;

  beforeEach(async () => {
    database = await openDatabase({ url: proxy.url, pool: 2, entities: [], silentAfterMs: 500 });
  });
  afterEach(() => database.close());

  const read = (): Promise<object[]> =>
    database.read.sql({ customerId: 'cus_1' }, 'one', 'select 1 as one', []);
  const write = (): Promise<object[]> =>
    database.unitOfWork.run(SERVICE, () => database.unitOfWork.sql('select 1 as one'));

  test('is away for whoever reads or writes, however many of them wait for a connection, until it speaks again', async () => {
    await Promise.all([read(), write()]);
    proxy.pass = () => undefined;
    const failures = await Promise.all(
      [...Array(5).fill(0).map(read), ...Array(5).fill(0).map(write)].map(failureOf),
    );
    expect(failures.map(isUnreachable)).toEqual(Array(10).fill(true));
    expect(failures).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('said nothing to anybody for 500 ms') }),
    );
    proxy.pass = (bytes) => bytes;
    const back = async (): Promise<boolean> => Array.isArray(await failureOf(read()));
    while (!(await back())) await new Promise(setImmediate);
    expect(await write()).toEqual([{ one: 1 }]);
  });

  test('is not one that takes long over a statement: that is waited for', async () => {
    const slow = database.read.sql(SERVICE, 'slow', 'select 1 as one from pg_sleep(0.8)', []);
    expect(await slow).toEqual([{ one: 1 }]);
  });
});

test('a server that says nothing any more keeps nobody from leaving', async () => {
  const database = await openDatabase({ url: proxy.url, pool: 2, entities: [], silentAfterMs: 500 });
  const { servicePool, tenantSource, serviceSource } = database;
  const signals = new PostgresSignals(
    proxy.url,
    servicePool,
    new UnitOfWork(tenantSource, serviceSource),
    createLog({ logLevel: 'silent' }),
  );
  await signals.start();
  await Promise.all([servicePool.query('select 1'), tenantSource.query('select 1')]);
  proxy.pass = () => undefined;
  await signals.stop();
  await database.close();
});

describe('a server that takes no changes', () => {
  let database: Database;
  let http: FastifyInstance;
  const probe = async (): Promise<unknown> => (await http.inject('/readyz')).json();
  /** On every connection. */
  const write = (): Promise<unknown[]> => {
    const text = 'delete from event_cursors where false';
    const one = (): Promise<unknown> => database.unitOfWork.run(SERVICE, () => database.unitOfWork.sql(text));
    return Promise.all([failureOf(one()), failureOf(one())]);
  };
  const read = (): Promise<unknown> => failureOf(database.read.sql(SERVICE, 'one', 'select 1 as one', []));
  /** As a server that comes back breaks them. */
  const breakConnections = (): Promise<unknown> =>
    bare.database.servicePool.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );

  beforeEach(async () => {
    database = await openDatabase({ url: proxy.url, pool: 2, entities: [] });
    http = fastify();
    serveReadiness(http, database, () => []);
  });
  afterEach(async () => {
    await http.close();
    await database.close();
  });

  test('is not ready, and its connections are not kept for when it takes them again', async () => {
    const name = new URL(proxy.url).pathname.slice(1);
    const { servicePool } = bare.database;
    expect(await probe()).toEqual({ status: 'ready', reasons: [] });
    // Those who are connected keep what held when they came.
    await servicePool.query(`alter database ${name} set default_transaction_read_only = on`);
    try {
      await breakConnections();
      await Promise.all([read(), read()]);
      expect((await write()).map(isUnreachable)).toEqual([true, true]);
      expect(await probe()).toEqual({ status: 'not ready', reasons: ['the database takes no changes'] });
      await expect(provideServer({ kind: 'URL', url: proxy.url, pool: 1 })).rejects.toThrow(
        /takes no changes now \(it is a standby.*name the one that does in DATABASE_URL/,
      );
      expect((await write()).map(isUnreachable)).toEqual([true, true]);
    } finally {
      await servicePool.query(`alter database ${name} reset default_transaction_read_only`);
    }
    expect(await write()).toEqual([[], []]);
    expect(await probe()).toEqual({ status: 'ready', reasons: [] });
  });

  test('and is a standby answers nobody: the one that does may be at its address by now', async () => {
    await breakConnections();
    proxy.tell = (bytes) => {
      const at = bytes.indexOf('in_hot_standby\0off\0');
      if (at < 0) return bytes;
      const standby = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from('in_hot_standby\0on\0'),
        bytes.subarray(at + 'in_hot_standby\0off\0'.length),
      ]);
      standby.writeInt32BE(standby.readInt32BE(at - 4) - 1, at - 4);
      return standby;
    };
    await Promise.all([read(), read()]);
    expect(await read()).toMatchObject({ message: expect.stringContaining('takes no changes now') });
    expect(await probe()).toEqual({ status: 'not ready', reasons: ['database'] });
    proxy.tell = (bytes) => bytes;
    expect(await read()).toEqual([{ one: 1 }]);
  });
});
