/** A compliance report as staff makes it, opens it and asks after its figures; fairness on the real data of 534 workers. */
import { sha256 } from '../../src/kernel/hash';
import { deploy } from '../deployments/support';
import { assessed } from './impact';
import { aggregateRelease } from '../support/populated';
import { handMadeVersion } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { importWages, train } from '../training/wages';
import { type Contents, made, open, PERIOD, type Query, type Report } from './reports';

let world: World;
let staff: Person;
let compliance: Person;
let owner: CustomerPerson;

const report = (input: object): Promise<Report> => made(world, compliance, input);

let full: Report;
let contents: Contents;

const REASON = 'The old model is wrong for this; callers were told.';

/** A deployment of a shipped model, promoted to one that takes other rows: the gate refuses, a person answers for it. */
async function overrideGate(versionId: string): Promise<void> {
  const { models } = await staff.client.ask<{
    models: { nodes: { name: string; versions: { nodes: { id: string }[] } }[] };
  }>('{ models(first: 50) { nodes { name versions(first: 1) { nodes { id } } } } }');
  const shipped = models.nodes.find(({ name }) => name !== 'wages')!.versions.nodes[0]!;
  const { id } = await deploy(staff, 'overridden', [{ versionId: shipped.id }]);
  await staff.client.mutate(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id, versionId, overrideReason: REASON },
    'deployment { id }',
  );
}

/** One incident that was seen to, and a breach that the authority was not notified of in time. */
async function goneWrong(): Promise<void> {
  const becameAwareAt = new Date(world.clock.millis() - 73 * 3_600_000).toISOString();
  for (const correctiveAction of ['It is watched now.', null]) {
    const { incident } = await staff.client.mutate<{ incident: { id: string } }>(
      'incidentOpen',
      'IncidentOpenInput!',
      {
        title: 'It answered nonsense',
        severity: 'HIGH',
        subjectId: `dep_${correctiveAction?.length}`,
        ...(correctiveAction === null && { isPersonalDataBreach: true, becameAwareAt }),
      },
      'incident { id }',
    );
    if (correctiveAction === null) continue;
    const input = { id: incident.id, correctiveAction };
    await staff.client.mutate('incidentClose', 'IncidentCloseInput!', input, 'incident { id }');
  }
}

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  compliance = await world.staff('COMPLIANCE');
  owner = await world.customer('Acme');
  const people = [
    await world.endUser(owner),
    await world.endUser(owner),
    await world.endUser(await world.customer('Other')),
  ];
  const say = (who: Person, purpose: string, granted: boolean) =>
    who.client.mutate('consentRecord', 'ConsentRecordInput!', { purpose, granted }, 'record { id }');
  for (const person of people) await say(person, 'TRAINING', true);
  await say(people[0]!, 'TRAINING', false);
  await people[1]!.client.mutate(
    'dataRequestCreate',
    'DataRequestCreateInput!',
    { kind: 'RECTIFICATION' },
    'dataRequest { id }',
  );
  const rate = (score: number) =>
    people[1]!.client.mutate(
      'feedbackSubmit',
      'FeedbackSubmitInput!',
      { kind: 'RATING', score },
      'feedback { id }',
    );
  await Promise.all([rate(4), rate(5)]);
  const datasetVersionId = await importWages(world, staff);
  const { result } = await train(world, staff, { datasetVersionId, recipe: { kind: 'LINEAR' } });
  await overrideGate(result!.id);
  await goneWrong();
  const minutes = (many: number) => new Date(world.clock.now().getTime() + many * 60_000).toISOString();
  const { modelId } = await handMadeVersion(world, 0.5, 'lender');
  const actions = [1, 100].map((many) => ({ title: `Due in ${many} minutes.`, dueAt: minutes(many) }));
  await assessed(compliance, { modelId, reviewBy: minutes(1000), actions });
  world.clock.advance(60_000);
  await aggregateRelease(compliance);
  await world.settle();
  full = await report({ kind: 'FULL' });
  contents = JSON.parse(await open(full.json)) as Contents;
}, 60_000);
afterAll(() => world.close());

