import { isDeepStrictEqual } from 'node:util';
import type { Person, World } from '../support/world';
import { startWorld } from '../support/world';
import { flagMade } from './doors';
import { consent, names, planned, planOf, predict, stage, started } from './support';

let world: World;
let staff: Person;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
  server = await world.apiKey(await world.customer());
});
afterAll(() => world.close());

interface Update {
  readonly payload: { readonly featureFlag: { readonly revision: number } | null };
  readonly errors: readonly { readonly __typename: string; readonly path: readonly string[] }[];
}

async function update(id: string, input: object): Promise<Update> {
  const query = `mutation ($id: ID!, $input: FeatureFlagUpdateInput!) {
    act: featureFlagUpdate(id: $id, input: $input) { featureFlag { revision } errors { __typename path } }
  }`;
  const { act } = await staff.client.ask<{ act: Update['payload'] & Pick<Update, 'errors'> }>(query, {
    id,
    input,
  });
  return { payload: act, errors: act.errors };
}

async function assigned(people: readonly string[], scene: Parameters<typeof predict>[1]): Promise<number> {
  let count = 0;
  for (const person of people) count += (await predict(server, scene, person)).assignments.length;
  return count;
}

test('an environment that is switched off stops the test for everyone, and on again everyone has the same variant', async () => {
  const scene = await stage(world, staff, 'switch');
  const { flag } = await started(staff, planOf(scene, 'switch'));
  const people = names('switch', 5);
  await consent(server, people);
  expect(await assigned(people, scene)).toBe(5);
  const off = [{ environment: 'PRODUCTION', enabled: false }];
  await update(flag.id, { environments: off, reason: 'Something is wrong.' });
  await world.until(async () => (await assigned(people, scene)) === 0, 'the switch to be heard');
  await update(flag.id, {
    environments: [{ environment: 'PRODUCTION', enabled: true }],
    reason: 'It is repaired.',
  });
  await world.until(async () => (await assigned(people, scene)) === 5, 'the switch to be heard');
});

test('a value of another type is refused at its path; another revision is a Conflict', async () => {
  const scene = await stage(world, staff, 'typed');
  const { flag } = await started(staff, planOf(scene, 'typed'));
  const wrong = await update(flag.id, {
    defaultValue: 1,
    rules: [{ value: 'ok' }, { value: true }],
    reason: 'A try.',
  });
  expect(wrong.errors.map(({ path }) => path.join('.'))).toEqual([
    'input.rules.1.value',
    'input.defaultValue',
  ]);
  const right = await update(flag.id, { rules: [{ value: 'ok', percentage: 10 }], reason: 'A try.' });
  expect(right.payload.featureFlag!.revision).toBe(2);
  const stale = await update(flag.id, { stale: 'Old.', reason: 'A try.', expectedRevision: 1 });
  expect(stale.errors).toMatchObject([{ __typename: 'Conflict' }]);
  expect((await update('flg_unknown', { reason: 'A try.' })).errors).toMatchObject([
    { __typename: 'NotFound' },
  ]);
});

test('a flag is found by its key, with every state it was in', async () => {
  const query = `{ featureFlag(key: "typed") {
    key type rules { value percentage } stale { reason } revisions { totalCount nodes { revision reason by } }
  } none: featureFlag(key: "none") { id } }`;
  const answer = await staff.client.ask<Record<string, unknown>>(query);
  expect(answer).toMatchObject({
    featureFlag: {
      key: 'typed',
      type: 'STRING',
      rules: [{ value: 'ok', percentage: 10 }],
      revisions: { totalCount: 2, nodes: [{ revision: 2, by: staff.id }, { revision: 1 }] },
    },
    none: null,
  });
});

test('clients hear of each change of a flag in a stream', async () => {
  const scene = await stage(world, staff, 'heard');
  const { flag } = await started(staff, planOf(scene, 'heard'));
  await world.settle();
  const leave = new AbortController();
  const response = await fetch(`${world.url}/graphql/stream`, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${staff.credential}`,
    },
    body: JSON.stringify({ query: 'subscription { featureFlagsChanged { featureFlag { key revision } } }' }),
  });
  const changed = { featureFlag: { key: 'heard', revision: 2 } };
  const heard: unknown[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^event: next\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data)
        heard.push((JSON.parse(data) as { data: { featureFlagsChanged: unknown } }).data.featureFlagsChanged);
    }
    if (heard.length === 1 && text === '') await update(flag.id, { stale: 'Old.', reason: 'A try.' });
    // News of the start may be on its way still when the stream is opened.
    if (heard.slice(1).some((news) => isDeepStrictEqual(news, changed))) break;
  }
  leave.abort();
  expect(heard[0]).toEqual({ featureFlag: null });
  expect(heard.at(-1)).toEqual(changed);
});

test('rules of a test ask about nothing that a prediction does not know, and conditions are ones', async () => {
  const scene = await stage(world, staff, 'conditions');
  const { flag } = await planned(staff, planOf(scene, 'conditions'));
  const attempt = async (id: string, conditions: readonly unknown[]): Promise<unknown> => {
    const rules = conditions.map((condition) => ({ condition, value: 'x' }));
    const { errors } = await update(id, { rules, reason: 'A try.' });
    return errors.map(({ path }) => path.join('.'));
  };
  expect(await attempt(flag.id, [{ id: 'eus_1' }, { country: 'DE' }, { $and: 1 }])).toEqual([
    'input.rules.1.condition',
    'input.rules.2.condition',
  ]);
  const id = await flagMade(staff, 'free', 'STRING', 'default');
  expect(await attempt(id, [{ country: 'DE' }, 7])).toEqual(['input.rules.1.condition']);
  expect(await attempt(id, [{ country: 'DE' }])).toEqual([]);
  const wrong = { key: 'wrong', type: 'NUMBER', defaultValue: 'text' };
  const { errors } = await staff.client.attempt('featureFlagCreate', 'FeatureFlagCreateInput!', wrong);
  expect(errors).toMatchObject([{ path: ['input', 'defaultValue'] }]);
  const taken = { key: 'free', type: 'NUMBER', defaultValue: 1 };
  const again = await staff.client.attempt('featureFlagCreate', 'FeatureFlagCreateInput!', taken);
  expect(again.errors).toMatchObject([{ path: ['input', 'key'] }]);
});
