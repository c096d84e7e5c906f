/** What the uses of models may do to people is assessed under a name, kept, and asked for at the gate. */
import { deployed } from '../deployments/support';
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { ASSESSMENT, assessed, type AssessmentView, attempted, LENDING } from './impact';

/** Sessions last a quarter of an hour: what falls due here does so within it. */
const MINUTE = 60_000;
let world: World;
let staff: Person;
let compliance: Person;
let serves: string;
let waits: string;
let deploymentId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  compliance = await world.staff('COMPLIANCE');
  serves = (await handMadeVersion(world, 0.75)).versionId;
  waits = (await handMadeVersion(world, 0.25)).versionId;
  const routes = [{ versionId: serves }, { versionId: waits, weight: 0 }];
  deploymentId = (await deployed(world, staff, 'lending', routes)).id;
});
afterAll(() => world?.close());

const inMinutes = (minutes: number): string =>
  new Date(world.clock.now().getTime() + minutes * MINUTE).toISOString();
const inDays = (days: number): string => inMinutes(1440 * days);
const model = async (name: string) => (await handMadeVersion(world, 0.5, name)).modelId;
const gate = async () => {
  const query = `query ($id: ID!, $versionId: ID!) { deploymentGate(id: $id, versionId: $versionId) { name passed detail } }`;
  const { deploymentGate } = await staff.client.ask<{
    deploymentGate: { name: string; passed: boolean; detail: string }[];
  }>(query, { id: deploymentId, versionId: waits });
  return deploymentGate.filter(({ name }) => name.startsWith('impact assessment'));
};
const read = async (id: string): Promise<AssessmentView> => {
  const query = `query ($id: ID!) { node(id: $id) { ... on ImpactAssessment { ${ASSESSMENT} } } }`;
  return (await staff.client.ask<{ node: AssessmentView }>(query, { id })).node;
};

test('the tier follows from the answers, and who recorded it answers for it', async () => {
  const made = await assessed(compliance, { modelId: await model('tiers'), reviewBy: inDays(30) });
  expect(made).toMatchObject({
    number: 1,
    tier: 'HIGH',
    standing: 'IN_FORCE',
    supersededAt: null,
    reasons: [{ article: 'Annex III, 5' }, { article: '6(3)' }],
    owner: { id: compliance.id },
  });
});

test('the gate holds a version back for a prohibited use, an overdue review and an overdue action, and says which', async () => {
  const { modelId } = await handMadeVersion(world, 0.75);
  expect(await gate()).toEqual([]);
  const first = await assessed(compliance, {
    modelId,
    reviewBy: inMinutes(8),
    actions: [{ title: 'Measure by age.', dueAt: inMinutes(4) }],
  });
  expect(await gate()).toMatchObject([{ name: 'impact assessment of credit-decisions', passed: true }]);
  world.clock.advance(4 * MINUTE);
  expect(await gate()).toMatchObject([
    { passed: false, detail: `${waits}: 1 of 1 open actions are overdue (${first.id})` },
  ]);
  expect((await read(first.id)).standing).toBe('ACTIONS_OVERDUE');
  const promoted = await staff.client.attempt(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id: deploymentId, versionId: waits },
    'deployment { id }',
  );
  expect(promoted.errors).toMatchObject([{ code: 'GATE_FAILED' }]);

  const [action] = (await read(first.id)).actions.nodes;
  const close = () =>
    compliance.client.attempt(
      'impactActionClose',
      'ImpactActionCloseInput!',
      { id: action!.id, outcome: 'Measured: no group is apart.' },
      'impactAction { outcome closedBy }',
    );
  expect(await close()).toMatchObject({
    payload: { impactAction: { outcome: 'Measured: no group is apart.', closedBy: compliance.id } },
    errors: [],
  });
  expect((await close()).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect(await gate()).toMatchObject([{ passed: true }]);

  world.clock.advance(4 * MINUTE);
  expect(await gate()).toMatchObject([{ passed: false, detail: expect.stringContaining('review was due') }]);
  const practices = { isSafetyComponent: false, profilesPeople: true, practices: ['SOCIAL_SCORING'] };
  const second = await assessed(compliance, { modelId, reviewBy: inDays(30), answers: practices });
  expect(second).toMatchObject({ number: 2, tier: 'PROHIBITED', standing: 'PROHIBITED' });
  expect((await read(first.id)).standing).toBe('SUPERSEDED');
  expect(await gate()).toMatchObject([{ passed: false, detail: expect.stringContaining('5(1)(c)') }]);
});

