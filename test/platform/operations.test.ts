/** The documents that we ship, sent as their front ends send them: by hash, each by the person whose screen it is. */
import { type Populated, populatedWorld } from '../support/populated';
import { ROW } from '../support/hand-made-version';
import { linkTo } from '../support/mails';
import { ShippedDocuments } from '../support/shipped-documents';
import type { Person } from '../support/world';

let populated: Populated;
let person: string;
beforeAll(async () => {
  populated = await populatedWorld(2, { trustedDocuments: 'prefer' });
  person = (await populated.world.endUser(populated.owner, 'ada')).credential;
});
afterAll(() => populated.world.close());

const answer = (name: string, credential: string | undefined, variables?: object) =>
  new ShippedDocuments(populated.world).answer(name, credential, variables);
const acted = <T>(name: string, credential: string, variables: object) =>
  new ShippedDocuments(populated.world).acted<T>(name, credential, variables);

async function firstId(list: string, name: string): Promise<string> {
  const data = await answer(name, populated.staff.credential);
  return (data[list] as { nodes: { id: string }[] }).nodes[0]!.id;
}

test('strangers see the health and the plans', async () => {
  expect(await answer('health', undefined)).toMatchObject({ health: { ready: true } });
  expect(await answer('viewer', undefined)).toMatchObject({ viewer: { kind: 'ANONYMOUS' } });
  expect(((await answer('plans', undefined)).plans as object[]).length).toBeGreaterThan(3);
});

test('a customer sees its dashboard, its usage, its keys and its history', async () => {
  const { credential } = populated.owner;
  expect(await answer('customer-dashboard', credential)).toMatchObject({
    viewer: { kind: 'MEMBER', member: { role: 'OWNER' } },
    customer: {
      subscription: { plan: { code: 'FREE' } },
      inferences: { nodes: [{ deployment: { name: 'wages' } }] },
    },
  });
  expect(await answer('usage', credential)).toMatchObject({
    customer: {
      usage: {
        byUnit: expect.arrayContaining([expect.objectContaining({ unit: 'REQUEST', quantity: '1' })]),
      },
    },
  });
  expect(await answer('inference-history', credential)).toMatchObject({
    inferences: { nodes: [{ endUser: { externalId: 'ada' }, feedback: [{ kind: 'THUMBS', score: 1 }] }] },
  });
  const made = await acted<{ secret: string; apiKey: { id: string } }>('api-key-create', credential, {
    input: { name: 'server' },
  });
  await acted('api-key-update', credential, { id: made.apiKey.id, input: { requestsPerMinute: 60 } });
  await acted('api-key-rotate', credential, { input: { id: made.apiKey.id } });
  await acted('api-key-revoke', credential, { input: { id: made.apiKey.id } });
  const client = await acted<{ flagClientKey: { id: string } }>('flag-client-key-create', credential, {
    input: { name: 'servers' },
  });
  const { id } = client.flagClientKey;
  await acted('flag-client-key-revoke', credential, { input: { id } });
  expect(await answer('flag-client-keys', credential)).toMatchObject({
    flagClientKeys: {
      nodes: [{ id, revokedAt: expect.any(String) }, { revokedAt: null }, { revokedAt: null }],
    },
  });
  expect(await answer('api-keys', credential)).toMatchObject({
    customer: { apiKeys: { nodes: [{}, { id: made.apiKey.id, revokedAt: expect.any(String) }] } },
  });
  await acted('subscription-checkout', credential, { input: { plan: 'PRO' } });
});

test('a person decides, asks and answers back, from a browser', async () => {
  await acted('consent-record', person, { input: { purpose: 'ANALYTICS', granted: true } });
  await acted('consent-record', person, { input: { purpose: 'FAIRNESS_MONITORING', granted: true } });
  const groups = [{ attribute: 'gender', value: 'female' }];
  expect(await acted('my-groups-record', person, { groups })).toMatchObject({ endUser: { groups } });
  const { viewer, consentTexts } = (await answer('my-consents', person)) as {
    viewer: { endUser: { externalId: string; consents: { purpose: string; granted: boolean }[] } };
    consentTexts: object[];
  };
  expect(viewer.endUser.externalId).toBe('ada');
  expect(viewer.endUser.consents).toHaveLength(consentTexts.length);
  expect(viewer.endUser.consents).toContainEqual(
    expect.objectContaining({ purpose: 'ANALYTICS', granted: true }),
  );
  const { feedbackToken } = await acted<{ feedbackToken: string }>('predict', person, {
    input: { deployment: 'wages', rows: ROW },
  });
  await acted('feedback-submit', person, { input: { feedbackToken, kind: 'THUMBS', score: 1 } });
  expect(await acted('survey-ask', person, { input: {} })).toMatchObject({ due: true });
});

