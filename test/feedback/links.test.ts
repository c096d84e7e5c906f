/** What in the product feedback led to, and that those who asked for it are asked when it reaches them. */
import { planned, planOf, stage } from '../feature-tests/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { confirm, consent, followed, moved, say, sql, told } from './follow-up';

let world: World;
let staff: Person;
let owner: CustomerPerson;
beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  owner = await world.customer();
});
afterAll(() => world?.close());

const link = (mutation: string, input: object, who: Person = staff) =>
  who.client.attempt<{
    feedback: { featureFlags: { id: string }[]; deployments: { id: string }[] } | null;
  }>(mutation, 'FeedbackLinkInput!', input, 'feedback { featureFlags { id } deployments { id } }');
const switched = async (id: string, input: object): Promise<void> => {
  const query = `mutation ($id: ID!, $input: FeatureFlagUpdateInput!) { featureFlagUpdate(id: $id, input: $input) { errors { code } } }`;
  await staff.client.ask(query, { id, input: { reason: 'it is ready', ...input } });
  await world.settle();
};

test('a flag and a deployment are linked once, found from both sides by staff, and unlinked', async () => {
  const { flag, deploymentId } = await linkable('linked');
  const { id } = await say(owner);
  for (const targetId of [flag, deploymentId, flag]) await link('feedbackLink', { id, targetId });
  const { payload } = await link('feedbackLink', { id, targetId: flag });
  expect(payload.feedback).toEqual({ featureFlags: [{ id: flag }], deployments: [{ id: deploymentId }] });
  const query = `query ($id: ID!) { node(id: $id) { ... on FeatureFlag { linkedFeedback { id } } ... on Deployment { linkedFeedback { id } } } }`;
  for (const target of [flag, deploymentId])
    expect((await staff.client.ask<{ node: object }>(query, { id: target })).node).toEqual({
      linkedFeedback: [{ id }],
    });
  expect((await owner.client.ask<{ node: object }>(query, { id: deploymentId })).node).toEqual({
    linkedFeedback: [],
  });
  const mine = `query ($id: ID!) { node(id: $id) { ... on Feedback { featureFlags { id } deployments { id } history { nodes { kind changes } } } } }`;
  const { node } = await owner.client.ask<{ node: { history: { nodes: { changes: object }[] } } }>(mine, {
    id,
  });
  expect(node).toMatchObject({ featureFlags: [], deployments: [] });
  expect(JSON.stringify(node)).not.toContain(flag);
  expect((await link('feedbackUnlink', { id, targetId: flag })).payload.feedback).toMatchObject({
    featureFlags: [],
  });
  expect((await link('feedbackLink', { id, targetId: id })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'targetId'] },
  ]);
});

test('when a linked flag reaches everyone, those who asked are asked again, once', async () => {
  const { id: flag } = await booleanFlag();
  const person = await world.endUser(owner);
  await consent(person, true);
  const { id } = await say(person);
  await moved(world, staff, id, 'RESOLVED');
  await confirm(person, { id, fixed: true });
  await link('feedbackLink', { id, targetId: flag });
  await switched(flag, { rules: [{ value: true, percentage: 50 }] });
  expect((await followed(id, staff)).fixed).toBe(true);
  await switched(flag, { rules: [{ value: true }] });
  expect(await followed(id, staff)).toMatchObject({ fixed: null, status: 'RESOLVED' });
  expect((await told(world, id)).map(({ asksIfFixed }) => asksIfFixed)).toEqual([true, true]);
  await confirm(person, { id, fixed: true });
  await switched(flag, { rules: [] });
  await switched(flag, { rules: [{ value: true }] });
  expect((await followed(id, staff)).fixed).toBe(true);
  expect(await told(world, id)).toHaveLength(2);
});

async function linkable(key: string): Promise<{ flag: string; deploymentId: string }> {
  const staged = await stage(world, staff, key);
  const test = await planned(staff, planOf(staged, key));
  return { flag: test.flag.id, deploymentId: staged.deploymentId };
}

/** Flags are made with tests; a switch is one whose type is set. */
async function booleanFlag(): Promise<{ id: string }> {
  const { flag: id } = await linkable('switch');
  await sql(world, `update feature_flags set type = 'BOOLEAN', default_value = 'false' where id = $1`, [id]);
  return { id };
}
