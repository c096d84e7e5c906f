/** Connections to PostgreSQL as the network, the URL and others may have them: tenants stay apart, and nobody waits for what is gone or held. */
import { Client, Pool } from 'pg';
import {
  APPLICATION_ROLE,
  keepMonths,
  openDatabase,
  provideServer,
  type Scope,
  SERVICE,
  tenant,
} from '../../src/platform/database';
import { EnduringClient } from '../../src/platform/database/enduring-client';
import { migrate } from '../../src/platform/database/migration';
import { databaseFailure, isUnreachable } from '../../src/platform/database/database-error';
import { PipelinedTransaction } from '../../src/platform/database/pipelined-transaction';
import { UnitOfWork } from '../../src/platform/database/unit-of-work';
import { PostgresSignals } from '../../src/platform/events/signals';
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
  const dropping = (options: RegExp) => (bytes: Buffer) => {
    const text = bytes.toString('latin1');
    if (!options.test(text)) return bytes;
    const without = Buffer.from(text.replace(/options\0[^\0]*\0/, ''), 'latin1');
    without.writeInt32BE(without.length, 0);
    return without;
  };
  // Before anything is asked of the server, and so to `doctor` too.
  proxy.pass = dropping(/options\0-c /);
  await expect(provideServer({ kind: 'URL', url: proxy.url, pool: 2 })).rejects.toThrow(
    /drops the "options" of connections.*name PostgreSQL itself in DATABASE_URL/,
  );
  proxy.pass = dropping(/options\0[^\0]*-c role=/);
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

test('a tenant’s statement takes no longer than it may, whatever it waits for, and those of jobs take their time', async () => {
  const database = await openDatabase({ url: proxy.url, pool: 2, entities: [], statementMs: 300 });
  const read = (scope: Scope, name: string, text: string): Promise<object[]> =>
    database.read.sql(scope, name, text, []);
  const turn = (): Promise<void> => database.unitOfWork.takeTurn('one');
  try {
    const all = Array.from({ length: 6 }, () =>
      read(tenant('cus_1'), 'slow', 'select pg_sleep(30)').catch(databaseFailure),
    );
    for (const told of await Promise.all(all)) expect(told).toMatchObject({ code: 'UNAVAILABLE' });
    await database.unitOfWork.run(SERVICE, async () => {
      await turn();
      const waiting = database.unitOfWork.outside(() => database.unitOfWork.run(tenant('cus_1'), turn));
      await expect(waiting).rejects.toThrow(/statement timeout/);
      await read(SERVICE, 'job', 'select pg_sleep(0.4)');
    });
    // A client that is gone without a word keeps its locks for a minute, not for hours.
    const text = `select current_setting('tcp_keepalives_idle') as idle, current_setting('statement_timeout') as bound`;
    expect(await read(tenant('cus_1'), 'settings', text)).toEqual([{ idle: '30', bound: '300ms' }]);
    expect(await read(SERVICE, 'settings', text)).toEqual([{ idle: '30', bound: '0' }]);
  } finally {
    await database.close();
  }
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
