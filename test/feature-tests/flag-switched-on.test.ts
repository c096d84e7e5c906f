/** Rules that were changed while nobody met them are seen by whoever lets them come into force. */
import { type Person, startWorld, type World } from '../support/world';
import { flagUpdated } from './doors';

let world: World;
let author: Person;
let reviewer: Person;

beforeAll(async () => {
  world = await startWorld();
  author = await world.staff('ANALYST');
  reviewer = await world.staff('ANALYST');
});
afterAll(() => world?.close());

test('who approves that a flag is switched on again is told what was changed while it was off', async () => {
  const input = { key: 'sleeping', type: 'STRING', defaultValue: 'old', requiresReview: true };
  const { featureFlag } = await author.client.mutate<{ featureFlag: { id: string } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    input,
    'featureFlag { id }',
  );
  const { id } = featureFlag;
  const off = { id, reason: 'It burns in production.' };
  await author.client.mutate('featureFlagSwitchOff', 'FeatureFlagSwitchOffInput!', off, 'featureFlag { id }');
  const silent = await flagUpdated(author, id, { rules: [{ value: 'slipped in' }] });
  expect(silent).toMatchObject({ changeRequest: null, errors: [] });
  const environments = [{ environment: 'PRODUCTION', enabled: true }];
  for (const change of [{ environments, reason: 'The fire is out.' }, { defaultValue: 'other' }])
    expect((await flagUpdated(author, id, change)).errors).toEqual([]);
  const query = `{ featureFlag(key: "sleeping") { changeRequests { nodes {
    changes { part } unreviewedChanges { part before after } } } } }`;
  const slipped = { condition: null, value: 'slipped in', percentage: null };
  expect(await reviewer.client.ask(query)).toEqual({
    featureFlag: {
      changeRequests: {
        nodes: [
          { changes: [{ part: 'DEFAULT_VALUE' }], unreviewedChanges: [] },
          {
            changes: [{ part: 'ENVIRONMENTS' }],
            unreviewedChanges: [{ part: 'RULES', before: [], after: [slipped] }],
          },
        ],
      },
    },
  });
});