test('staff triages, trains, compares, reports, counts and finds its customers', async () => {
  const { credential } = populated.staff;
  const item = await firstId('feedback', 'feedback-inbox');
  await acted('feedback-triage', credential, { id: item, input: { status: 'TRIAGED', severity: 3 } });
  expect(await answer('feedback-similar', credential, { id: item })).toMatchObject({
    node: { similar: expect.any(Array) },
  });
  expect(await answer('feedback-topics', credential)).toMatchObject({
    feedbackTopics: { nodes: [{ figures: { people: expect.any(Number) } }, {}] },
  });
  const input = { purpose: 'TRAINING', granted: true };
  await acted('consent-record', person, { input });
  const { feedbackToken } = await acted<{ feedbackToken: string }>('predict', person, {
    input: { deployment: 'wages', rows: ROW },
  });
  const said = await acted<{ feedback: { id: string } }>('feedback-submit', person, {
    input: { feedbackToken, kind: 'CORRECTION', correction: { label: 'no' } },
  });
  expect(await acted('feedback-curate', credential, { input: { id: said.feedback.id } })).toMatchObject({
    feedback: { curation: { status: 'ACCEPTED', contents: [{ inputs: ROW, answer: 'no' }] } },
  });
  const { models: known } = await populated.staff.client.ask<{
    models: { nodes: { id: string; name: string }[] };
  }>('{ models(first: 100) { nodes { id name } } }');
  const modelId = known.nodes.find(({ name }) => name === 'hand-made')!.id;
  await acted('dataset-gather', credential, { input: { name: 'corrections', modelId } });
  expect(await answer('training', credential)).toMatchObject({
    trainingJobs: { nodes: expect.arrayContaining([expect.objectContaining({ job: expect.any(Object) })]) },
  });
  const { models } = (await answer('model-registry', credential)) as {
    models: { nodes: { name: string; versions: { nodes: { id: string }[] } }[] };
  };
  const trained = models.nodes.find(({ name, versions }) => name === 'wages' && versions.nodes.length > 0)!;
  expect(await answer('model-version', credential, { id: trained.versions.nodes[0]!.id })).toMatchObject({
    node: {
      model: { name: 'wages' },
      fairness: { attributes: expect.arrayContaining([expect.objectContaining({ attribute: 'gender' })]) },
    },
  });
  const { featureTests } = await populated.staff.client.ask<{ featureTests: { nodes: { id: string }[] } }>(
    '{ featureTests(first: 1) { nodes { id } } }',
  );
  expect(await answer('feature-test-result', credential, { id: featureTests.nodes[0]!.id })).toMatchObject({
    node: { state: 'DRAFT', variants: [{ key: 'a' }, { key: 'b' }] },
  });
  expect(await answer('compliance', credential)).toMatchObject({
    complianceReports: { nodes: [{ kind: 'MODELS' }, {}] },
    incidents: { totalCount: 2 },
  });
  const { incidents } = (await answer('compliance', credential)) as {
    incidents: { nodes: { id: string }[] };
  };
  const incident = incidents.nodes[0]!.id;
  const update = { id: incident, input: { note: 'Looked at.' } };
  expect(await acted('incident-update', credential, update)).toMatchObject({
    incident: { timeline: { nodes: [{ kind: 'NOTED' }, {}, { kind: 'OPENED' }] } },
  });
  expect(await answer('impact-assessments', credential)).toMatchObject({
    impactAssessments: { nodes: [{ tier: 'HIGH', standing: 'IN_FORCE' }, {}] },
  });
  const { deployment } = await populated.staff.client.ask<{ deployment: { id: string } }>(
    '{ deployment(by: { name: "wages" }) { id } }',
  );
  expect(await answer('live-fairness', credential, { deploymentId: deployment.id })).toMatchObject({
    deployment: {
      fairness: {
        monitor: { attributes: [{ name: 'gender' }] },
        breaches: [{ measure: expect.any(String) }],
      },
    },
  });
  const month = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
  const released = await answer('aggregate-releases', credential, { month });
  expect(released.releasableDatasets).toContainEqual(
    expect.objectContaining({
      name: 'satisfaction',
      budget: expect.objectContaining({ accounting: 'PURE' }),
    }),
  );
  expect(released.aggregateReleases).toMatchObject({ nodes: [{ values: [{ name: 'count' }] }, {}] });
  expect(await answer('market', credential)).toMatchObject({ market: { currency: 'USD' } });
  expect(await answer('market-demand', credential)).toMatchObject({
    market: { demandMap: { topics: [{ rest: false }, {}], segments: [{ segment: null, cells: [{}, {}] }] } },
  });
  const changes = [{ plan: 'PRO', priceMinor: '5900' }];
  expect(await answer('pricing-what-if', credential, { input: { changes } })).toMatchObject({
    market: { pricingWhatIf: { total: { difference: { formatted: '0.00 USD' } } } },
  });
  expect(await answer('product-market-fit', credential)).toMatchObject({
    market: { productMarketFit: { benchmark: 0.4, total: { answers: 0, standing: 'UNDECIDED' } } },
  });
  expect(await answer('market-table', credential, { table: 'FUNNEL' })).toMatchObject({
    market: { csv: expect.stringContaining('/market/tables/') },
  });
  const rival = { name: 'Rival', idempotencyKey: 'rival' };
  expect(await acted('competitor-create', credential, { input: rival })).toMatchObject({
    competitor: { name: 'Rival', aliases: [] },
  });
  expect(await answer('competitors', credential)).toMatchObject({
    market: { competitorMentions: [], losses: { competitors: [] } },
  });
  expect(await answer('customers', credential)).toMatchObject({ customers: { totalCount: 2 } });
  expect(await answer('customer-admin', credential, { id: populated.owner.customerId })).toMatchObject({
    customer: { members: { totalCount: 1 }, endUsers: { nodes: [{ externalId: 'ada' }] } },
  });
  const { inferences } = await populated.staff.client.ask<{ inferences: { nodes: { id: string }[] } }>(
    '{ inferences(first: 1) { nodes { id } } }',
  );
  await populated.world.app.drainEvents();
  expect(await answer('join', credential, { id: inferences.nodes[0]!.id })).toMatchObject({
    inference: { deployment: { name: 'wages' }, auditProof: { path: expect.any(Array) } },
  });
});

