/** A database that is put back to an earlier day: what people decided since is decided still. */
import fs from 'node:fs';
import path from 'node:path';
import { type App, startApp } from '../../src/app/app';
import { SERVICE } from '../../src/platform/database';
import { predict, served } from '../inference/support';
import { ROW } from '../support/hand-made-version';
import { cloneDatabase } from '../support/cluster';
import { testConfig } from '../support/config';
import { type CustomerPerson, type Person, startWorld, World } from '../support/world';
import { ask, carriedOut, contentsOf, knownPerson, rowsOf, run, runNow } from './data-requests';

const PEOPLE = ['gone', 'back', 'unwilling', 'undecided', 'restricted', 'lifted', 'same'] as const;
type Name = (typeof PEOPLE)[number];

let first: World;
/** The world as it stands after each start. */
let world: World;
let owner: CustomerPerson;
let server: Person;
let people: Record<Name, Person>;
let backup: { url: string; drop(): Promise<void> };

async function startedOn(databaseUrl: string): Promise<World> {
  const app: App = await startApp({
    config: testConfig(first.dataDir, { backupDays: 60 }),
    databaseUrl,
    clock: first.clock,
  });
  return new World(app, first.clock, databaseUrl, first.dataDir, () => Promise.resolve());
}

/** The same people, where the service listens now. */
function met<P extends Person>(person: P): P {
  return { ...person, client: world.client(person.credential) };
}
function meet(): void {
  [owner, server] = [met(owner), met(server)];
  for (const name of PEOPLE) people[name] = met(people[name]);
}

const consent = (person: Person, granted: boolean): Promise<unknown> =>
  person.client.mutate(
    'consentRecord',
    'ConsentRecordInput!',
    { purpose: 'TRAINING', granted },
    '__typename',
  );
const agrees = async ({ id }: Person): Promise<boolean> =>
  (await rowsOf(
    world,
    `from consent_states where end_user_id = $1 and purpose = 'TRAINING' and granted and not restricted`,
    [id],
  )) === 1;
const repeated = ({ id }: Person): Promise<number> =>
  rowsOf(world, `from audit_records where action = 'end-user.decision-repeated' and object = $1`, [id]);
const lift = ({ id }: Person): Promise<unknown> =>
  owner.client.mutate('restrictionLift', 'RestrictionLiftInput!', { endUserId: id }, '__typename');
const noted = ({ id }: Person): string[] =>
  notes().flatMap((name) => (name.includes(`/${id}.`) ? [name.split('.').slice(1).join('.')] : []));
