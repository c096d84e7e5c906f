/** Mails about feedback where something fails on the way: none is sent twice, and none waits for another. */
import fs from 'node:fs';
import path from 'node:path';
import { served } from '../inference/support';
import { proveAddress } from '../support/mails';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { followed, say, sql } from './follow-up';
import { triage } from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
beforeAll(async () => {
  world = await startWorld();
  ({ staff } = await served(world, 'wages'));
  owner = await world.customer();
  await proveAddress(world, owner);
});
afterAll(() => world?.close());

function mailsOf(id: string): string[] {
  const folder = path.join(world.dataDir, 'mail');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return files
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    .filter((mail) => mail.includes(id));
}

test('a member is told once, also when the worker could not note that it was sent', async () => {
  const { id } = await say(owner, { notify: true });
  await sql(
    world,
    `create function forget_notice() returns trigger language plpgsql as $$ begin raise exception 'the worker died'; end $$;
     create trigger forget_notice before update on feedback_notices for each row execute function forget_notice()`,
  );
  await triage(staff, id, { status: 'PLANNED' });
  const waiting = `select count(*)::int as count from graphile_worker.jobs where last_error like '%the worker died%'`;
  await world.until(async () => {
    await world.app.drainEvents();
    return (await sql<{ count: number }>(world, waiting))[0]!.count === 1;
  }, 'the first try');
  expect(mailsOf(id)).toEqual([]);
  await sql(
    world,
    `drop trigger forget_notice on feedback_notices;
     update graphile_worker._private_jobs set run_at = now() where last_error is not null`,
  );
  await world.settle();
  expect((await followed(id, staff)).notices.map(({ outcome }) => outcome)).toEqual(['MAILED']);
  expect(mailsOf(id)).toHaveLength(1);
});

test('a member is told though the mail before theirs cannot be sent', async () => {
  const [first, second] = [await say(owner, { notify: true }), await say(owner, { notify: true })];
  expect(first.id < second.id).toBe(true);
  await staff.client.mutate(
    'feedbackMerge',
    'FeedbackMergeInput!',
    { ids: [second.id], into: first.id },
    'feedback { id }',
  );
  await world.settle();
  const { mail } = world.app.platform;
  const send = jest
    .spyOn(mail, 'send')
    .mockImplementationOnce(() => Promise.reject(new Error('no such box')));
  try {
    await triage(staff, first.id, { status: 'PLANNED' });
    await world.until(async () => {
      await world.app.drainEvents();
      return mailsOf(second.id).some((one) => one.includes('will be worked on'));
    }, 'the second mail');
    expect(mailsOf(first.id).filter((one) => one.includes('will be worked on'))).toEqual([]);
    const again = 'update graphile_worker._private_jobs set run_at = now() where last_error is not null';
    await sql(world, again);
    await world.settle();
    expect(mailsOf(first.id).filter((one) => one.includes('will be worked on'))).toHaveLength(1);
  } finally {
    send.mockRestore();
  }
});
