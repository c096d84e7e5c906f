/** What went wrong, who sees to it, whom it reached, and what was done about it. */
import { countReachJob } from '../../src/modules/ethics/incident/incident-reach.job';
import { SERVICE } from '../../src/platform/database';
import { deployed } from '../deployments/support';
import { answer } from '../feedback/support';
import { served } from '../inference/support';
import { anotherVersion, handMadeVersion } from '../support/hand-made-version';
import { customersAreTold } from './breach-notices';
import { type Person, startWorld, type World } from '../support/world';

const NOBODY = `stf_${'0'.repeat(26)}`;
const INCIDENT = `id title severity status cause subjectId startedAt openedAt closedAt correctiveAction owner { id }
  isPersonalDataBreach becameAwareAt authorityDeadlineAt isAuthorityOverdue authorityNotifiedAt authorityNotifiedBy authorityReference
  authorityDelayReason authorityNotNeededReason
  reach { customers answers mostReached { customer { id } answers } } timeline { nodes { kind text by } }`;

interface IncidentView {
  readonly id: string;
  readonly startedAt: string;
  readonly openedAt: string;
  readonly authorityDeadlineAt: string | null;
  readonly isAuthorityOverdue: boolean;
  readonly reach: { readonly answers: string } | null;
  readonly timeline: { readonly nodes: readonly { readonly kind: string; readonly text: string | null }[] };
}

let world: World;
let staff: Person;
let reviewer: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  reviewer = await world.staff('REVIEWER');
});
afterAll(() => world?.close());

const attempt = (mutation: 'Open' | 'Close', input: object) =>
  staff.client.attempt<{ incident: IncidentView | null }>(
    `incident${mutation}`,
    `Incident${mutation}Input!`,
    input,
    `incident { ${INCIDENT} }`,
  );
async function update(id: string, input: object) {
  const mutation = `mutation ($id: ID!, $input: IncidentUpdateInput!) { incidentUpdate(id: $id, input: $input) {
    incident { ${INCIDENT} } errors { code path } } }`;
  const { incidentUpdate } = await reviewer.client.ask<{
    incidentUpdate: { incident: IncidentView | null; errors: object[] };
  }>(mutation, { id, input });
  return { payload: { incident: incidentUpdate.incident }, errors: incidentUpdate.errors };
}
async function opened(input: object): Promise<IncidentView> {
  const { payload, errors } = await attempt('Open', {
    title: 'Wrong prices shown',
    severity: 'HIGH',
    ...input,
  });
  expect(errors).toEqual([]);
  return payload.incident!;
}
const read = async (id: string): Promise<IncidentView> => {
  const query = `query ($id: ID!) { node(id: $id) { ... on Incident { ${INCIDENT} } } }`;
  return (await staff.client.ask<{ node: IncidentView }>(query, { id })).node;
};
const kinds = ({ timeline }: IncidentView) => timeline.nodes.map(({ kind }) => kind);

test('an incident is opened, listed, and closed once with what was done about it', async () => {
  const { id } = await opened({});
  const close = () => attempt('Close', { id, correctiveAction: 'A test compares them now.' });
  expect(await close()).toMatchObject({
    errors: [],
    payload: {
      incident: { status: 'CLOSED', timeline: { nodes: [{ kind: 'CLOSED' }, { kind: 'OPENED' }] } },
    },
  });
  expect((await close()).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await update(id, { note: 'Too late.' })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const { incidents } = await reviewer.client.ask<{ incidents: { nodes: { id: string }[] } }>(
    '{ incidents(filter: { status: CLOSED }) { nodes { id } } }',
  );
  expect(incidents.nodes).toEqual([{ id }]);
});

test('what becomes known of it is a line each, and what stays as it was is none', async () => {
  const { id } = await opened({ severity: 'LOW' });
  const input = { severity: 'HIGH', ownerId: reviewer.id, note: 'Three callers said so.' };
  const { payload } = await update(id, input);
  expect(payload.incident).toMatchObject({ severity: 'HIGH', owner: { id: reviewer.id } });
  expect(kinds(payload.incident!).sort()).toEqual(['NOTED', 'OPENED', 'OWNER_CHANGED', 'SEVERITY_CHANGED']);
  expect(
    kinds((await update(id, { severity: 'HIGH', ownerId: reviewer.id })).payload.incident!),
  ).toHaveLength(4);
  expect((await update(id, { ownerId: null })).payload.incident).toMatchObject({ owner: null });
});

test('nobody sees to it who does not exist, and nothing has begun in the future', async () => {
  const { id } = await opened({});
  const later = new Date(world.clock.now().getTime() + 60_000).toISOString();
  expect((await update(id, { ownerId: NOBODY })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await update(id, { startedAt: later })).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect((await attempt('Open', { title: 'Odd', severity: 'LOW', startedAt: later })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'startedAt'] },
  ]);
  expect(kinds(await read(id))).toEqual(['OPENED']);
});