test('the technical documentation of a version has what is known of it and names what is not', async () => {
  const { modelId, versionId } = await handMadeVersion(world, 0.5, 'documented');
  const { id } = await assessed(compliance, { modelId, reviewBy: inDays(30) });
  const query = `query ($id: ID!, $own: ID!, $other: ID!) {
    own: technicalDocumentation(assessmentId: $id, modelVersionId: $own) { markdown }
    other: technicalDocumentation(assessmentId: $id, modelVersionId: $other) { markdown } }`;
  const pages = await compliance.client.ask<{ own: { markdown: string }; other: null }>(query, {
    id,
    own: versionId,
    other: serves,
  });
  expect(pages.own.markdown).toContain(
    'Human oversight (Article 14): A clerk decides, with the figure before them.',
  );
  expect(pages.own.markdown).toContain('8. EU declaration of conformity\n\n*Not known here');
  expect(pages.other).toBeNull();
});

test('an action stays open through later assessments of the use', async () => {
  const modelId = await model('lasting');
  const actions = [{ title: 'Ask those concerned.', dueAt: inDays(5) }];
  await assessed(compliance, { modelId, reviewBy: inDays(30), actions });
  const second = await assessed(compliance, { modelId, reviewBy: inDays(60) });
  expect(second.actions.nodes).toMatchObject([{ title: 'Ask those concerned.', closedAt: null }]);
});

test('of two that assess at once both are kept, one after the other; who read an old number is told', async () => {
  const modelId = await model('at once');
  const input = { modelId, reviewBy: inDays(30) };
  const both = await Promise.all([assessed(compliance, input), assessed(staff, input)]);
  expect(both.map(({ number }) => number).sort()).toEqual([1, 2]);
  const { errors } = await attempted(compliance, { ...input, expectedNumber: 1 });
  expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
  const { models } = await staff.client.ask<{
    models: { nodes: { id: string; impactAssessments: object[] }[] };
  }>('{ models(first: 100) { nodes { id impactAssessments { number } } } }');
  expect(models.nodes.find(({ id }) => id === modelId)!.impactAssessments).toEqual([{ number: 2 }]);
});

test('what is missing, over or unknown is refused, and nothing is kept of it', async () => {
  const modelId = await model('refused');
  const fine = { modelId, reviewBy: inDays(30) };
  for (const [wrong, code] of [
    [{ humanOversight: null }, 'INVALID_INPUT'],
    [{ reviewBy: inDays(-1) }, 'INVALID_INPUT'],
    [{ reviewBy: inDays(733) }, 'INVALID_INPUT'],
    [{ risks: [] }, 'INVALID_INPUT'],
    [{ use: 'Credit decisions' }, 'INVALID_INPUT'],
    [{ actions: [{ title: 'Too late.', dueAt: inDays(-1) }] }, 'INVALID_INPUT'],
    [{ ownerId: 'stf_00000000000000000000000000' }, 'NOT_FOUND'],
    [{ modelId: 'mdl_00000000000000000000000000' }, 'NOT_FOUND'],
  ] as const) {
    expect((await attempted(compliance, { ...fine, ...wrong })).errors).toMatchObject([{ code }]);
  }
  const many = Array.from({ length: 30 }, (_, i) => ({ title: `Number ${i}.`, dueAt: inDays(5) }));
  await assessed(compliance, { ...fine, actions: many });
  const { errors } = await attempted(compliance, { ...fine, actions: many });
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'actions'] }]);
  const inTwoYears = world.clock.now();
  inTwoYears.setUTCFullYear(inTwoYears.getUTCFullYear() + 2);
  await assessed(compliance, { ...fine, use: 'long-lived', reviewBy: inTwoYears.toISOString() });
  expect((await assessed(compliance, fine)).number).toBe(2);
});

test('whoever else works here reads and does not assess, and customers see nothing of it', async () => {
  const input = { modelId: await model('read'), reviewBy: inDays(30) };
  const { id } = await assessed(compliance, input);
  const analyst = await world.staff('ANALYST');
  const query = `query ($id: ID!) { node(id: $id) { id } }`;
  expect(await analyst.client.ask(query, { id })).toEqual({ node: { id } });
  const mutation = `mutation ($input: ImpactAssessmentRecordInput!) { impactAssessmentRecord(input: $input) { errors { code } } }`;
  const wish = { ...LENDING, ...input };
  const refused = await analyst.client.send(mutation, { input: wish });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const owner = await world.customer();
  expect(await owner.client.ask(query, { id })).toEqual({ node: null });
  const { models } = await owner.client.ask<{ models: { nodes: object[] } }>(
    '{ models { nodes { impactAssessments { id } } } }',
  );
  expect(models.nodes.every((one) => JSON.stringify(one) === '{"impactAssessments":null}')).toBe(true);
});

test('an assessment cannot be rewritten behind the service’s back', async () => {
  const { id } = await assessed(compliance, { modelId: await model('kept'), reviewBy: inDays(30) });
  const { servicePool } = world.app.platform.database;
  for (const change of [`set tier = 'MINIMAL'`, `set superseded_at = now(), tier = 'MINIMAL'`]) {
    await expect(
      servicePool.query(`update impact_assessments ${change} where id = $1`, [id]),
    ).rejects.toThrow('append-only');
  }
  await expect(servicePool.query('delete from impact_assessments where id = $1', [id])).rejects.toThrow(
    'append-only',
  );
});
