/** Canaries through HTTP: tried on a part of the people, promoted or taken back by their evidence, moved by hand. */
import { AppError } from '../../src/kernel/errors';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { OpenInferenceClient } from '../contract/open-inference-client';
import { answer, submit } from '../feedback/support';
import { deployed, deploymentById, settled } from './support';

let world: World;
let admin: Person;
let customer: CustomerPerson;
let serving: string;
let candidate: string;

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
  customer = await world.customer();
  const { unitOfWork } = world.app.platform.database;
  await unitOfWork.run({ service: true }, () =>
    world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE'),
  );
  serving = (await handMadeVersion(world, 0.31)).versionId;
  candidate = (await handMadeVersion(world, 0.34)).versionId;
});

afterAll(() => world?.close());

const INPUTS = {
  inputs: Object.entries(ROW).map(([name, value]) => ({
    name,
    datatype: 'FP32',
    shape: [1, 1],
    data: [value],
  })),
};

/** Half of the people at once, and decided on few requests: a canary of minutes, not of days. */
const QUICK = { steps: [50, 100], minimumRequests: 60, minimumStepSeconds: 0 };
const CANARY = `state step weight pauseReason endedAt
  candidate { id } baseline { id }
  policy { steps minimumRequests tolerances { errorRate } }
  evidence { step version { id } requests failed left p99Ms cost }
  decision { action reason at checks { metric verdict baseline candidate effect bound tolerance alpha n } }`;

interface CanaryView {
  readonly state: string;
  readonly step: number;
  readonly weight: number;
  readonly pauseReason: string | null;
  readonly evidence: readonly { readonly version: { readonly id: string }; readonly requests: number }[];
  readonly decision: {
    readonly action: string;
    readonly reason: string;
    readonly checks: readonly { readonly metric: string; readonly verdict: string; readonly n: number }[];
  } | null;
}

async function canaryOf(id: string, person: Person = admin): Promise<CanaryView> {
  const query = `query ($id: ID!) { deployment(by: { id: $id }) { canary { ${CANARY} } } }`;
  return (await person.client.ask<{ deployment: { canary: CanaryView } }>(query, { id })).deployment.canary;
}

const start = (input: object, person = admin) =>
  person.client.attempt('deploymentCanaryStart', 'DeploymentCanaryStartInput!', input, 'deployment { id }');
const act = (mutation: string, id: string) =>
  admin.client.attempt(
    mutation,
    'DeploymentCanaryActInput!',
    { id, reason: 'as agreed' },
    'deployment { id }',
  );
const look = () => world.app.modules.deployments.canaries.look();
/** A look steps aside while somebody else has the deployment in hand, so that it may take several. */
const lookUntilItEnds = (id: string) =>
  world.until(async () => {
    await look();
    return (await canaryOf(id)).state !== 'RUNNING';
  }, 'the canary to be decided');

/** So many people ask once each; those whom an engine fails are left without an answer. */
async function ask(deployment: string, people: number, rows: unknown = ROW): Promise<void> {
  for (let from = 0; from < people; from += 20) {
    const asking = Array.from({ length: 20 }, (_, at) =>
      customer.client.attempt(
        'predict',
        'PredictInput!',
        { deployment, rows, endUserExternalId: `person-${from + at}` },
        'inference { id }',
      ),
    );
    await Promise.all(asking);
  }
}

/** The engine fails on everything that this version is asked. */
function breakVersion(versionId: string): () => void {
  const { compute } = world.app.modules.compute;
  const infer = compute.infer.bind(compute);
  const broken = jest
    .spyOn(compute, 'infer')
    .mockImplementation((id, ...rest) =>
      id === versionId ? Promise.reject(new AppError('ENGINE_FAULT', 'It failed.')) : infer(id, ...rest),
    );
  return () => broken.mockRestore();
}

