/** Values of a JSON flag under a schema: nothing that breaks it is ever kept, and every fault is told where it stands. */
import { type Person, startWorld, type World } from '../support/world';
import { flagUpdated } from './doors';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
});
afterAll(() => world?.close());

const valueSchema = {
  type: 'object',
  properties: { steps: { type: 'integer', minimum: 1 }, title: { type: 'string' } },
  required: ['steps'],
  additionalProperties: false,
};

async function made(input: object): Promise<{ id: string | undefined; paths: string[] }> {
  const query = `mutation ($input: FeatureFlagCreateInput!) { act: featureFlagCreate(input: $input) {
    featureFlag { id valueSchema } errors { path message } } }`;
  const { act } = await staff.client.ask<{
    act: { featureFlag: { id: string } | null; errors: { path: string[] }[] };
  }>(query, { input: { type: 'JSON', ...input } });
  return { id: act.featureFlag?.id, paths: act.errors.map(({ path }) => path.join('.')) };
}

async function faults(id: string, input: object): Promise<string[]> {
  return (await flagUpdated(staff, id, input)).errors.map(({ path }) => path!.join('.'));
}

test('a flag is made with values that fulfil its schema only, and only a JSON flag has one', async () => {
  expect((await made({ key: 'no', defaultValue: { steps: 0, more: 1 }, valueSchema })).paths.sort()).toEqual([
    'input.defaultValue',
    'input.defaultValue.steps',
  ]);
  expect((await made({ key: 'no', defaultValue: {}, valueSchema: { type: 'objekt' } })).paths).toEqual([
    'input.valueSchema',
  ]);
  expect(
    (await made({ key: 'no', type: 'NUMBER', defaultValue: 1, valueSchema: { type: 'number' } })).paths,
  ).toEqual(['input.valueSchema']);
  expect((await made({ key: 'yes', defaultValue: { steps: 1 }, valueSchema })).paths).toEqual([]);
});

test('the default and the value of every rule are held to it, all faults at once', async () => {
  const { id } = await made({ key: 'held', defaultValue: { steps: 3 }, valueSchema });
  const rules = [{ value: { steps: 2 } }, { value: { steps: 'two', title: 5 } }, { value: [] }];
  expect(await faults(id!, { rules, defaultValue: { steps: 0 } })).toEqual([
    'input.rules.1.value.steps',
    'input.rules.1.value.title',
    'input.rules.2.value',
    'input.defaultValue.steps',
  ]);
  expect(await faults(id!, { rules: rules.slice(0, 1) })).toEqual([]);
  // Another schema is one for the values that are there already.
  const narrower = { ...valueSchema, properties: { steps: { type: 'integer', maximum: 2 } } };
  expect(await faults(id!, { valueSchema: narrower })).toEqual(['input.defaultValue.steps']);
  expect(await faults(id!, { valueSchema: narrower, defaultValue: { steps: 2 } })).toEqual([]);
  const { featureFlag } = await staff.client.ask<{ featureFlag: object }>(
    '{ featureFlag(key: "held") { valueSchema defaultValue revisions(first: 1) { nodes { changes { part before after } } } } }',
  );
  expect(featureFlag).toEqual({
    valueSchema: narrower,
    defaultValue: { steps: 2 },
    revisions: {
      nodes: [
        {
          changes: [
            { part: 'DEFAULT_VALUE', before: { steps: 3 }, after: { steps: 2 } },
            { part: 'VALUE_SCHEMA', before: valueSchema, after: narrower },
          ],
        },
      ],
    },
  });
  expect(await faults(id!, { valueSchema: null, rules: [{ value: 'anything' }] })).toEqual([]);
});

test('nothing is no value, also where any JSON value is one', async () => {
  const { id } = await made({ key: 'nothing', defaultValue: {} });
  expect(await faults(id!, { defaultValue: null })).toEqual(['input.defaultValue']);
});

test('a schema that would take for ever does not', async () => {
  const slow = { type: 'string', pattern: '^(a+)+$' };
  expect((await made({ key: 'slow', defaultValue: `${'a'.repeat(60)}!`, valueSchema: slow })).paths).toEqual([
    'input.defaultValue',
  ]);
});