test('staff read plans, books, margins and what is let go in time, and say what is called how', async () => {
  const { credential } = populated.staff;
  const { plans } = (await answer('plan-book', credential)) as { plans: { id: string; code: string }[] };
  expect(plans[0]).toMatchObject({ code: 'FREE', sellable: false, graceDays: 0 });
  expect(await answer('names', credential, { ids: [plans[0]!.id, 'mdl_nobody'] })).toEqual({
    nodes: [{ id: plans[0]!.id, code: 'FREE', version: 1 }, null],
  });
  expect(await answer('stripe-events', credential, { state: 'HANDLED' })).toMatchObject({
    stripeEvents: { nodes: expect.arrayContaining([expect.objectContaining({ type: 'customer.updated' })]) },
  });
  expect(await answer('billing-reconciliations', credential)).toMatchObject({
    billingReconciliations: { nodes: expect.arrayContaining([expect.objectContaining({ state: 'DONE' })]) },
  });
  expect(await answer('ledger-verify', credential)).toMatchObject({ ledgerVerify: { balanced: true } });
  expect(await answer('margin-alerts', credential)).toEqual({ marginAlerts: [] });
  expect(await answer('retention', credential)).toMatchObject({
    retentionRules: expect.arrayContaining([expect.objectContaining({ table: 'sessions', days: 90 })]),
    retentionRuns: { nodes: expect.any(Array) },
  });
  expect(await answer('webhook-endpoints', populated.owner.credential)).toMatchObject({
    webhookEndpoints: { nodes: expect.any(Array) },
  });
});