const notes = (): string[] =>
  fs
    .readdirSync(path.join(first.dataDir, 'blobs/notes'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('.'));

beforeAll(async () => {
  first = world = await startWorld();
  await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
  const known: Partial<Record<Name, Person>> = {};
  for (const name of PEOPLE) known[name] = await knownPerson(world, server, name, `the words of ${name}`);
  people = known as Record<Name, Person>;
  await run(world, 'privacy.compare-register');
  await world.app.close();
  backup = await cloneDatabase(world.databaseUrl);

  world = await startedOn(world.databaseUrl);
  meet();
  for (const name of ['gone', 'back'] as const)
    await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
  await consent(people.unwilling, false);
  await consent(people.undecided, false);
  for (const name of ['restricted', 'lifted'] as const) await ask(people[name], { kind: 'RESTRICTION' });
  await lift(people.lifted);
  await world.settle();
  await world.app.close();

  world = await startedOn(backup.url);
  meet();
});
afterAll(async () => {
  await world?.app.close();
  await backup?.drop();
  await first?.close().catch(() => undefined);
});

describe('after the database was put back to a day before', () => {
  test('whoever was forgotten is forgotten again, before anybody is served', async () => {
    const { errors } = await people.gone.client.send('{ viewer { kind } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await world.settle();
    expect(await contentsOf(world, people.gone)).toEqual({ payloads: 0, words: 0, tracked: 0, consents: 0 });
    expect(await repeated(people.gone)).toBe(1);
  });

  test('who came back under the same name is somebody new, and stays', async () => {
    const { inference } = await predict(server, { endUserExternalId: 'back' });
    const newcomer = inference!.endUser!.id;
    expect(newcomer).not.toBe(people.back.id);
    await run(world, 'privacy.compare-register');
    expect(await rowsOf(world, 'from end_users where id = $1 and erased_at is null', [newcomer])).toBe(1);
    expect(await repeated(people.back)).toBe(1);
  });

  test('a consent that was taken back is taken back, until the person gives it anew', async () => {
    expect([await agrees(people.unwilling), await agrees(people.same)]).toEqual([false, true]);
    expect(
      await rowsOf(
        world,
        `from consent_records where end_user_id = $1 and method = 'REGISTER' and not granted`,
        [people.unwilling.id],
      ),
    ).toBe(1);
    await consent(people.undecided, true);
    await run(world, 'privacy.compare-register');
    expect(await agrees(people.undecided)).toBe(true);
    expect([await repeated(people.unwilling), await repeated(people.same)]).toEqual([1, 0]);
  });

  test('data that was not to be used is not, and a restriction that was lifted is none', async () => {
    const refused = async (name: Name): Promise<readonly { code: string }[]> => {
      const { errors } = await server.client.attempt('predict', 'PredictInput!', {
        deployment: 'wages',
        rows: ROW,
        endUserExternalId: name,
      });
      return errors;
    };
    expect(await refused('restricted')).toMatchObject([{ code: 'PROCESSING_RESTRICTED' }]);
    expect(await agrees(people.restricted)).toBe(false);
    expect([await refused('lifted'), await refused('same')]).toEqual([[], []]);
    await lift(people.restricted);
    await run(world, 'privacy.compare-register');
    expect(await refused('restricted')).toEqual([]);
  });
});

describe('the register', () => {
  test('has an erasure before it counts as done', async () => {
    const person = await world.endUser(server, 'in order');
    const open: number[] = [];
    const { notes: register } = world.app.platform;
    const write = register.write.bind(register);
    const spy = jest.spyOn(register, 'write').mockImplementation(async (name, text) => {
      open.push(
        await rowsOf(world, 'from data_requests where end_user_id = $1 and closed_at is null', [person.id]),
      );
      return write(name, text);
    });
    const { status } = await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    spy.mockRestore();
    expect([open, status]).toEqual([[1], 'DONE']);
    expect(noted(person)).toEqual(['erased']);
  });

  test('is told what it missed: an erasure whose process ended between the database and it', async () => {
    const person = await world.endUser(server, 'missed');
    await world.app.platform.database.unitOfWork.run(SERVICE, () =>
      world.app.modules.identity.standing.erase({ customerId: owner.customerId, endUserId: person.id }),
    );
    expect(noted(person)).toEqual([]);
    await run(world, 'privacy.compare-register');
    expect(noted(person)).toEqual(['erased']);
  });

  test('has one decision that cannot be carried out hold up none of the others', async () => {
    const { notes: register, crypto, log } = world.app.platform;
    const { standing } = world.app.modules.identity;
    const [stuck, next] = [await world.endUser(server, 'stuck'), await world.endUser(server, 'next')];
    const { customerId } = owner;
    const at = world.clock.now().toISOString();
    for (const { id: endUserId } of [stuck, next]) {
      const name = `${at.slice(0, 7)}/${endUserId}.erased`;
      const decision = JSON.stringify({ customerId, endUserId, kind: 'erased', stands: true, at });
      await register.write(name, crypto.seal('register-of-decisions', decision, name));
    }
    const erased = `from end_users where id = any($1) and erased_at is not null`;
    const isErased = ({ id }: Person): Promise<number> => rowsOf(world, erased, [[id]]);
    const erase = standing.erase.bind(standing);
    const failing = jest.spyOn(standing, 'erase').mockImplementation(async (person) => {
      if (person.endUserId === stuck.id) throw new Error('this one is broken');
      return erase(person);
    });
    const errors = jest.spyOn(log, 'error').mockImplementation(() => undefined);
    await expect(runNow(world, 'privacy.compare-register')).rejects.toThrow(/1 times; the others are done/);
    expect(errors).toHaveBeenCalledWith(
      expect.objectContaining({ endUserId: stuck.id }),
      expect.any(String) as string,
    );
    expect([await isErased(stuck), await isErased(next)]).toEqual([0, 1]);
    failing.mockRestore();
    errors.mockRestore();
    await run(world, 'privacy.compare-register');
    expect(await isErased(stuck)).toBe(1);
  });

  test('forgets what no backup goes back behind, and tells of a database that is older than that', async () => {
    const { notes: register, database, log } = world.app.platform;
    const present = notes().filter((name) => name.includes('eus_'));
    await register.write('2020-01/eus_longago.erased', 'v1.sealed');
    await register.write('2020-01/something-else', '');
    await run(world, 'privacy.clear-register');
    expect(notes().filter((name) => name.includes('eus_'))).toEqual(present);
    expect(await register.read('2020-01/something-else')).toBe('');

    const errors = jest.spyOn(log, 'error').mockImplementation(() => undefined);
    await run(world, 'privacy.compare-register');
    expect(errors).not.toHaveBeenCalled();
    const put = "update register_comparisons set compared_at = compared_at - interval '61 days'";
    await database.servicePool.query(put);
    await run(world, 'privacy.compare-register');
    expect(errors).toHaveBeenCalledWith(
      expect.objectContaining({ backupDays: 60 }),
      expect.stringContaining('FLYWHEEL_BACKUP_DAYS'),
    );
    errors.mockRestore();
  });

  test('names nobody, and what another database wrote into it forgets nobody', async () => {
    const { notes: register, crypto } = world.app.platform;
    const [foreign, other] = [people.same, people.lifted].map(
      ({ id }) => `${notes()[0]!.slice(0, 7)}/${id}.erased`,
    );
    await register.write(foreign!, 'v1.sealed-by-another-key');
    const { id: endUserId } = people.same;
    const moved = JSON.stringify({ customerId: owner.customerId, endUserId, kind: 'erased', stands: true });
    await register.write(other!, crypto.seal('register-of-decisions', moved, foreign!));
    await register.write('2999-01/something-else', '');
    await run(world, 'privacy.compare-register');
    expect(
      await rowsOf(world, 'from end_users where id = any($1) and erased_at is null', [
        [people.same.id, people.lifted.id],
      ]),
    ).toBe(2);
    for (const name of notes()) expect(await register.read(name)).not.toMatch(/eus_|cus_|gone|TRAINING/);
  });
});