test('a candidate that is no worse gets everything, with its numbers in the history, and can be rolled back', async () => {
  const { id } = await deployed(world, admin, 'good', [{ versionId: serving }]);
  // A busy machine is slow now and then, whichever version it asks: not what is tried here.
  const tolerances = { slowShare: 1, cost: 10 };
  expect((await start({ id, versionId: candidate, ...QUICK, tolerances })).errors).toEqual([]);
  await settled(world, admin, id);
  expect(await canaryOf(id)).toMatchObject({ state: 'RUNNING', step: 1, weight: 50 });
  for (let round = 0; round < 4 && (await canaryOf(id)).state === 'RUNNING'; round++) {
    await ask('good', 200);
    await look();
  }
  const canary = await canaryOf(id);
  expect(canary).toMatchObject({ state: 'PROMOTED', decision: { action: 'PROMOTE', reason: 'NO_WORSE' } });
  expect(canary.evidence.every(({ requests }) => requests >= 60)).toBe(true);
  expect((await settled(world, admin, id)).routes).toEqual([{ weight: 100, version: { id: candidate } }]);

  const query = `query ($id: ID!) { deployment(by: { id: $id }) { history { nodes { move by reason checks { name passed detail } } } } }`;
  const { deployment } = await admin.client.ask<{
    deployment: {
      history: { nodes: { move: string; by: string; checks: { name: string; detail: string }[] }[] };
    };
  }>(query, { id });
  const [last, first] = deployment.history.nodes;
  expect(last).toMatchObject({ move: 'CANARY_COMPLETED', by: 'system:canary' });
  expect(last!.checks.map(({ name }) => name)).toContain('canary error rate');
  expect(last!.checks[0]!.detail).toMatch(/candidate 0\.0000?, baseline .* on \d+$/);
  expect(first).toMatchObject({ move: 'CANARY_STARTED', by: admin.id });

  await admin.client.attempt(
    'deploymentRollBack',
    'DeploymentRollBackInput!',
    { id, reason: 'on second thoughts' },
    'deployment { id }',
  );
  expect((await settled(world, admin, id)).routes).toEqual([{ weight: 100, version: { id: serving } }]);
});

test('what people say counts for a canary where the routes chose the version, not where its id was asked for', async () => {
  const { id } = await deployed(world, admin, 'rated', [{ versionId: serving }]);
  await start({ id, versionId: candidate, ...QUICK });
  await settled(world, admin, id);
  const key = await world.apiKey(customer);
  const byName = new OpenInferenceClient(world.url, key.credential);
  for (let person = 0; person < 6; person++) {
    const routed = await answer(customer, {
      deployment: 'rated',
      rows: ROW,
      endUserExternalId: `routed-${person}`,
    });
    await submit(customer, { feedbackToken: routed.feedbackToken, kind: 'THUMBS', score: 1 });
    const { parameters } = await byName.infer('rated/versions/2', INPUTS);
    await submit(key, { feedbackToken: parameters!['feedback_token'], kind: 'THUMBS', score: 0 });
  }
  const { inferences } = await customer.client.ask<{ inferences: { nodes: { versionChoice: string }[] } }>(
    '{ inferences(first: 12) { nodes { versionChoice } } }',
  );
  expect(inferences.nodes.map(({ versionChoice }) => versionChoice).sort()).toEqual([
    ...Array<string>(6).fill('CALLER'),
    ...Array<string>(6).fill('ROUTES'),
  ]);
  await world.app.drainEvents();
  const query = `query ($id: ID!) { deployment(by: { id: $id }) { canary { evidence { ratings score } } } }`;
  const { deployment } = await admin.client.ask<{
    deployment: { canary: { evidence: { ratings: number; score: number | null }[] } };
  }>(query, { id });
  const { evidence } = deployment.canary;
  expect(evidence.reduce((sum, { ratings }) => sum + ratings, 0)).toBe(6);
  expect(evidence.every(({ score }) => score === null || score === 1)).toBe(true);
});

test('a candidate that fails goes back by itself, an incident is opened, and nobody is left on it', async () => {
  const { id } = await deployed(world, admin, 'bad', [{ versionId: serving }]);
  await start({ id, versionId: candidate, ...QUICK });
  await settled(world, admin, id);
  const mend = breakVersion(candidate);
  await ask('bad', 100);
  mend();
  await lookUntilItEnds(id);
  expect(await canaryOf(id)).toMatchObject({ state: 'ROLLED_BACK', decision: { action: 'ROLL_BACK' } });
  expect((await settled(world, admin, id)).routes).toEqual([{ weight: 100, version: { id: serving } }]);
  await world.app.drainEvents();
  const { incidents } = await admin.client.ask<{ incidents: { nodes: object[] } }>(
    '{ incidents { nodes { title subject: subjectId status } } }',
  );
  expect(incidents.nodes).toContainEqual(expect.objectContaining({ subject: id, status: 'OPEN' }));
});