test('a report counts consent by purpose and text, requests, models with data, metrics and fairness, and proves the log', () => {
  expect(contents.parts.consent).toEqual({
    byText: [{ purpose: 'TRAINING', textVersion: 1, language: 'en', given: 3, withdrawn: 1 }],
    standing: [{ purpose: 'TRAINING', agreeing: 2, asked: 3 }],
  });
  expect(contents.parts.dataRequests).toEqual([
    { kind: 'RECTIFICATION', received: 1, closed: 0, extended: 0, overdue: 0 },
  ]);
  expect(contents.parts.models.filter(({ dataset }) => dataset)).toMatchObject([
    { model: 'wages', dataset: { name: 'wages', number: 1, rows: 534, consentScope: [] } },
  ]);
  expect(contents.parts.feedback).toEqual([
    { kind: 'RATING', submitted: 2, withdrawn: 0, triaged: 0, closed: 0, meanScore: 4.5 },
  ]);
  expect(contents.parts.privacySpending).toEqual([
    { dataset: 'satisfaction', month: '2020-01', accounting: 'PURE', releases: 1, spent: '1', total: '2' },
  ]);
  expect(contents.parts.impact).toMatchObject([
    { model: 'lender', use: 'credit-decisions', tier: 'HIGH', standing: 'ACTIONS_OVERDUE' },
  ]);
  expect(contents.parts.impact).toMatchObject([{ owner: compliance.id, openActions: 2, overdueActions: 1 }]);
  expect(contents.parts.incidents).toMatchObject([
    { severity: 'HIGH', correctiveAction: 'It is watched now.', isAuthorityOverdue: false },
    { severity: 'HIGH', closedAt: null, isPersonalDataBreach: true, isAuthorityOverdue: true },
  ]);
  expect(contents.parts.audit).toMatchObject({ verification: { isIntact: true } });
});

test('whoever sends the queries of its evidence gets the figures of the report', async () => {
  const ask = async ({ query, variables }: Query) =>
    (await compliance.client.ask<{ complianceFigures: Record<string, object[]> }>(query, variables))
      .complianceFigures;
  const { consent, dataRequests, privacySpending, feedback } = contents.parts;
  expect(await ask(contents.evidence.consent[0]!)).toEqual({
    consents: consent.byText,
    standingConsents: consent.standing,
  });
  expect(await ask(contents.evidence.dataRequests[0]!)).toEqual({ dataRequests });
  expect(await ask(contents.evidence.privacySpending[0]!)).toEqual({ privacySpending });
  expect(await ask(contents.evidence.feedback[0]!)).toEqual({ feedback });
  expect(await ask(contents.evidence.gates[0]!)).toEqual({ gates: contents.parts.gates });
  expect(await ask(contents.evidence.impact[0]!)).toEqual({ impact: contents.parts.impact });
  expect(await ask(contents.evidence.incidents[0]!)).toEqual({ incidents: contents.parts.incidents });
  for (const { query, variables } of contents.evidence.audit)
    expect((await compliance.client.send(query, variables)).errors).toBeUndefined();
  const { query, variables } = contents.evidence.models[0]!;
  const { nodes } = await compliance.client.ask<{ nodes: { id: string }[] }>(query, variables);
  const {
    model,
    dataset,
    versionId: id,
    task,
    ...figures
  } = contents.parts.models.find(({ dataset }) => dataset)!;
  const { name, ...version } = dataset;
  const expected = {
    id,
    ...figures,
    model: { name: model, task },
    datasetVersion: { ...version, dataset: { name } },
  };
  expect(nodes.find((node) => node.id === id)).toMatchObject(expected);
});

test('whoever let a version go live against the gate stands there, with the check and the reason in writing', async () => {
  expect(contents.parts.gates.overrides).toMatchObject([
    {
      deployment: 'overridden',
      version: 2,
      move: 'PROMOTED',
      by: staff.id,
      reason: REASON,
      refused: [{ name: 'same signature' }],
    },
  ]);
  expect(contents.parts.gates.agreed).toBeGreaterThan(0);
  expect(await open(full.html)).toContain(REASON);
});

test('the card of a version says on what it was trained and how, and draws it', async () => {
  const { versionId } = contents.parts.models.find(({ dataset }) => dataset)!;
  const query = 'query ($id: ID!) { node(id: $id) { ... on ModelVersion { card { markdown } } } }';
  const { node } = await staff.client.ask<{ node: { card: { markdown: string } } }>(query, { id: versionId });
  const section = node.card.markdown.split('## Where it comes from')[1]!;
  expect(section).toContain('- learned on wages, version 1');
  expect(section).toMatch(/- trained here: LINEAR, CLASSIFICATION, seed 1, on wasm, [\d.]+ s on the device/);
  expect(section).toContain('-->|learned on|');
});

