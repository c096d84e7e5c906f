/** Who may tell, see and set what about fairness on live traffic, and what becomes of what people told of themselves. */
import { consent, correctedBy } from '../feedback/curation';
import { count, predict } from '../inference/support';
import { carriedOut, run, unpacked } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import {
  answered,
  counted,
  DAY_MS,
  decides,
  fairness,
  member,
  NO,
  people,
  setMonitor,
  tellGroups,
  toMidQuarter,
  watched,
  YES,
} from './watched';

let world: World;
let staff: Person;
let compliance: Person;
let owner: CustomerPerson;
let server: Person;
let deploymentId: string;

beforeAll(async () => {
  world = await startWorld();
  toMidQuarter(world);
  staff = await world.staff();
  compliance = await world.staff('COMPLIANCE');
  ({ deploymentId } = await decides(world, staff, 'hiring'));
  owner = await world.customer();
  server = await world.apiKey(owner);
  await watched(compliance, deploymentId);
});
afterAll(() => world?.close());

const FEMALE = [{ attribute: 'gender', value: 'female' }];
const kept = ({ id }: Person) =>
  count(world, 'select count(*)::int as count from end_user_groups where end_user_id = $1', [id]);
const codes = (errors: readonly { readonly code: string }[]) => errors.map(({ code }) => code);

test('groups are kept only with a consent of their own, and only what somebody watches for', async () => {
  const person = await world.endUser(server);
  for (const purpose of ['TRAINING', 'ANALYTICS']) await consent(person, true, purpose);
  expect(codes((await tellGroups(person, FEMALE)).errors)).toEqual(['CONSENT_REQUIRED']);
  await consent(person, true, 'FAIRNESS_MONITORING');
  const strange = [
    { attribute: 'religion', value: 'none' },
    { attribute: 'gender', value: 'Jane Doe' },
  ];
  const { errors } = await tellGroups(person, strange);
  expect(errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'groups', '0', 'attribute'] },
    { code: 'INVALID_INPUT', path: ['input', 'groups', '1', 'value'] },
  ]);
  expect(await kept(person)).toBe(0);
  const { payload } = await tellGroups(person, FEMALE);
  expect(payload.endUser!.groups).toEqual([{ attribute: 'gender', value: 'female' }]);
  expect(codes((await tellGroups(person, [...FEMALE, ...FEMALE])).errors)).toEqual(['INVALID_INPUT']);
});

test('the customer’s server may tell them for the person, who may take them back without any consent', async () => {
  const person = await world.endUser(server, 'told-by-server');
  await consent(person, true, 'FAIRNESS_MONITORING');
  const told = await tellGroups(server, FEMALE, { endUserExternalId: 'told-by-server' });
  expect(told.payload.endUser!.groups).toHaveLength(1);
  const back = await tellGroups(person, [{ attribute: 'gender', value: null }]);
  expect(back).toMatchObject({ errors: [], payload: { endUser: { groups: [] } } });
  expect(await kept(person)).toBe(0);
});

test('nobody tells for people of another customer, or for another person, and nobody of staff sees anybody’s', async () => {
  const person = await member(world, server, 'female');
  const stranger = await world.apiKey(await world.customer());
  const other = await world.endUser(server);
  for (const { client } of [stranger, other])
    expect(codes((await tellGroups({ client }, FEMALE, { endUserId: person.id })).errors)).toEqual([
      'NOT_FOUND',
    ]);
  const query = 'query ($id: ID!) { node(id: $id) { ... on EndUser { groups { value } } } }';
  expect(await staff.client.ask(query, { id: person.id })).toEqual({ node: { groups: null } });
  expect(await stranger.client.ask(query, { id: person.id })).toEqual({ node: null });
  expect(await server.client.ask(query, { id: person.id })).toEqual({
    node: { groups: [{ value: 'female' }] },
  });
});

test('who says no takes their groups with them, and is counted no more', async () => {
  const person = await member(world, server, 'female');
  await consent(person, false, 'FAIRNESS_MONITORING');
  await world.settle();
  expect(await kept(person)).toBe(0);
  const before = await people(world);
  await predict(person, { deployment: 'hiring', rows: YES });
  await answered(world, server, 'hiring', 'male', { yes: 1, no: 0 });
  await counted(world, before + 1);
});

test('a restriction stops the counting, and a yes to it anew begins it again', async () => {
  const person = await member(world, server, 'female');
  await carriedOut(world, person, { kind: 'RESTRICTION' }, server);
  const before = await people(world);
  await predict(person, { deployment: 'hiring', rows: YES }).catch(() => undefined);
  await answered(world, server, 'hiring', 'male', { yes: 1, no: 0 });
  await counted(world, before + 1);
  const own = 'query ($id: ID!) { node(id: $id) { ... on EndUser { groups { value } } } }';
  expect(await server.client.ask(own, { id: person.id })).toEqual({ node: { groups: [] } });
});