test('a candidate that refuses what the baseline takes goes back by it; what both refuse speaks against neither', async () => {
  const { id } = await deployed(world, admin, 'narrower', [{ versionId: serving }]);
  // Of a range so much wider than what was seen, that the gate lets it pass.
  const narrower = (await handMadeVersion(world, 0.36, 'hand-made', { oldest: 95 })).versionId;
  await start({ id, versionId: narrower, ...QUICK });
  await settled(world, admin, id);
  await ask('narrower', 40, { ...ROW, age: 121 });
  await look();
  expect((await canaryOf(id)).evidence.filter(({ requests }) => requests > 0)).toEqual([]);
  await ask('narrower', 100);
  await ask('narrower', 100, { ...ROW, age: 100 });
  await lookUntilItEnds(id);
  expect(await canaryOf(id)).toMatchObject({
    state: 'ROLLED_BACK',
    decision: { action: 'ROLL_BACK', reason: 'WORSE' },
  });
});

test('a candidate that cannot be made ready goes back by its deadline, and nobody ever met it', async () => {
  const { id } = await deployed(world, admin, 'cold', [{ versionId: serving }]);
  const cold = (await handMadeVersion(world, 0.87, 'cold')).versionId;
  const { compute } = world.app.modules.compute;
  const load = jest
    .spyOn(compute, 'load')
    .mockRejectedValue(new Error('the engine died while it was warmed'));
  await start({ id, versionId: cold, ...QUICK });
  expect(await settled(world, admin, id)).toMatchObject({ state: 'FAILED' });
  await ask('cold', 20);
  load.mockRestore();
  await lookUntilItEnds(id);
  expect(await canaryOf(id)).toMatchObject({ state: 'ROLLED_BACK', decision: { reason: 'NOT_READY' } });
  expect((await settled(world, admin, id)).routes).toEqual([{ weight: 100, version: { id: serving } }]);
});

test('paused, it keeps its step; resumed and promoted by hand, it goes on; its last step is the end', async () => {
  const { id } = await deployed(world, admin, 'handled', [{ versionId: serving }]);
  await start({ id, versionId: candidate, steps: [10, 50, 100] });
  expect((await act('deploymentCanaryPause', id)).errors).toEqual([]);
  await look();
  expect(await canaryOf(id)).toMatchObject({ state: 'PAUSED', step: 1, pauseReason: 'as agreed' });
  await act('deploymentCanaryResume', id);
  expect(await canaryOf(id)).toMatchObject({ state: 'RUNNING', pauseReason: null });
  await act('deploymentCanaryPromote', id);
  expect(await canaryOf(id)).toMatchObject({ state: 'RUNNING', step: 2, weight: 50 });
  await act('deploymentCanaryPromote', id);
  expect(await canaryOf(id)).toMatchObject({ state: 'PROMOTED' });
  expect((await act('deploymentCanaryPause', id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
});

test('a step that nobody asks anything is left to a person at its end', async () => {
  const { id } = await deployed(world, admin, 'quiet', [{ versionId: serving }]);
  await start({ id, versionId: candidate, ...QUICK, stepSeconds: 60 });
  await settled(world, admin, id);
  world.clock.advance(61_000);
  await lookUntilItEnds(id);
  expect(await canaryOf(id)).toMatchObject({ state: 'PAUSED', pauseReason: 'OUT_OF_TIME' });
});

test('one canary at a time, beside one version, by whoever may; no promotion past it', async () => {
  const { id } = await deployed(world, admin, 'one', [{ versionId: serving }]);
  const fault = async (input: object) =>
    (await start({ id, ...input })).errors.map(({ code, path }) => `${code} ${path?.join('.')}`);
  expect(await fault({ versionId: serving })).toEqual(['CONFLICT input.versionId']);
  expect(await fault({ versionId: candidate, steps: [10, 5, 100] })).toEqual(['INVALID_INPUT input.steps']);
  expect(await fault({ versionId: candidate, steps: [10, 50] })).toEqual(['INVALID_INPUT input.steps']);
  expect(await fault({ versionId: 'mdv_00000000000000000000000000' })).toMatchObject([/^NOT_FOUND/]);
  expect(await fault({ versionId: candidate })).toEqual([]);
  expect(await fault({ versionId: candidate })).toEqual(['CONFLICT input.id']);
  const { errors } = await admin.client.attempt(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id, versionId: candidate },
    'deployment { id }',
  );
  expect(errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'id'] }]);
  const query = 'query ($id: ID!) { deployment(by: { id: $id }) { canary { state } } }';
  const answer = await customer.client.send(query, { id });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const before = await deploymentById(admin, id);
  const twice = await Promise.all([act('deploymentCanaryPromote', id), act('deploymentCanaryPromote', id)]);
  expect(twice.flatMap(({ errors: faults }) => faults)).toEqual([]);
  expect((await deploymentById(admin, id))!.version).toBe(before!.version + 2);
});