test('fairness is judged by gender and race on rows that were held out', async () => {
  const { fairness } = contents.parts.models.find(({ dataset }) => dataset)! as {
    fairness: {
      rows: number;
      attributes: {
        attribute: string;
        groups: { n: number }[];
        measures: { name: string; verdict: string }[];
      }[];
    };
  };
  expect(fairness.attributes.map(({ attribute }) => attribute)).toEqual(
    expect.arrayContaining(['gender', 'race', 'gender × race']),
  );
  const gender = fairness.attributes.find(({ attribute }) => attribute === 'gender')!;
  expect(gender.groups.reduce((sum, { n }) => sum + n, 0)).toBe(fairness.rows);
  expect(gender.measures).toHaveLength(6);
});

test('the hash of a report is that of its bytes, and stands in the audit log', async () => {
  const { id, hash, json } = await report({ kind: 'PRIVACY' });
  expect(sha256(await open(json))).toBe(hash);
  await world.settle();
  const { auditRecords } = await compliance.client.ask<{ auditRecords: { nodes: object[] } }>(
    `{ auditRecords(filter: { object: "${id}" }) { nodes { action actor } } }`,
  );
  expect(auditRecords.nodes).toEqual([{ action: 'compliance-report.created', actor: compliance.id }]);
});

test('a report about one customer counts that customer alone', async () => {
  const { json, csv } = await report({ kind: 'PRIVACY', customerId: owner.customerId });
  const { heading, parts } = JSON.parse(await open(json)) as Contents;
  expect(heading).toMatchObject({ customer: { name: 'Acme' } });
  expect(parts.consent.standing).toEqual([{ purpose: 'TRAINING', agreeing: 1, asked: 2 }]);
  expect(await open(csv)).toContain('consent,TRAINING,agreeing,1\r\n');
});

test('a report of what is to come is made, also while the log grows', async () => {
  const { audit } = world.app.modules.audit;
  const { treeHeadAt } = audit;
  audit.treeHeadAt = async (instant) => {
    await world.endUser(owner);
    await world.app.drainEvents();
    return treeHeadAt.call(audit, instant);
  };
  const period = { from: '2090-01-01T00:00:00.000Z', to: PERIOD.to };
  try {
    const { json } = await report({ kind: 'PRIVACY', period });
    const { parts } = JSON.parse(await open(json)) as Contents;
    expect(parts.audit).toMatchObject({ records: 0, verification: { isIntact: true } });
  } finally {
    audit.treeHeadAt = treeHeadAt;
  }
});

test('the same key makes one report, and a report is never changed', async () => {
  const again = { kind: 'MODELS', idempotencyKey: 'once' };
  const [first, second] = [await report(again), await report(again)];
  expect(second.id).toBe(first.id);
  const { servicePool } = world.app.platform.database;
  await expect(servicePool.query("update compliance_reports set hash = 'x'")).rejects.toThrow(
    /only ever added/,
  );
});

test('a period that runs backwards and a customer that does not exist are refused by path', async () => {
  const order = (input: object) =>
    compliance.client.attempt('complianceReportCreate', 'ComplianceReportCreateInput!', input);
  const backwards = await order({ kind: 'FULL', period: { from: PERIOD.to, to: PERIOD.from } });
  expect(backwards.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'period', 'to'] }]);
  const nobody = await order({ kind: 'FULL', period: PERIOD, customerId: `cus_${'0'.repeat(26)}` });
  expect(nobody.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'customerId'] }]);
});

test('reports and figures are for compliance, and for nobody else', async () => {
  const analyst = await world.staff('ANALYST');
  for (const who of [owner, analyst]) {
    const { errors } = await who.client.send('{ complianceReports { nodes { id } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await who.client.ask<{ node: null }>(`{ node(id: "${full.id}") { id } }`)).node).toBeNull();
  }
  const { complianceReports } = await compliance.client.ask<{ complianceReports: { nodes: object[] } }>(
    '{ complianceReports(filter: { kind: FULL }) { nodes { kind period { from to } } } }',
  );
  expect(complianceReports.nodes).toEqual([{ kind: 'FULL', period: PERIOD }]);
});

test('the page opens in a browser without a token, lets nothing run, and its address is good for it alone and for a while', async () => {
  const response = await fetch(full.html);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await response.text()).toMatch(/^<!doctype html>/);
  expect((await fetch(full.html.replace('.html', '.json'))).status).toBe(404);
  expect((await fetch(full.html.split('?')[0]!)).status).toBe(404);
  // Time comes last: the tokens of the other tests would expire with the address.
  world.clock.advance(16 * 60_000);
  expect((await fetch(full.html)).status).toBe(404);
});
