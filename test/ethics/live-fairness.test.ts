/** Fairness on live traffic, told as it goes: people agree and tell their groups, are answered, are counted, and one day it is a breach. */
import { Writable } from 'node:stream';
import { createLog } from '../../src/platform/log';
import { predict } from '../inference/support';
import { run } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { assessed } from './impact';
import { made, open } from './reports';
import {
  answered,
  counted,
  DAY_MS,
  decides,
  decidingVersion,
  fairness,
  look,
  member,
  NO,
  people,
  toMidQuarter,
  watched,
  YES,
} from './watched';

const INCIDENTS = `{ incidents(filter: { status: OPEN }) { nodes { id title severity cause subjectId
  reach { customers answers } timeline { nodes { kind } } } } }`;

interface IncidentView {
  readonly id: string;
  readonly cause: string;
  readonly subjectId: string;
  readonly reach: { readonly customers: number; readonly answers: string } | null;
  readonly timeline: { readonly nodes: readonly { readonly kind: string }[] };
}

/** Whether somebody waits for a turn. */
async function waiting(): Promise<boolean> {
  const { rows } = await world.app.platform.database.servicePool.query(
    `select from pg_locks l join pg_database d on d.oid = l.database
     where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
  );
  return rows.length > 0;
}

let world: World;
let logged = '';
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let hiring: { modelId: string; versionId: string; deploymentId: string };

beforeAll(async () => {
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      logged += chunk.toString();
      done();
    },
  });
  world = await startWorld({}, createLog({ logLevel: 'warn' }, sink));
  toMidQuarter(world);
  staff = await world.staff();
  hiring = await decides(world, staff, 'hiring');
  owner = await world.customer();
  server = await world.apiKey(owner);
  await watched(staff, hiring.deploymentId);
});
afterAll(() => world?.close());

const incidents = async (): Promise<IncidentView[]> =>
  (await staff.client.ask<{ incidents: { nodes: IncidentView[] } }>(INCIDENTS)).incidents.nodes.filter(
    ({ cause }) => cause === 'deployment.fairness-breached',
  );
async function tomorrow(): Promise<void> {
  world.clock.advance(DAY_MS);
  staff = await world.staff();
}

test('whoever agreed and told their group is counted, once however often they ask; nobody else is', async () => {
  const [ann] = await answered(world, server, 'hiring', 'female', { yes: 1, no: 0 });
  await counted(world, 1);
  for (const rows of [NO, NO, YES]) await predict(ann!, { deployment: 'hiring', rows });
  const silent = await world.endUser(server);
  await predict(silent, { deployment: 'hiring', rows: NO });
  await predict(server, { deployment: 'hiring', rows: NO });
  const several = await member(world, server, 'male');
  await predict(several, { deployment: 'hiring', rows: [YES, NO] });
  await answered(world, server, 'hiring', 'male', { yes: 1, no: 0 });
  await counted(world, 2);
  const { rows } = await world.app.platform.database.servicePool.query(
    'select group_name, selected::int, unselected::int from fairness_counts order by 1',
  );
  expect(rows).toEqual([
    { group_name: 'female', selected: 1, unselected: 0 },
    { group_name: 'male', selected: 1, unselected: 0 },
  ]);
});

test('people who cannot be counted for a moment are counted later, and once', async () => {
  const { servicePool } = world.app.platform.database;
  await servicePool.query('alter table fairness_counts rename to fairness_counts_away');
  const [bea] = await answered(world, server, 'hiring', 'female', { yes: 1, no: 0 });
  await world.until(
    () => Promise.resolve(logged.includes('could not be counted')),
    'a turn of counting to fail',
  );
  expect(await people(world)).toBe(2);
  await servicePool.query('alter table fairness_counts_away rename to fairness_counts');
  await predict(bea!, { deployment: 'hiring', rows: NO });
  await counted(world, 3);
  const { rows } = await servicePool.query(
    `select sum(selected + unselected)::int as all from fairness_counts`,
  );
  expect(rows).toEqual([{ all: 3 }]);
});

test('nothing that is kept leads from a person to their group or their answer', async () => {
  const { servicePool } = world.app.platform.database;
  const sealed = await servicePool.query<{ value: string }>('select value from end_user_groups');
  for (const { value } of sealed.rows) expect(value).not.toMatch(/female|male/);
  const { rows } = await servicePool.query('select * from fairness_counted_people limit 1');
  expect(Object.keys(rows[0] as object).sort()).toEqual([
    'counted_on',
    'customer_id',
    'end_user_id',
    'kind',
    'model_version_id',
    'monitor_id',
    'quarter',
  ]);
  const events = await servicePool.query<{ data: object }>(
    `select data from domain_events where type = 'end-user-groups.recorded' limit 1`,
  );
  expect(events.rows[0]!.data).toEqual({ attributes: ['gender'], given: 1 });
});

test('too few people are not told, nor is a day that is not over', async () => {
  expect(await fairness(staff, hiring.deploymentId)).toMatchObject({ versions: [], falseAlarmRate: 0.05 });
  await tomorrow();
  const [version] = (await fairness(staff, hiring.deploymentId))!.versions;
  expect(version).toMatchObject({ tooFewGroups: 2, attributes: [] });
});

test('groups that are far apart are a breach: told with figures, an incident that knows whom it reached, once', async () => {
  await answered(world, server, 'hiring', 'female', { yes: 0, no: 27 });
  await answered(world, server, 'hiring', 'male', { yes: 27, no: 1 });
  await counted(world, 58);
  await look(staff, hiring.deploymentId);
  await world.settle();
  expect(await incidents()).toEqual([]);
  await tomorrow();
  for (let i = 0; i < 2; i++) await look(staff, hiring.deploymentId);
  await world.settle();
  const { breaches, versions } = (await fairness(staff, hiring.deploymentId))!;
  expect(versions).toMatchObject([
    {
      version: { id: hiring.versionId },
      tooFewGroups: 0,
      attributes: [
        {
          attribute: 'gender',
          groups: [
            {
              group: 'female',
              n: 29,
              isJudged: true,
              selectionRate: { value: 2 / 29 },
              accuracy: { value: null },
            },
            { group: 'male', n: 29, isJudged: true, selectionRate: { value: 28 / 29 } },
          ],
        },
      ],
    },
  ]);
  const ratio = versions[0]!.attributes[0]!.measures.find(({ name }) => name === 'DEMOGRAPHIC_PARITY_RATIO')!;
  expect(ratio).toMatchObject({ verdict: 'VIOLATED', highest: 'male', lowest: 'female' });
  expect(ratio.value).toBeCloseTo(2 / 28);
  expect(breaches).toMatchObject([
    {
      action: 'OPEN_INCIDENT',
      rolledBack: false,
      version: { id: hiring.versionId },
      figures: {
        rate: 'SELECTION_RATE',
        highest: 'male',
        lowest: 'female',
        highestPeople: 29,
        lowestPeople: 29,
      },
    },
  ]);
  const open = await incidents();
  expect(open).toMatchObject([
    {
      title: 'People are not treated alike',
      severity: 'HIGH',
      subjectId: hiring.deploymentId,
      reach: { customers: 1 },
      timeline: { nodes: [{ kind: 'OPENED' }] },
    },
  ]);
});

test('the report of compliance has the figures, with a query that gives them again; the draft of Annex IV says how it is watched', async () => {
  const compliance = await world.staff('COMPLIANCE');
  const { json, html, csv } = await made(world, compliance, { kind: 'MODELS' });
  const { parts, evidence } = JSON.parse(await open(json)) as {
    parts: { liveFairness: object[] };
    evidence: { liveFairness: { query: string; variables: Record<string, unknown> }[] };
  };
  expect(parts.liveFairness).toMatchObject([
    { deployment: 'hiring', attribute: 'gender', people: 58, groups: 2, verdict: 'VIOLATED', breaches: 1 },
  ]);
  const [{ query, variables }] = evidence.liveFairness as [(typeof evidence.liveFairness)[number]];
  const again = await compliance.client.ask<{ complianceFigures: object }>(query, variables);
  expect(again.complianceFigures).toEqual({ liveFairness: parts.liveFairness });
  expect(await open(html)).toMatch(/Fairness on live traffic.*hiring.*female/s);
  expect(await open(csv)).toContain(`live fairness,hiring ${hiring.versionId} by gender,people,58`);
  const reviewBy = new Date(world.clock.millis() + 30 * DAY_MS).toISOString();
  const { id } = await assessed(compliance, { modelId: hiring.modelId, reviewBy });
  const { draft } = await compliance.client.ask<{ draft: { markdown: string } }>(
    'query ($id: ID!, $of: ID!) { draft: technicalDocumentation(assessmentId: $id, modelVersionId: $of) { markdown } }',
    { id, of: hiring.versionId },
  );
  expect(draft.markdown).toContain('- as hiring its live traffic is watched by gender');
});

test('after the incident is closed new evidence opens another, and what was before it does not', async () => {
  const [incident] = await incidents();
  await staff.client.mutate(
    'incidentClose',
    'IncidentCloseInput!',
    { id: incident!.id, correctiveAction: 'Another threshold.' },
    '__typename',
  );
  await tomorrow();
  await look(staff, hiring.deploymentId);
  await world.settle();
  expect(await incidents()).toEqual([]);
  await answered(world, server, 'hiring', 'female', { yes: 0, no: 25 });
  await answered(world, server, 'hiring', 'male', { yes: 25, no: 0 });
  await counted(world, 108);
  await tomorrow();
  await run(world, 'ethics.check-fairness');
  await world.settle();
  expect(await incidents()).toHaveLength(1);
  expect((await fairness(staff, hiring.deploymentId))!.breaches).toHaveLength(2);
});

test('a monitor that asks for it rolls the deployment back, from the version that it was about', async () => {
  const { versionId } = await decidingVersion(world, 'hiring-anew');
  const { deploymentId } = await decides(world, staff, 'lending');
  await staff.client.mutate(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id: deploymentId, routes: [{ versionId }], overrideReason: 'Tried here.' },
    'deployment { id }',
  );
  await world.until(async () => {
    const query = 'query ($id: ID!) { deployment(by: { id: $id }) { state routes { version { id } } } }';
    const { deployment } = await staff.client.ask<{ deployment: { state: string } }>(query, {
      id: deploymentId,
    });
    return deployment.state === 'READY';
  }, 'the new version');
  await watched(staff, deploymentId, { action: 'ROLL_BACK' });
  const before = await people(world);
  await answered(world, server, 'lending', 'female', { yes: 0, no: 25 });
  await answered(world, server, 'lending', 'male', { yes: 25, no: 0 });
  await counted(world, before + 50);
  await tomorrow();
  const { deployments } = world.app.modules.deployments;
  const back = deployments.rollBack.bind(deployments);
  const { version } = await deployments.find(deploymentId);
  // Another look, before the first one has noted what it did: it waits, or it has ended.
  let other: Promise<unknown> | undefined;
  let hasEnded = false;
  const rollBack = jest.spyOn(deployments, 'rollBack').mockImplementationOnce(async (...rolled) => {
    await back(...rolled);
    other = look(staff, deploymentId).finally(() => (hasEnded = true));
    await world.until(async () => hasEnded || (await waiting()), 'the other look');
  });
  await look(staff, deploymentId);
  await other;
  await world.settle();
  expect((await fairness(staff, deploymentId))!.breaches).toMatchObject([{ rolledBack: true }]);
  // Of two looks at once the second would go a step further.
  const again = [...rollBack.mock.lastCall!] as Parameters<typeof deployments.rollBack>;
  expect(again[3]).toBe(version);
  await expect(deployments.rollBack(...again)).rejects.toMatchObject({ code: 'CONFLICT' });
  rollBack.mockRestore();
  const query = 'query ($id: ID!) { deployment(by: { id: $id }) { routes { version { id } } } }';
  const { deployment } = await staff.client.ask<{ deployment: { routes: { version: { id: string } }[] } }>(
    query,
    {
      id: deploymentId,
    },
  );
  expect(deployment.routes.map(({ version }) => version.id)).not.toContain(versionId);
});
