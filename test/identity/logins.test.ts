/** A login is one person’s: of an address there is one, its owner says what it is called, and guessing it is slowed down everywhere. */
import { startApp } from '../../src/app/app';
import { member } from '../journeys/isolation/two-customers';
import { GraphqlClient } from '../support/client';
import { type Person, startWorld, type World } from '../support/world';
import { act, eventsOf, membersOf, PASSWORD } from './administering';

let world: World;
let admin: Person;
beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
});
afterAll(() => world.close());

test('everybody says what they are called, and is nobody else for it', async () => {
  const owner = await world.customer();
  const viewer = await member(world, owner, 'VIEWER');
  const rename = ({ client }: Pick<Person, 'client'>, name: string | null) =>
    client.attempt<{ name: string | null; viewer: object }>(
      'nameChange',
      'NameChangeInput!',
      { name },
      'name viewer { member { id name } staff { id name } }',
    );
  for (const one of [viewer, admin]) {
    const { name, viewer: now } = (await rename(one, '  Ada ')).payload;
    expect(name).toBe('Ada');
    const self = { id: one.id, name };
    // What a cache knows of the caller is right without a second question.
    expect(now).toEqual(one === admin ? { member: null, staff: self } : { member: self, staff: null });
    expect((await rename(one, 'Ada')).errors).toEqual([]);
    expect((await rename(one, ' ')).payload.name).toBeNull();
    const renamed = (await eventsOf(world, one.id)).filter((type) => type.endsWith('.changed'));
    expect(renamed).toHaveLength(2);
    expect((await rename(one, 'x'.repeat(201))).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  }
  await rename(viewer, 'Vee');
  expect((await membersOf(owner)).map(({ name }) => name)).toEqual(expect.arrayContaining(['Vee', null]));
  const key = await world.apiKey(owner);
  const { errors } = await key.client.send('mutation { nameChange(input: {name: "x"}) { name } }');
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('of a sign-up and an invitation of one address at the same moment one wins, and the other is told', async () => {
  for (let round = 0; round < 4; round++) {
    const wanted = `both${round}@flywheel.test`;
    const signUp = { organisation: 'Both', email: wanted.toUpperCase(), password: PASSWORD };
    const both = await Promise.all([
      world.client().attempt('signUp', 'SignUpInput!', signUp),
      act(admin, 'Invite', { email: wanted, role: 'REVIEWER' }),
    ]);
    const refused = both.flatMap(({ errors }) => errors);
    expect(refused).toMatchObject([{ code: 'CONFLICT', path: ['input', 'email'] }]);
  }
});

test('guessing at several processes tells little more than guessing at one, and locks nobody out who knows the password', async () => {
  const owner = await world.customer();
  const { config, clock } = world.app.platform;
  const other = await startApp({ config: { ...config, workers: 0 }, databaseUrl: world.databaseUrl, clock });
  const guess = async (url: string, password = 'a wrong password'): Promise<string | undefined> => {
    const { data, errors } = await new GraphqlClient(url).send<{
      signIn: { errors: { code: string }[] } | null;
    }>('mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }', {
      input: { email: owner.email, password },
    });
    return errors?.[0]?.extensions.code ?? data?.signIn?.errors[0]?.code;
  };
  try {
    for (let i = 0; i < 10; i++) expect(await guess(world.url)).toBe('INVALID_INPUT');
    expect(await guess(world.url)).toBe('RATE_LIMITED');
    expect(await guess(other.url, owner.password)).toBeUndefined();
    // The first failure there tells that process of the ten.
    for (let i = 0; i < 2; i++) expect(await guess(other.url)).toBe('RATE_LIMITED');
    expect(await guess(other.url, owner.password)).toBe('RATE_LIMITED');
    const { rows } = await world.app.platform.database.servicePool.query('select * from attempt_counts');
    expect(JSON.stringify(rows)).not.toContain(owner.email);
  } finally {
    await other.close();
  }
});
