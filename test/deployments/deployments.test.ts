/** Deployments through HTTP: made, promoted through the gate, rolled back, and what happens when a version is broken. */
import fs from 'node:fs';
import type { Evaluation } from '../../src/modules/models';
import { handMadeVersion } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { deploy, deployed, DEPLOYMENT, deploymentById, type DeploymentView, settled } from './support';

let world: World;
let admin: Person;
let customer: CustomerPerson;
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
  customer = await world.customer();
  [first, second, third] = (await Promise.all(
    [0.1, 0.2, 0.3].map(async (probability) => (await handMadeVersion(world, probability)).versionId),
  )) as [string, string, string];
});

afterAll(() => world?.close());

const promote = (input: object, person = admin) =>
  person.client.attempt<{ deployment: DeploymentView | null }>(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    input,
    `deployment { ${DEPLOYMENT} }`,
  );
const rollBack = (id: string, person = admin) =>
  person.client.attempt<{ deployment: DeploymentView | null }>(
    'deploymentRollBack',
    'DeploymentRollBackInput!',
    { id, reason: 'it was worse' },
    `deployment { ${DEPLOYMENT} }`,
  );
/** Held-out rows in which 20 % of the women and 60 % of the men are given the positive answer, as often as they deserve it. */
function unequal(): Evaluation {
  const counts = (positives: number, negatives: number) => ({
    truePositives: positives,
    falsePositives: 0,
    trueNegatives: negatives,
    falseNegatives: 0,
  });
  const group = (value: string, positives: number, negatives: number) => ({
    keys: [{ attribute: 'gender', value }],
    n: positives + negatives,
    confusion: counts(positives, negatives),
    meanProbability: 0.4,
  });
  return {
    rows: 400,
    threshold: 0.5,
    confusion: counts(160, 240),
    calibration: [],
    protectedAttributes: ['gender'],
    groups: [group('men', 120, 80), group('women', 40, 160)],
    suppressedGroups: 0,
  };
}
const versionsOf = (view: DeploymentView | null): string[] =>
  view?.routes.map(({ version }) => version.id) ?? [];

test('a deployment is prepared first and ready once its versions are warm', async () => {
  const made = await deploy(admin, 'prepared', [{ versionId: first }]);
  expect(made).toMatchObject({
    name: 'prepared',
    version: 1,
    routes: [{ weight: 100, version: { id: first } }],
  });
  expect(await settled(world, admin, made.id)).toMatchObject({ state: 'READY', failure: null });
  expect(await deploymentById(customer, made.id)).toMatchObject({ state: 'READY' });
});

test('all faults of a split come at once, each at its path', async () => {
  const routes = [
    { versionId: first, weight: 50 },
    { versionId: first, weight: 20 },
    { versionId: 'mdv_00000000000000000000000000', weight: 10 },
  ];
  const { errors } = await admin.client.attempt('deploymentCreate', 'DeploymentCreateInput!', {
    name: 'bad',
    routes,
  });
  expect(errors.map(({ code, path }) => `${code} ${path?.join('.')}`)).toEqual([
    'INVALID_INPUT input.routes',
    'INVALID_INPUT input.routes.1.versionId',
    'NOT_FOUND input.routes.2.versionId',
  ]);
});

test('a name is taken once', async () => {
  await deploy(admin, 'once', [{ versionId: first }]);
  const { errors } = await admin.client.attempt('deploymentCreate', 'DeploymentCreateInput!', {
    name: 'once',
    routes: [{ versionId: second }],
  });
  expect(errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'name'] }]);
});

test('a repeated key makes one deployment', async () => {
  const input = { name: 'keyed', routes: [{ versionId: first }], idempotencyKey: 'make-keyed' };
  const call = () =>
    admin.client.mutate<{ deployment: { id: string } }>(
      'deploymentCreate',
      'DeploymentCreateInput!',
      input,
      'deployment { id }',
    );
  expect(await call()).toEqual(await call());
});

test('a promotion and its roll-backs walk the history back, step by step', async () => {
  const { id } = await deployed(world, admin, 'walked', [{ versionId: first }]);
  await promote({ id, versionId: second });
  const routes = [
    { versionId: second, weight: 90 },
    { versionId: third, weight: 10 },
  ];
  await promote({ id, routes });
  expect(versionsOf(await settled(world, admin, id))).toEqual([second, third]);
  await rollBack(id);
  expect(versionsOf(await settled(world, admin, id))).toEqual([second]);
  await rollBack(id);
  expect(await settled(world, admin, id)).toMatchObject({ state: 'READY', version: 5 });
  expect((await rollBack(id)).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'id'] }]);
  const query = `query ($id: ID!) { deployment(by: { id: $id }) { history { totalCount nodes { move version reason by routes { version { id } } } } } }`;
  const { deployment } = await admin.client.ask<{
    deployment: {
      history: { totalCount: number; nodes: { move: string; by: string; reason: string | null }[] };
    };
  }>(query, { id });
  const { nodes, totalCount } = deployment.history;
  expect(totalCount).toBe(5);
  expect(nodes.map(({ move }) => move)).toEqual([
    'ROLLED_BACK',
    'ROLLED_BACK',
    'PROMOTED',
    'PROMOTED',
    'CREATED',
  ]);
  expect(nodes[0]).toMatchObject({ by: admin.id, reason: 'it was worse' });
});