describe('of a personal data breach the authority is to know within 72 hours', () => {
  const hoursAgo = (hours: number): string =>
    new Date(world.clock.millis() - hours * 3_600_000).toISOString();
  const breach = (awareSince: number): Promise<IncidentView> =>
    opened({ isPersonalDataBreach: true, becameAwareAt: hoursAgo(awareSince) });
  const overdue = async (): Promise<string[]> => {
    const query = '{ incidents(filter: { onlyAuthorityOverdue: true }) { nodes { id } } }';
    const { incidents } = await staff.client.ask<{ incidents: { nodes: { id: string }[] } }>(query);
    return incidents.nodes.map(({ id }) => id);
  };
  const told = async (): Promise<string | undefined> =>
    /flywheel_breach_notifications_overdue (\d+)/.exec(await world.app.platform.metrics.text())?.[1];

  test('from when somebody became aware of it, and not of what is none', async () => {
    const none = await opened({});
    expect(none).toMatchObject({
      isPersonalDataBreach: null,
      becameAwareAt: none.openedAt,
      authorityDeadlineAt: null,
    });
    const notified = { authorityNotifiedAt: hoursAgo(0), authorityReference: 'none' };
    expect((await update(none.id, notified)).errors).toMatchObject([
      { path: ['input', 'isPersonalDataBreach'] },
    ]);
    const { payload } = await update(none.id, { isPersonalDataBreach: true, becameAwareAt: hoursAgo(71) });
    expect(Date.parse(payload.incident!.authorityDeadlineAt!)).toBeGreaterThan(world.clock.millis());
    expect(kinds(payload.incident!).sort()).toEqual(['AWARENESS_CHANGED', 'BREACH_JUDGED', 'OPENED']);
    await update(none.id, { becameAwareAt: hoursAgo(73) });
    expect(await read(none.id)).toMatchObject({ isAuthorityOverdue: true });
    expect([await overdue(), await told()]).toEqual([[none.id], '1']);
    await update(none.id, { isPersonalDataBreach: false });
    expect([await overdue(), await told()]).toEqual([[], '0']);
    expect(await read(none.id)).toMatchObject({ authorityDeadlineAt: null, isAuthorityOverdue: false });
  });

  test('which is recorded with its reference, after the deadline with the reason, and by whom', async () => {
    const { id } = await breach(80);
    const bare = { authorityNotifiedAt: hoursAgo(1) };
    expect((await update(id, bare)).errors).toMatchObject([{ path: ['input', 'authorityReference'] }]);
    expect(kinds(await read(id))).toEqual(['OPENED']);
    const authorityDelayReason = 'It was found out on a holiday.';
    const input = { ...bare, authorityReference: 'BfDI 2026/17', authorityDelayReason };
    expect((await update(id, input)).payload.incident).toMatchObject({
      ...input,
      authorityNotifiedBy: reviewer.id,
      isAuthorityOverdue: false,
      timeline: { nodes: [{ kind: 'AUTHORITY_NOTIFIED', by: reviewer.id }, { kind: 'OPENED' }] },
    });
    const late = await update(id, { authorityNotNeededReason: 'Nobody is at risk.' });
    expect(late.errors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  test('or it is said why not, before which no breach is closed', async () => {
    const { id } = await breach(1);
    const close = () => attempt('Close', { id, correctiveAction: 'It is encrypted now.' });
    expect((await close()).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const authorityNotNeededReason = 'The disk was encrypted, and the key was not lost.';
    const { payload } = await update(id, { authorityNotNeededReason });
    expect(payload.incident).toMatchObject({ authorityNotNeededReason, authorityDeadlineAt: null });
    await update(id, { authorityNotNeededReason: null });
    expect((await close()).errors).toMatchObject([{ code: 'CONFLICT' }]);
    await update(id, { authorityNotNeededReason });
    expect((await close()).errors).toMatchObject([{ message: expect.stringContaining('customers') }]);
    await update(id, { customersNotConcernedReason: 'It held data of our own staff.' });
    expect((await close()).errors).toMatchObject([{ message: expect.stringContaining('people') }]);
    await update(id, { peopleNotification: 'PROTECTED', peopleNotificationReason: 'It was encrypted.' });
    expect((await close()).errors).toEqual([]);
    expect(kinds(await read(id)).filter((kind) => kind === 'AUTHORITY_NOT_NEEDED')).toHaveLength(3);
  });
});

customersAreTold(() => ({ world, staff, opened }));

test('it knows whom it reached: who was answered by its deployment from its beginning to its end', async () => {
  const { deploymentId } = await served(world, 'wages');
  const [one, two, three] = [await world.customer(), await world.customer(), await world.customer()];
  for (const owner of [one, one, two]) await answer(await world.apiKey(owner));
  await world.settle();
  const before = new Date(world.clock.now().getTime() - 60_000).toISOString();
  const { id } = await opened({ subjectId: deploymentId });
  await world.settle();
  expect((await read(id)).reach).toMatchObject({ customers: 0, answers: '0' });
  await update(id, { startedAt: before });
  await world.settle();
  expect((await read(id)).reach).toMatchObject({
    customers: 2,
    answers: '3',
    mostReached: [
      { customer: { id: one.customerId }, answers: '2' },
      { customer: { id: two.customerId }, answers: '1' },
    ],
  });
  await answer(await world.apiKey(three));
  await world.settle();
  await attempt('Close', { id, correctiveAction: 'It is watched now.' });
  await answer(await world.apiKey(three));
  await world.settle();
  expect((await read(id)).reach).toMatchObject({ customers: 3, answers: '4' });
});

test('what is about something of a customer’s own is in the report of no other customer', async () => {
  const [one, other] = [await world.customer(), await world.customer()];
  const { modelId } = await handMadeVersion(world, 0.5, 'private');
  const { deploymentId } = await served(world, 'private-wages');
  const { servicePool } = world.app.platform.database;
  for (const table of ['models', 'deployments'])
    await servicePool.query(`update ${table} set customer_id = $1 where id = any($2)`, [
      one.customerId,
      [modelId, deploymentId],
    ]);
  const versionId = await anotherVersion(world, modelId);
  const own = [one.customerId, modelId, versionId, deploymentId];
  const openedOf = async (subjectId: string) => (await opened({ subjectId })).id;
  const ids: string[] = [];
  for (const subjectId of own) ids.push(await openedOf(subjectId));
  const house = await openedOf(NOBODY);
  const toldTo = async (customerId: string | null) => {
    const query = `query ($period: PeriodInput!, $customerId: ID) { complianceFigures(period: $period, customerId: $customerId) {
      incidents { incidentId } } }`;
    const period = { from: '2020-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z' };
    const { complianceFigures } = await staff.client.ask<{
      complianceFigures: { incidents: { incidentId: string }[] };
    }>(query, { period, customerId });
    const told = new Set(complianceFigures.incidents.map(({ incidentId }) => incidentId));
    return [...ids, house].filter((id) => told.has(id));
  };
  expect(await toldTo(null)).toEqual([...ids, house]);
  expect(await toldTo(one.customerId)).toEqual([...ids, house]);
  expect(await toldTo(other.customerId)).toEqual([house]);
});

test('of two counts that overtake each other the later one stays', async () => {
  const { deploymentId } = await served(world, 'overtaken');
  const { id } = await opened({ subjectId: deploymentId });
  await world.settle();
  const { database } = world.app.platform;
  let release: (found: { customerId: string; answers: string }[]) => void = () => undefined;
  const slow = new Promise<{ customerId: string; answers: string }[]>((resolve) => (release = resolve));
  const { customerId } = await world.customer();
  const count = (found: Promise<{ customerId: string; answers: string }[]>) =>
    countReachJob(database, world.clock, { of: () => found } as never).run({ incidentId: id }, {} as never);
  world.clock.advance(1);
  const earlier = count(slow);
  world.clock.advance(1000);
  await count(Promise.resolve([{ customerId, answers: '7' }]));
  release([]);
  await earlier;
  expect((await read(id)).reach).toMatchObject({ customers: 1, answers: '7' });
});

test('a deployment that is rolled back opens one incident from when its routes were served, and what happens again is a line of it', async () => {
  const { database, events } = world.app.platform;
  const { deploymentId, versionId } = await served(world, 'rolled');
  const { id: other } = await deployed(world, staff, 'beside', [{ versionId }]);
  const rolledBack = { type: 'deployment.rolled-back', subject: deploymentId };
  await database.unitOfWork.run(SERVICE, () =>
    events.emit(rolledBack, rolledBack, { ...rolledBack, subject: other }),
  );
  await world.settle();
  const { incidents } = await staff.client.ask<{ incidents: { nodes: IncidentView[] } }>(
    `{ incidents(filter: { status: OPEN, severity: MEDIUM }) { nodes { ${INCIDENT} } } }`,
  );
  expect(incidents.nodes).toMatchObject([
    { subjectId: other },
    { subjectId: deploymentId, cause: rolledBack.type },
  ]);
  const [, twice] = incidents.nodes;
  expect(kinds(twice!)).toEqual(['HAPPENED_AGAIN', 'OPENED']);
  expect(twice!.startedAt < twice!.openedAt).toBe(true);
});

test('drift of the gravest level opens one, and lesser drift does not', async () => {
  const { database, events } = world.app.platform;
  const { deploymentId, versionId } = await served(world, 'drifting');
  const found = (level: string) =>
    database.unitOfWork.run(SERVICE, () =>
      events.emit({ type: 'deployment.drift-found', subject: deploymentId, data: { level, versionId } }),
    );
  const open = async () => {
    await world.settle();
    const { incidents } = await staff.client.ask<{ incidents: { nodes: { subjectId: string }[] } }>(
      '{ incidents(filter: { status: OPEN }) { nodes { subjectId } } }',
    );
    return incidents.nodes.filter(({ subjectId }) => subjectId === deploymentId).length;
  };
  await found('MODERATE');
  expect(await open()).toBe(0);
  await found('MAJOR');
  expect(await open()).toBe(1);
});
