/** What flags may require of each other, what is refused in which words, and what becomes of a flag that others require. */
import { type Person, startWorld, type World } from '../support/world';
import { flagActed, flagChanged, flagMade, flagTold, flagUpdated, one } from './doors';
import { planned, planOf, stage, started } from './support';

let world: World;
let staff: Person;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
  server = await world.apiKey(await world.customer());
});
afterAll(() => world?.close());

const need = (flagId: string, value: unknown = true): object => ({ prerequisites: [{ flagId, value }] });

async function refusal(id: string, input: object): Promise<string[]> {
  const { errors } = await flagUpdated(staff, id, input);
  return errors.map(({ path, message }) => `${path?.join('.')}: ${message}`);
}

/** Boolean flags of which each requires the next. */
async function chain(...keys: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const key of keys) ids.push(await flagMade(staff, key, 'BOOLEAN', false));
  for (const [at, id] of ids.slice(0, -1).entries()) await flagChanged(staff, id, need(ids[at + 1]!));
  return ids;
}

test('a flag shows what it requires and what requires it', async () => {
  const [top, base] = await chain('shown-top', 'shown-base');
  const query = `query ($key: String!) { featureFlag(key: $key) {
    prerequisites { flag { id key } value } requiredBy { id key } revisions(first: 1) { nodes { prerequisites { flag { key } } changes { part before after } } }
  } }`;
  expect(await staff.client.ask(query, { key: 'shown-top' })).toEqual({
    featureFlag: {
      prerequisites: [{ flag: { id: base, key: 'shown-base' }, value: true }],
      requiredBy: [],
      revisions: {
        nodes: [
          {
            prerequisites: [{ flag: { key: 'shown-base' } }],
            changes: [{ part: 'PREREQUISITES', before: [], after: [{ flagId: base, value: true }] }],
          },
        ],
      },
    },
  });
  const { featureFlag } = await staff.client.ask<{ featureFlag: object }>(query, { key: 'shown-base' });
  expect(featureFlag).toMatchObject({ prerequisites: [], requiredBy: [{ id: top, key: 'shown-top' }] });
});

test('a circle is refused, and named', async () => {
  const [, , c] = await chain('circle-a', 'circle-b', 'circle-c');
  const [a] = await Promise.all([idOf('circle-a')]);
  expect(await refusal(c!, need(a))).toEqual([
    'input.prerequisites: Flags would require each other in a circle: circle-c → circle-a → circle-b → circle-c. Leave one of these out.',
  ]);
  expect(await refusal(a, need(a))).toEqual([expect.stringContaining('in a circle: circle-a → circle-a.')]);
});

test('of two changes at once that would make a circle together, one is refused', async () => {
  for (let round = 0; round < 3; round++) {
    const a = await flagMade(staff, `race-a-${round}`, 'BOOLEAN', false);
    const b = await flagMade(staff, `race-b-${round}`, 'BOOLEAN', false);
    const acts = await Promise.all([flagUpdated(staff, a, need(b)), flagUpdated(staff, b, need(a))]);
    expect(acts.map(({ errors }) => errors.length).sort()).toEqual([0, 1]);
  }
});

test('a chain of more than five is refused at either end, and named', async () => {
  const keys = ['deep-1', 'deep-2', 'deep-3', 'deep-4', 'deep-5'];
  const ids = await chain(...keys);
  const more = await flagMade(staff, 'deep-0', 'BOOLEAN', false);
  const words = (...all: string[]): string =>
    `At most 5 flags may require one another in a chain; this one would have 6: ${all.join(' → ')}.`;
  expect(await refusal(more, need(ids[0]!))).toEqual([`input.prerequisites: ${words('deep-0', ...keys)}`]);
  expect(await refusal(ids[4]!, need(more))).toEqual([`input.prerequisites: ${words(...keys, 'deep-0')}`]);
});

test('every other fault comes at once, each at its path', async () => {
  const text = await flagMade(staff, 'fault-text', 'STRING', 'x');
  const json = await flagMade(staff, 'fault-json', 'JSON', {});
  const gone = await flagMade(staff, 'fault-gone', 'BOOLEAN', false);
  await flagActed(staff, 'featureFlagArchive', { id: gone });
  const id = await flagMade(staff, 'fault', 'BOOLEAN', false);
  const { errors } = await flagUpdated(staff, id, {
    rules: [{ value: 'no boolean' }],
    prerequisites: [
      { flagId: 'flg_unknown', value: true },
      { flagId: text, value: 1 },
      { flagId: text, value: 'x' },
      { flagId: json, value: { $in: [1] } },
      { flagId: gone, value: true },
    ],
  });
  expect(errors.map(({ path }) => path!.join('.'))).toEqual([
    'input.rules.0.value',
    'input.prerequisites.0.flagId',
    'input.prerequisites.1.value',
    'input.prerequisites.2.flagId',
    'input.prerequisites.3.value',
    'input.prerequisites.4.flagId',
  ]);
  const six = Array.from({ length: 6 }, () => ({ flagId: text, value: 'x' }));
  expect((await refusal(id, { prerequisites: six }))[0]).toContain('prerequisites');
  const { featureFlag } = await staff.client.ask<{ featureFlag: object }>(
    '{ featureFlag(key: "fault") { revision } }',
  );
  expect(featureFlag).toEqual({ revision: 1 });
});