test('the gate refuses with every check, and an override is kept with its written reason', async () => {
  const gated = (await handMadeVersion(world, 0.4, 'hand-made', { evaluation: unequal() })).versionId;
  world.app.modules.deployments.deployments.addPromotionCheck({
    check: async ({ newVersionIds }) =>
      newVersionIds.includes(gated)
        ? [{ name: 'functional test', passed: true, detail: '120 of 120 cases' }]
        : [],
  });
  const { id } = await deployed(world, admin, 'gated', [{ versionId: first }]);
  const query = `mutation ($input: DeploymentPromoteInput!) { deploymentPromote(input: $input) {
    deployment { id } errors { code ... on GateFailed { checks { name passed detail } } } } }`;
  const { deploymentPromote } = await admin.client.ask<{ deploymentPromote: object }>(query, {
    input: { id, versionId: gated },
  });
  expect(deploymentPromote).toMatchObject({
    deployment: null,
    errors: [
      {
        code: 'GATE_FAILED',
        checks: [
          { name: 'same signature', passed: true },
          {
            name: 'fairness floor',
            passed: false,
            detail: `${gated}: beyond the bound, and not by chance: gender: selection rate 0.20 of women (200 people) against 0.60 of men (200 people), ratio 0.33 (0.24 to 0.47), at least 0.8; 95 % intervals for 2 comparisons together`,
          },
          { name: 'functional test', passed: true },
        ],
      },
    ],
  });
  expect(versionsOf(await deploymentById(admin, id))).toEqual([first]);

  await promote({ id, versionId: gated, overrideReason: 'approved by the ethics board on its meeting' });
  const history = `query ($id: ID!) { deployment(by: { id: $id }) { history(first: 1) { nodes { reason checks { name passed } } } } }`;
  const { deployment } = await admin.client.ask<{ deployment: { history: { nodes: object[] } } }>(history, {
    id,
  });
  expect(deployment.history.nodes).toMatchObject([
    {
      reason: 'approved by the ethics board on its meeting',
      checks: [
        { name: 'same signature', passed: true },
        { name: 'fairness floor', passed: false },
        { name: 'functional test', passed: true },
      ],
    },
  ]);
  const asked = `query ($id: ID!, $versionId: ID!) { deploymentGate(id: $id, versionId: $versionId) { name passed detail } }`;
  const gate = async (versionId: string) =>
    (await admin.client.ask<{ deploymentGate: object[] }>(asked, { id, versionId })).deploymentGate;
  expect(await gate(first)).toMatchObject([
    { name: 'same signature', passed: true },
    { name: 'fairness floor', passed: true, detail: expect.stringContaining('not checked, because') },
  ]);
  expect(await gate(gated)).toEqual([]);
});

test('only what was seen is changed', async () => {
  const { id, version } = await deployed(world, admin, 'seen', [{ versionId: first }]);
  await promote({ id, versionId: second, expectedVersion: version });
  expect((await promote({ id, versionId: third, expectedVersion: version })).errors).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'expectedVersion'] },
  ]);
});

test('a version whose bytes are damaged leaves the deployment failed, in words', async () => {
  const broken = await handMadeVersion(world, 0.77, 'broken');
  const version = await world.app.modules.models.models.servable(broken.versionId);
  for (const { hash } of version!.artefacts) {
    const file = await world.app.platform.blobs.path(hash);
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, 'no model at all');
  }
  const { id } = await deployed(world, admin, 'damaged', [{ versionId: first }]);
  await promote({ id, versionId: broken.versionId });
  const view = await settled(world, admin, id);
  expect(view.state).toBe('FAILED');
  expect(view.failure).toContain(broken.versionId);
  await rollBack(id);
  expect(await settled(world, admin, id)).toMatchObject({ state: 'READY', failure: null });
});

test('nobody but the operator’s admins changes a deployment', async () => {
  const { id } = await deploy(admin, 'guarded', [{ versionId: first }]);
  const query =
    'mutation ($input: DeploymentPromoteInput!) { deploymentPromote(input: $input) { errors { code } } }';
  const analyst = await world.staff('ANALYST');
  for (const person of [customer, analyst]) {
    const { errors } = await person.client.send(query, { input: { id, versionId: second } });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
});

test('an unknown deployment cannot be told from none', async () => {
  const id = 'dep_00000000000000000000000000';
  expect((await promote({ id, versionId: first })).errors).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'id'] },
  ]);
  expect((await rollBack(id)).errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  expect(await deploymentById(customer, id)).toBeNull();
});

test('who listens hears a deployment at once, and again when it is ready', async () => {
  const { id } = await deploy(admin, 'listened', [{ versionId: third }]);
  const response = await fetch(`${world.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${customer.credential}`,
    },
    body: JSON.stringify({
      query:
        'subscription ($id: ID!) { deploymentUpdated(id: $id) { name state routes { version { id } } } }',
      variables: { id },
    }),
  });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('"READY"')) break;
  }
  expect(text).toContain('"name":"listened"');
  expect(text).toContain(third);
});
