/**
 * Events that nobody is told of: of a process whose word was lost, behind a transaction that was open longer, those that a
 * subscriber does not want, and of a database that was restored from a dump, whose transactions the new server has not come to yet.
 */
import { contentHash } from '../../src/kernel/hash';
import { SERVICE } from '../../src/platform/database';
import { Dispatcher, type EventSubscriber } from '../../src/platform/events';
import { settleMovedEvents } from '../../src/platform/events/moved-events';
import { Metrics } from '../../src/platform/metrics';
import { predict, served } from '../inference/support';
import { type CustomerPerson, startWorld, type World } from '../support/world';

const FURTHER = 1_000_000_000;

let world: World;
let customer: CustomerPerson;
beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  customer = await world.customer();
  await predict(await world.apiKey(customer));
  await world.settle();
});
afterAll(() => world.close());

async function sql<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
  return (await world.app.platform.database.servicePool.query<R>(text, values)).rows;
}

test('what was written without a word of it, behind a transaction that is open still, is delivered when that has ended', async () => {
  const older = await world.app.platform.database.servicePool.connect();
  try {
    await older.query('begin');
    await older.query('select pg_current_xact_id()');
    await sql(
      `insert into outbox_events (id, created_at, type, subject, actor, actor_kind, data_hash, transaction_id)
        values ('evt_unheard', now(), 'test.unheard', 'tst_unheard', 'system:test', 'SYSTEM', $1, pg_current_xact_id())`,
      [contentHash({})],
    );
    await older.query('commit');
  } finally {
    older.release();
  }
  await world.until(async () => {
    const logged = await sql(`select 1 from audit_records where object = 'tst_unheard'`);
    return logged.length === 1;
  }, 'it to be delivered');
});

test('those who want nothing of what happened are moved past it, but past nothing of theirs that is still to be committed', async () => {
  const { database, signals, log, events } = world.app.platform;
  const handled: string[] = [];
  const only = (type: string): EventSubscriber => ({
    name: `only-${type}`,
    types: [type],
    handle: (some) => Promise.resolve(void handled.push(...some.map((event) => event.type))),
  });
  const dispatcher = new Dispatcher(database.unitOfWork, signals, log, new Metrics(), [
    only('test.late'),
    only('test.rare'),
  ]);
  const emit = (type: string): Promise<void> =>
    database.unitOfWork.run(SERVICE, () => events.emit({ type, subject: 'tst_passed' }));
  const places = async (): Promise<string[]> => {
    const found = await sql<{ place: string }>(
      `select (transaction_id, position)::text as place from event_cursors where subscriber like 'only-%'`,
    );
    return found.map(({ place }) => place);
  };
  await sql(`insert into event_cursors (subscriber, transaction_id, position)
    select name, transaction_id, position from event_cursors, unnest('{only-test.late,only-test.rare}'::text[]) name
    where subscriber = 'audit.log'`);
  await emit('test.common');
  await dispatcher.drain();
  const [start] = await places();
  await emit('test.common');
  const open = await database.servicePool.connect();
  try {
    await open.query('begin');
    await open.query(
      `insert into outbox_events (id, created_at, type, subject, actor, actor_kind, data_hash, transaction_id)
        values ('evt_late', now(), 'test.late', 'tst_late', 'system:test', 'SYSTEM', $1, pg_current_xact_id())`,
      [contentHash({})],
    );
    await emit('test.common');
    const drained = dispatcher.drain();
    await world.until(async () => (await places()).every((place) => place !== start), 'both to be moved');
    expect(handled).toEqual([]);
    await open.query('commit');
    await drained;
  } finally {
    open.release();
  }
  expect(handled).toEqual(['test.late']);
  expect(new Set(await places()).size).toBe(1);
  await emit('test.rare');
  await dispatcher.drain();
  expect(handled).toEqual(['test.late', 'test.rare']);
  await sql(`delete from event_cursors where subscriber like 'only-%'`);
  await world.settle();
});

test('what was not delivered there is delivered, what was is not again, and what happens here comes behind it', async () => {
  const { unitOfWork } = world.app.platform.database;
  const logged = (): Promise<{ object: string }[]> =>
    sql('select object from audit_records order by audit_records.index');
  const before = await logged();
  expect(await settleMovedEvents(unitOfWork)).toBe(false);
  for (const table of ['outbox_events', 'inferences', 'event_cursors'])
    await sql(
      `update ${table} set transaction_id = (transaction_id::text::bigint + ${FURTHER})::text::xid8 where transaction_id <> '0'`,
    );
  await sql(
    `insert into outbox_events (id, created_at, type, subject, actor, actor_kind, data_hash, transaction_id)
      values ('evt_left', now(), 'test.left', 'tst_left', 'system:test', 'SYSTEM', $1, '${2 * FURTHER}')`,
    [contentHash({})],
  );

  const both = await Promise.all([settleMovedEvents(unitOfWork), settleMovedEvents(unitOfWork)]);
  expect(both.sort()).toEqual([false, true]);
  await unitOfWork.run(SERVICE, () =>
    world.app.platform.events.emit({ type: 'test.new', subject: 'tst_new' }),
  );
  const { inference } = await predict(await world.apiKey(customer));
  await world.settle();

  const objects = (await logged()).map(({ object }) => object);
  expect(objects.slice(0, before.length)).toEqual(before.map(({ object }) => object));
  const added = objects.slice(before.length);
  expect(added.slice(0, 2)).toEqual(['tst_left', 'tst_new']);
  expect(added.filter((object) => object === inference!.id)).toHaveLength(1);
  expect(new Set(added).size).toBe(added.length);
});
