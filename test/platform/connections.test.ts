/** Connections to PostgreSQL as the network, the URL and others may have them: tenants stay apart, and nobody waits for what is gone or held. */
import fastify, { type FastifyInstance } from 'fastify';
import { Client, Pool } from 'pg';
import {
  APPLICATION_ROLE,
  type Database,
  keepMonths,
  openDatabase,
  provideServer,
  SERVICE,
} from '../../src/platform/database';
import { EnduringClient } from '../../src/platform/database/enduring-client';
import { migrate } from '../../src/platform/database/migration';
import { isUnreachable } from '../../src/platform/database/database-error';
import { PipelinedTransaction } from '../../src/platform/database/pipelined-transaction';
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

test('options in the URL take effect beside ours, and do not take the tenants’ role away', async () => {
  const url = new URL(bare.database.url);
  url.searchParams.set('options', '-c search_path=public -c statement_timeout=54321');
  const database = await openDatabase({ url: url.href, pool: 2, entities: [] });
  try {
    const [as] = await database.tenantSource.query<{ role: string; timeout: string; guarded: boolean }[]>(
      `select current_user as role, current_setting('statement_timeout') as timeout, row_security_active('inferences') as guarded`,
    );
    expect(as).toEqual({ role: APPLICATION_ROLE, timeout: '54321ms', guarded: true });
    const [plans] = await database.unitOfWork.pipelined(() =>
      Promise.resolve([
        database.unitOfWork.sql(
          `select current_setting('plan_cache_mode') as mode, current_setting('statement_timeout') as timeout`,
        ),
      ] as const),
    );
    expect(plans).toEqual([{ mode: 'force_generic_plan', timeout: '54321ms' }]);
  } finally {
    await database.close();
  }
});

test('where a pooler drops the tenants’ role on the way, the product does not start and says why', async () => {
  const dropping = (options: string) => (bytes: Buffer) => {
    const text = bytes.toString('latin1');
    if (!text.includes(`options\0${options}`)) return bytes;
    const without = Buffer.from(text.replace(/options\0[^\0]*\0/, ''), 'latin1');
    without.writeInt32BE(without.length, 0);
    return without;
  };
  // Before anything is asked of the server, and so to `doctor` too.
  proxy.pass = dropping('-c ');
  await expect(provideServer({ kind: 'URL', url: proxy.url, pool: 2 })).rejects.toThrow(
    /drops the "options" of connections.*name PostgreSQL itself in DATABASE_URL/,
  );
  proxy.pass = dropping('-c role=');
  await expect(openDatabase({ url: proxy.url, pool: 2, entities: [] })).rejects.toThrow(
    /should act as flywheel_app act as postgres.*name PostgreSQL itself in DATABASE_URL/,
  );
});

describe('while a backup reads the tables', () => {
  const patience = { eachMs: 20, pauseMs: 5, inAllMs: 0 };
  let other: Client;
  const hold = (table: string, mode: string): Promise<unknown> =>
    other.query(`begin; lock table ${table} in ${mode} mode`);

  beforeEach(async () => {
    other = new Client({ connectionString: bare.database.url });
    await other.connect();
  });
  afterEach(() => other.end());

  test('the months to come are made later, and nobody has to wait behind them', async () => {
    const { serviceSource } = bare.database;
    const months = (): Promise<{ name: string }[]> =>
      serviceSource.query(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_records'::regclass
         and inhrelid <> 'audit_records_default'::regclass order by 1 desc`,
      );
    const all = await months();
    await serviceSource.query(`drop table ${all[0]!.name}`);
    await hold('audit_records', 'access share');
    await expect(keepMonths(serviceSource, patience.eachMs)).rejects.toThrow(/lock timeout/);
    await migrate(serviceSource, patience);
    expect(await months()).toEqual(all.slice(1));
    await other.query('rollback');
    await keepMonths(serviceSource);
    expect(await months()).toEqual(all);
  });

  test('a migration is tried again until it has what it needs, or says what to end', async () => {
    const { serviceSource } = bare.database;
    await serviceSource.undoLastMigration();
    await hold('migrations', 'share');
    await expect(migrate(serviceSource, patience)).rejects.toThrow(/while others hold its tables: end what/);
    const trying = migrate(serviceSource, { ...patience, inAllMs: 20_000 });
    await other.query('rollback');
    expect(await trying).toHaveLength(1);
  });
});

test('a commit whose connection says nothing any more is given up and counts as the database’s being away', async () => {
  const pool = new Pool({ connectionString: proxy.url, max: 1, Client: EnduringClient });
  try {
    const transaction = await PipelinedTransaction.begin(pool, 200);
    proxy.pass = () => undefined;
    const given = transaction.commit(() => Promise.resolve([transaction.query({ text: 'select 1' })]));
    const error: unknown = await given.catch((failure: unknown) => failure);
    expect(error).toMatchObject({ message: expect.stringContaining('nothing was heard for 200 ms') });
    expect(isUnreachable(error)).toBe(true);
    proxy.pass = (bytes) => bytes;
    const next = await PipelinedTransaction.begin(pool, 10_000);
    const [{ rows }] = await next.commit(() => Promise.resolve([next.query({ text: 'select 2 as two' })]));
    expect(rows).toEqual([{ two: 2 }]);
  } finally {
    await pool.end();
  }
});

describe('a server that says nothing any more', () => {
  let database: Database;

  beforeEach(async () => {
    database = await openDatabase({ url: proxy.url, pool: 2, entities: [], silentAfterMs: 500 });
  });
  afterEach(() => database.close());

  const failureOf = (asked: Promise<unknown>): Promise<unknown> => asked.catch((failure: unknown) => failure);
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

describe('a server that takes no changes', () => {
  let database: Database;
  let http: FastifyInstance;
  const probe = async (): Promise<unknown> => (await http.inject('/readyz')).json();
  const failureOf = (asked: Promise<unknown>): Promise<unknown> => asked.catch((failure: unknown) => failure);
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

test('when the connection for signals breaks again while it is made anew, what was missed is told by the one that holds', async () => {
  const { database } = bare;
  const signals = new PostgresSignals(
    proxy.url,
    database.servicePool,
    new UnitOfWork(database.tenantSource, database.serviceSource),
    createLog({ logLevel: 'silent' }),
  );
  const channels = ['test_first', 'test_second'];
  let listened = 0;
  try {
    const told = new Promise<void>((resolve) => {
      const missed = (): void => void (listened === channels.length && resolve());
      for (const channel of channels) signals.subscribe(channel, () => undefined, missed);
    });
    await signals.start();
    let isCut = false;
    proxy.pass = (bytes, client) => {
      if (!bytes.includes('listen ')) return bytes;
      if (isCut) listened++;
      else client.destroy();
      isCut = true;
      return bytes;
    };
    await database.servicePool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'flywheel signals' and datname = current_database()`,
    );
    await told;
    const heard = new Promise((resolve) => signals.subscribe('test_second', resolve));
    await signals.publish('test_second', { word: 'here' });
    expect(await heard).toEqual({ word: 'here' });
  } finally {
    await signals.stop();
  }
});