test('who may not know of a flag does not meet it in another one', async () => {
  const scene = await stage(world, staff, 'secret');
  const draft = await planned(staff, planOf(scene, 'secret'));
  const open = await flagMade(staff, 'open', 'BOOLEAN', false);
  expect(await refusal(open, need(draft.flag.id, 'control'))).toEqual([
    expect.stringContaining('input.prerequisites.0.flagId: Not everybody who may know'),
  ]);
  // Nor one about a deployment that is another's alone.
  const owner = await world.customer();
  const { servicePool } = world.app.platform.database;
  await staff.client.mutate('featureTestStart', 'FeatureTestStartInput!', { id: draft.id }, '__typename');
  await servicePool.query('update deployments set customer_id = $1 where id = $2', [
    owner.customerId,
    scene.deploymentId,
  ]);
  expect(await refusal(open, need(draft.flag.id, 'control'))).toEqual([
    expect.stringContaining('Not everybody who may know of this flag may know of secret'),
  ]);
  expect(await refusal(draft.flag.id, need(open))).toEqual([]);
});

test('what a test depends on asks about no more than a prediction knows, now and later', async () => {
  const scene = await stage(world, staff, 'depends');
  const { flag } = await started(staff, planOf(scene, 'depends'));
  const [middle, base] = await chain('depends-middle', 'depends-base');
  const abroad = [{ condition: { country: 'FR' }, value: true }];
  await flagChanged(staff, base!, { rules: abroad });
  expect(await refusal(flag.id, need(middle!))).toEqual([
    'input.prerequisites: A test depends on this, and a prediction knows nothing of country, of which depends-base asks.',
  ]);
  await flagChanged(staff, base!, { rules: [] });
  await flagChanged(staff, flag.id, need(middle!));
  expect(await refusal(base!, { rules: abroad })).toEqual([
    expect.stringContaining('input.rules.0.condition: A test is behind this flag'),
  ]);
});

describe('an archived flag', () => {
  test('is not one that others require: they are named, and it goes once they do without it', async () => {
    const [top, base] = await chain('kept-top', 'kept-base');
    const another = await flagMade(staff, 'kept-another', 'STRING', 'x');
    await flagChanged(staff, another, need(base!));
    const refused = await flagActed(staff, 'featureFlagArchive', { id: base });
    expect(refused.errors).toMatchObject([
      {
        __typename: 'Conflict',
        message: 'It is required by kept-another, kept-top. Take it out of their prerequisites first.',
        path: ['input', 'id'],
      },
    ]);
    await flagChanged(staff, another, { prerequisites: [] });
    // What is archived itself depends on nothing any more.
    expect((await flagActed(staff, 'featureFlagArchive', { id: top })).errors).toEqual([]);
    expect((await flagActed(staff, 'featureFlagArchive', { id: base })).errors).toEqual([]);
    const back = await flagActed(staff, 'featureFlagRestore', { id: top });
    expect(back.errors).toMatchObject([{ path: ['input', 'prerequisites', '0', 'flagId'] }]);
    await flagActed(staff, 'featureFlagRestore', { id: base });
    expect((await flagActed(staff, 'featureFlagRestore', { id: top })).errors).toEqual([]);
  });

  test('is found by no client, changed by nobody, listed apart, and comes back as it was', async () => {
    const id = await flagMade(staff, 'retired', 'STRING', 'still here');
    await flagTold(world, server, 'retired', {}, { value: 'still here' });
    await flagActed(staff, 'featureFlagArchive', { id, expectedRevision: 1 });
    await flagTold(world, server, 'retired', {}, { errorCode: 'FLAG_NOT_FOUND' });
    expect((await flagUpdated(staff, id, { defaultValue: 'x' })).errors).toMatchObject([
      { __typename: 'Conflict' },
    ]);
    for (const act of ['featureFlagArchive', 'featureFlagSwitchOff'])
      expect((await flagActed(staff, act, { id })).errors).toMatchObject([{ __typename: 'Conflict' }]);
    const list = async (archived: boolean): Promise<boolean> => {
      const query = `query ($archived: Boolean!) { featureFlags(first: 100, filter: { archived: $archived }) { nodes { id } } }`;
      const { featureFlags } = await staff.client.ask<{ featureFlags: { nodes: { id: string }[] } }>(query, {
        archived,
      });
      return featureFlags.nodes.some((flag) => flag.id === id);
    };
    expect([await list(true), await list(false)]).toEqual([true, false]);
    const taken = { key: 'retired', type: 'STRING', defaultValue: 'x' };
    const again = await staff.client.attempt('featureFlagCreate', 'FeatureFlagCreateInput!', taken);
    expect(again.errors).toMatchObject([{ path: ['input', 'key'] }]);
    await flagActed(staff, 'featureFlagRestore', { id });
    await flagTold(world, server, 'retired', {}, { value: 'still here', reason: 'STATIC' });
    expect((await flagActed(staff, 'featureFlagRestore', { id })).errors).toMatchObject([
      { __typename: 'Conflict' },
    ]);
  });

  test('is none behind which a test is planned or runs', async () => {
    const scene = await stage(world, staff, 'busy');
    const test = await planned(staff, planOf(scene, 'busy'));
    const refused = await flagActed(staff, 'featureFlagArchive', { id: test.flag.id });
    expect(refused.errors).toMatchObject([{ message: expect.stringContaining('The test busy') }]);
    expect((await one(world, server.credential, 'busy', {})).errorCode).toBe('FLAG_NOT_FOUND');
  });
});

async function idOf(key: string): Promise<string> {
  const query = 'query ($key: String!) { featureFlag(key: $key) { id } }';
  return (await staff.client.ask<{ featureFlag: { id: string } }>(query, { key })).featureFlag.id;
}