test('a copy has the group in plain words and that one was counted; an erasure leaves neither, and the sums', async () => {
  const before = await people(world);
  const [person] = await answered(world, server, 'hiring', 'female', { yes: 1, no: 0 });
  await counted(world, before + 1);
  const { download } = await carriedOut(world, person!, { kind: 'ACCESS' });
  const files = JSON.stringify(await unpacked(download!));
  expect(files).toContain('"value":"female"');
  expect(files).toContain('"kind":"ANSWER"');
  const sums = `select sum(selected + unselected)::int as count from fairness_counts`;
  const counts = await count(world, sums);
  await carriedOut(world, server, { kind: 'ERASURE', endUserId: person!.id });
  expect(await kept(person!)).toBe(0);
  const of = 'select count(*)::int as count from fairness_counted_people where end_user_id = $1';
  expect(await count(world, of, [person!.id])).toBe(0);
  expect(await count(world, sums)).toBe(counts);
});

test('a correction by someone who agreed to both counts as right or wrong, once; by anybody else it does not', async () => {
  const wish = { deployment: 'hiring', rows: NO };
  const before = await people(world);
  const both = await member(world, server, 'female', ['TRAINING']);
  const { feedbackToken } = await correctedBy(both, wish, 'yes');
  await world.settle();
  expect(await people(world, 'LABEL')).toBe(1);
  const say = (correction: string) =>
    both.client.mutate(
      'feedbackSubmit',
      'FeedbackSubmitInput!',
      { feedbackToken, kind: 'CORRECTION', correction },
      'feedback { id }',
    );
  await say('no');
  const onlyFairness = await member(world, server, 'female');
  await correctedBy(onlyFairness, wish, 'yes');
  const onlyTraining = await world.endUser(server);
  await consent(onlyTraining, true, 'TRAINING');
  await correctedBy(onlyTraining, wish, 'yes');
  const twice = await member(world, server, 'male', ['TRAINING']);
  for (const right of ['yes', 'no']) await correctedBy(twice, { ...wish, rows: YES }, right);
  await world.settle();
  const { rows } = await world.app.platform.database.servicePool.query(
    `select group_name as "group", sum(true_positives)::int as tp, sum(false_positives)::int as fp,
       sum(true_negatives)::int as tn, sum(false_negatives)::int as fn from fairness_counts group by 1 order by 1`,
  );
  expect(rows).toEqual([
    { group: 'female', tp: 0, fp: 0, tn: 0, fn: 1 },
    { group: 'male', tp: 1, fp: 0, tn: 0, fn: 0 },
  ]);
  await counted(world, before + 3);
});

test('groups that are in the row itself are counted by consent, and what the person told goes before them', async () => {
  const { deploymentId: lending } = await decides(world, staff, 'lending');
  await watched(staff, lending, { attributes: [{ name: 'age', cuts: [30, 50] }] });
  const ask = async (person: Person) => predict(person, { deployment: 'lending', rows: YES });
  const agreed = await world.endUser(server);
  await consent(agreed, true, 'FAIRNESS_MONITORING');
  await ask(agreed);
  await ask(await world.endUser(server));
  const told = await world.endUser(server);
  await consent(told, true, 'FAIRNESS_MONITORING');
  expect((await tellGroups(told, [{ attribute: 'age', value: '17' }])).errors).toEqual([]);
  await ask(told);
  await counted(world, 2, lending);
  const { rows } = await world.app.platform.database.servicePool.query(
    `select group_name as "group" from fairness_counts where attribute = 'age' order by 1`,
  );
  expect(rows).toEqual([{ group: '30 to below 50' }, { group: 'below 30' }]);
});

test('a customer sees sums of its own people and no others, and no breach, which is of all', async () => {
  const rival = await world.customer();
  const rivalServer = await world.apiKey(rival);
  const before = await people(world);
  await answered(world, rivalServer, 'hiring', 'female', { yes: 12, no: 0 });
  await answered(world, server, 'hiring', 'male', { yes: 0, no: 12 });
  await counted(world, before + 24);
  world.clock.advance(DAY_MS);
  [staff, compliance] = [await world.staff(), await world.staff('COMPLIANCE')];
  const groupsOf = async (who: Person) =>
    (await fairness(who, deploymentId))!.versions.flatMap(({ attributes }) =>
      attributes.flatMap(({ groups }) => groups.map(({ group }) => group)),
    );
  expect(await groupsOf(rivalServer)).toEqual(['female']);
  expect(await groupsOf(server)).toEqual(['male']);
  expect((await groupsOf(staff)).sort()).toEqual(['female', 'male']);
  expect((await fairness(server, deploymentId))!.breaches).toBeNull();
  expect((await fairness(staff, deploymentId))!.breaches).toEqual([]);
});