test('staff change a flag of production with four eyes, switch it off without, and find what to remove', async () => {
  const { credential } = populated.staff;
  const { credential: other } = await populated.world.staff('ANALYST');
  const { flagChangeRequests } = (await answer('flag-changes', other)) as {
    flagChangeRequests: { nodes: { id: string; flag: { id: string; key: string } }[] };
  };
  const waiting = flagChangeRequests.nodes.find(({ flag }) => flag.key === 'flag-1')!;
  const { id, key } = waiting.flag;
  expect(await answer('flag', other, { key })).toMatchObject({
    featureFlag: {
      prerequisites: [{ flag: { key: 'flag-0' }, value: true }],
      changeRequests: { nodes: [{ changes: [{ part: 'DEFAULT_VALUE', before: false, after: true }] }] },
    },
  });
  const rejection = { input: { id: waiting.id, reason: 'Not yet.' } };
  expect(await acted('flag-change-reject', other, rejection)).toMatchObject({
    changeRequest: { state: 'REJECTED' },
  });
  const input = { rules: [{ value: true }], reason: 'Launch.' };
  const asked = await acted<{ changeRequest: { id: string } }>('flag-update', credential, { id, input });
  const approval = { input: { id: asked.changeRequest.id } };
  expect(await acted('flag-change-approve', other, approval)).toMatchObject({
    changeRequest: { state: 'APPROVED', revision: 3 },
  });
  const fire = { input: { id, reason: 'The checkout is down.' } };
  expect(await acted('flag-switch-off', credential, fire)).toMatchObject({ featureFlag: { revision: 4 } });
  await acted('flag-update', credential, { id, input: { stale: 'It burnt.', reason: 'Post mortem.' } });
  expect(await answer('stale-flags', credential)).toMatchObject({
    featureFlags: { totalCount: 1, nodes: [{ key, stale: { reason: 'MARKED' }, requiredBy: [] }] },
  });
  expect(await acted('flag-archive', credential, { input: { id, reason: 'It burnt.' } })).toMatchObject({
    featureFlag: { archivedAt: null },
    changeRequest: { state: 'PENDING' },
  });
});

test('people are invited, changed and let go, and everybody sees their sessions', async () => {
  const { owner, staff } = populated;
  await acted('customer-update', owner.credential, { input: { segment: 'health' } });
  expect(await answer('team', owner.credential)).toMatchObject({ customer: { segment: 'health' } });
  const invite = async (document: string, { credential }: Person, name: string, role = 'VIEWER') => {
    const input = { email: `${name}@invited.test`, role };
    return Object.values(await acted<object>(document, credential, { input })) as { id: string }[];
  };
  const come = async (name: string): Promise<string> => {
    const token = await linkTo(populated.world, `${name}@invited.test`, 'invitation');
    const input = { token, password: 'correct horse battery' };
    const { memberInvitationAccept: came } = await answer('member-invitation-accept', undefined, { input });
    return (came as { session: { accessToken: string } }).session.accessToken;
  };
  const [early] = await invite('member-invite', owner, 'early');
  await acted('member-invitation-withdraw', owner.credential, { input: { id: early!.id } });
  const [member] = await invite('member-invite', owner, 'member');
  await come('member');
  await acted('member-change', owner.credential, { id: member!.id, input: { name: 'Sam' } });
  await acted('member-remove', owner.credential, { input: { id: member!.id } });
  await invite('member-invite', owner, 'leaving');
  await acted('member-leave', await come('leaving'), { input: { customerId: owner.customerId } });
  const [wrong] = await invite('staff-invite', staff, 'wrong', 'REVIEWER');
  await acted('staff-invitation-withdraw', staff.credential, { input: { id: wrong!.id } });
  const [colleague] = await invite('staff-invite', staff, 'colleague', 'REVIEWER');
  const mine = await answer('my-sessions', await come('colleague'));
  expect(mine).toMatchObject({ viewer: { sessions: { totalCount: 1, nodes: [{ isCurrent: true }] } } });
  await acted('staff-change', staff.credential, { id: colleague!.id, input: { role: 'ANALYST' } });
  for (const document of ['staff-deactivate', 'staff-reactivate'])
    await acted(document, staff.credential, { input: { id: colleague!.id } });
  const { staffMembers } = await answer('staff-members', staff.credential, { filter: { status: 'ACTIVE' } });
  expect(JSON.stringify(staffMembers)).toContain(colleague!.id);
});