test('only who answers for compliance sets what is watched, and only who manages deployments lets it roll back', async () => {
  const analyst = await world.staff('ANALYST');
  for (const who of [analyst, server])
    await expect(setMonitor(who, deploymentId)).rejects.toThrow(/FORBIDDEN/);
  await expect(setMonitor(compliance, deploymentId, { action: 'ROLL_BACK' })).rejects.toThrow(/FORBIDDEN/);
  expect((await setMonitor(staff, deploymentId, { action: 'ROLL_BACK' })).errors).toEqual([]);
});

test('what cannot be counted is refused, with everything that is wrong with it', async () => {
  const refused = async (input: object) => codes((await setMonitor(staff, deploymentId, input)).errors);
  const gender = { name: 'gender', groups: ['female', 'male'] };
  for (const input of [
    { positiveOutcome: { label: 'maybe' } },
    { attributes: [gender, gender] },
    { attributes: [{ name: 'gender' }] },
    { attributes: [{ ...gender, cuts: [1] }] },
    { attributes: [{ name: 'age', cuts: [50, 30] }] },
    { attributes: [{ name: 'gender', groups: ['female', ' female '] }] },
    { attributes: [{ name: 'gender', groups: ['female × old', 'male'] }] },
    { threshold: 0 },
    { threshold: 1.5 },
    { minimumGroupSize: 9 },
    { attributes: [] },
  ])
    expect([input, await refused(input)]).toEqual([input, ['INVALID_INPUT']]);
  const wide = Array.from({ length: 15 }, (_, at) => `${at}`);
  const crossed = [
    { name: 'a', groups: wide },
    { name: 'b', groups: wide },
  ];
  expect(await refused({ attributes: crossed })).toEqual(['INVALID_INPUT']);
  expect(await refused({ attributes: [{ name: 'gender' }, { name: 'age', cuts: [2, 1] }] })).toHaveLength(2);
  expect(await refused({ expectedVersion: 7 })).toEqual(['CONFLICT']);
});

test('another bound is the same monitor; other groups, or another size of them, are another one, and what is watched no more is deleted', async () => {
  const person = await member(world, server, 'female');
  const before = await watched(staff, deploymentId);
  const same = await watched(staff, deploymentId);
  expect(same).toEqual(before);
  const stricter = await watched(staff, deploymentId, { threshold: 0.9 });
  expect(stricter).toMatchObject({ id: before.id, version: before.version + 1, threshold: 0.9 });
  // Of the same counts cut by ten and by eleven, one person would be the difference.
  const larger = await watched(staff, deploymentId, { minimumGroupSize: 11 });
  expect(larger.id).not.toBe(before.id);
  const anew = await watched(staff, deploymentId, { attributes: [{ name: 'age', cuts: [30] }] });
  expect(anew.id).not.toBe(larger.id);
  await world.settle();
  expect(await kept(person)).toBe(0);
  const end = () =>
    staff.client.attempt<{ monitor: { endedAt: string | null } | null }>(
      'fairnessMonitorEnd',
      'FairnessMonitorEndInput!',
      { id: anew.id },
      'monitor { endedAt }',
    );
  expect((await end()).payload.monitor!.endedAt).not.toBeNull();
  expect(codes((await end()).errors)).toEqual(['CONFLICT']);
  expect(await fairness(staff, deploymentId)).toBeNull();
});

test('what is kept of people goes when its time is over, and the sums, which name nobody, much later', async () => {
  await watched(staff, deploymentId);
  await member(world, server, 'female');
  const left = async (table: string) => count(world, `select count(*)::int as count from ${table}`);
  const sums = await left('fairness_counts');
  expect(await left('fairness_counted_people')).toBeGreaterThan(0);
  world.clock.advance(101 * DAY_MS);
  await run(world, 'privacy.retain');
  expect(await left('fairness_counted_people')).toBe(0);
  expect(await left('end_user_groups')).toBeGreaterThan(0);
  world.clock.advance(2 * 365 * DAY_MS);
  await run(world, 'privacy.retain');
  expect(await left('end_user_groups')).toBe(0);
  expect(await left('fairness_counts')).toBe(sums);
  // Five years and twenty days after the day: the quarter is not over for so long.
  world.clock.advance((3 * 365 - 101 + 20) * DAY_MS);
  await run(world, 'privacy.retain');
  expect(await left('fairness_counts')).toBe(sums);
  world.clock.advance(81 * DAY_MS);
  await run(world, 'privacy.retain');
  expect(await left('fairness_counts')).toBe(0);
});
