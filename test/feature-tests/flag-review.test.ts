/** Changes that reach production wait for a second pair of eyes; what waits changes nothing; what is on fire is put out at once. */
import { type Person, startWorld, type World } from '../support/world';
import { type ChangeView, flagActed, flagMade, flagTold, flagUpdated, one } from './doors';
import { planned, planOf, stage } from './support';

let world: World;
let author: Person;
let reviewer: Person;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  author = await world.staff('ANALYST');
  reviewer = await world.staff('ANALYST');
  server = await world.apiKey(await world.customer());
});
afterAll(() => world?.close());

/** A text flag of which production is reviewed. */
async function reviewed(key: string): Promise<string> {
  const input = { key, type: 'STRING', defaultValue: 'old', requiresReview: true };
  const { featureFlag } = await author.client.mutate<{ featureFlag: { id: string } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    input,
    'featureFlag { id }',
  );
  await flagTold(world, server, key, {}, { value: 'old' });
  return featureFlag.id;
}

async function asked(id: string, input: object): Promise<ChangeView> {
  const { changeRequest, errors } = await flagUpdated(author, id, input);
  expect(errors).toEqual([]);
  return changeRequest!;
}

interface Decided {
  readonly changeRequest: ChangeView | null;
  readonly errors: readonly {
    readonly __typename: string;
    readonly message: string;
    readonly path: string[];
  }[];
}

async function decide(person: Person, verb: string, input: object): Promise<Decided> {
  const type = verb === 'Reject' ? 'FlagChangeRejectInput' : 'FlagChangeDecideInput';
  const query = `mutation ($input: ${type}!) { act: flagChange${verb}(input: $input) {
    changeRequest { id state by decidedBy decisionReason revision flag { revision } } errors { __typename message path } } }`;
  return (await person.client.ask<{ act: Decided }>(query, { input })).act;
}

const rule = (value: string): object => ({ rules: [{ value }] });

test('what waits changes nothing for anybody; approved by somebody else it is made, and stays on record', async () => {
  const id = await reviewed('waits');
  const { featureFlag, changeRequest } = await flagUpdated(author, id, { ...rule('new'), reason: 'Launch.' });
  expect(featureFlag).toMatchObject({ revision: 1 });
  expect(changeRequest).toMatchObject({
    state: 'PENDING',
    baseRevision: 1,
    by: author.id,
    changes: [{ part: 'RULES', before: [], after: [{ condition: null, value: 'new', percentage: null }] }],
  });
  await world.settle();
  expect(await one(world, server.credential, 'waits', {})).toMatchObject({ value: 'old', reason: 'STATIC' });
  const request = { id: changeRequest!.id };
  expect(
    (await decide(reviewer, 'Approve', { ...request, reason: 'Looks right.' })).changeRequest,
  ).toMatchObject({
    state: 'APPROVED',
    by: author.id,
    decidedBy: reviewer.id,
    decisionReason: 'Looks right.',
    revision: 2,
    flag: { revision: 2 },
  });
  await flagTold(world, server, 'waits', {}, { value: 'new' });
  const query = `{ featureFlag(key: "waits") { requiresReview revisions { nodes {
    revision by reason emergency changes { part } changeRequest { id decidedBy } } } } }`;
  expect(await author.client.ask(query)).toEqual({
    featureFlag: {
      requiresReview: true,
      revisions: {
        nodes: [
          {
            revision: 2,
            by: author.id,
            reason: 'Launch.',
            emergency: false,
            changes: [{ part: 'RULES' }],
            changeRequest: { id: request.id, decidedBy: reviewer.id },
          },
          {
            revision: 1,
            by: author.id,
            reason: 'It was made.',
            emergency: false,
            changes: [],
            changeRequest: null,
          },
        ],
      },
    },
  });
  const again = await decide(reviewer, 'Approve', request);
  expect(again.errors).toMatchObject([
    { __typename: 'Conflict', message: expect.stringContaining('APPROVED') },
  ]);
});

test('nobody decides their own change; who did not ask for one cannot take it back', async () => {
  const id = await reviewed('own');
  const { id: request } = await asked(id, rule('new'));
  for (const verb of ['Approve', 'Reject']) {
    const { errors } = await decide(author, verb, { id: request, reason: 'It is mine.' });
    expect(errors).toMatchObject([{ __typename: 'InvalidInput', path: ['input', 'id'] }]);
  }
  expect((await decide(reviewer, 'Withdraw', { id: request })).errors).toMatchObject([
    { __typename: 'InvalidInput' },
  ]);
  expect((await decide(author, 'Withdraw', { id: request })).changeRequest).toMatchObject({
    state: 'WITHDRAWN',
  });
  expect((await decide(reviewer, 'Approve', { id: request })).errors).toMatchObject([
    { __typename: 'Conflict' },
  ]);
  expect((await decide(reviewer, 'Approve', { id: 'fcr_unknown' })).errors).toMatchObject([
    { __typename: 'NotFound' },
  ]);
  const member = await world.staff('REVIEWER');
  const refused = await member.client.send(
    `mutation { flagChangeApprove(input: { id: "${request}" }) { errors { message } } }`,
  );
  expect(refused.errors![0]!.extensions.code).toBe('FORBIDDEN');
});

test('what is rejected is not made, and says why', async () => {
  const id = await reviewed('rejected');
  const { id: request } = await asked(id, { defaultValue: 'worse' });
  const { changeRequest } = await decide(reviewer, 'Reject', { id: request, reason: 'It is worse.' });
  expect(changeRequest).toMatchObject({
    state: 'REJECTED',
    decisionReason: 'It is worse.',
    flag: { revision: 1 },
  });
  expect((await one(world, server.credential, 'rejected', {})).value).toBe('old');
});

test('of changes asked for at the same revision one is made, and the others are in conflict', async () => {
  const id = await reviewed('twice');
  const requests = [
    await asked(id, rule('one')),
    await asked(id, rule('two')),
    await asked(id, rule('three')),
  ];
  const acts = await Promise.all(
    requests.slice(0, 2).map((request) => decide(reviewer, 'Approve', { id: request.id })),
  );
  expect(acts.map(({ errors }) => errors.length).sort()).toEqual([0, 1]);
  expect(acts.flatMap(({ errors }) => errors)).toMatchObject([
    { message: expect.stringContaining('CONFLICT') },
  ]);
  const query = `{ featureFlag(key: "twice") { revision changeRequests { nodes { state decidedBy } } pending: changeRequests(filter: { state: PENDING }) { totalCount } } }`;
  const { featureFlag } = await author.client.ask<{
    featureFlag: { changeRequests: { nodes: ChangeView[] } };
  }>(query);
  expect(featureFlag).toMatchObject({ revision: 2, pending: { totalCount: 0 } });
  expect(featureFlag.changeRequests.nodes.map(({ state }) => state).sort()).toEqual([
    'APPROVED',
    'CONFLICT',
    'CONFLICT',
  ]);
});

test('what does not reach production needs no review, but outdates what waits', async () => {
  const id = await reviewed('elsewhere');
  const { id: request } = await asked(id, rule('new'));
  const staging = { environments: [{ environment: 'STAGING', enabled: false }] };
  for (const input of [staging, { stale: 'It is old.' }])
    expect(await flagUpdated(author, id, input)).toMatchObject({ changeRequest: null, errors: [] });
  expect((await decide(reviewer, 'Approve', { id: request })).errors).toMatchObject([
    { message: expect.stringContaining('CONFLICT') },
  ]);
});

test('the review cannot be got round: not by taking it away, by what the flag requires, or by the archive', async () => {
  const id = await reviewed('guarded');
  const base = await flagMade(author, 'guarded-base', 'BOOLEAN', false);
  expect(await asked(id, { requiresReview: false })).toMatchObject({
    changes: [{ part: 'REQUIRES_REVIEW' }],
  });
  const prerequisites = [{ flagId: base, value: true }];
  const { id: request } = await asked(id, { ...rule('new'), prerequisites });
  await decide(reviewer, 'Approve', { id: request });
  // From now on whoever changes the base changes what the guarded flag gives.
  const opened = await asked(base, { rules: [{ value: true }] });
  expect(opened).toMatchObject({ state: 'PENDING' });
  await world.settle();
  expect((await one(world, server.credential, 'guarded', {})).value).toBe('old');
  await decide(reviewer, 'Approve', { id: opened.id });
  await flagTold(world, server, 'guarded', {}, { value: 'new' });
  const archived = await flagActed(author, 'featureFlagArchive', { id });
  expect(archived).toMatchObject({
    featureFlag: { archivedAt: null },
    changeRequest: { changes: [{ part: 'ARCHIVED' }] },
  });
});

test('what cannot be made any more is not, though it is approved: the request waits on', async () => {
  const id = await reviewed('late');
  const base = await flagMade(author, 'late-base', 'BOOLEAN', false);
  const { id: request } = await asked(id, { ...rule('new'), prerequisites: [{ flagId: base, value: true }] });
  await flagActed(author, 'featureFlagArchive', { id: base });
  const { errors } = await decide(reviewer, 'Approve', { id: request });
  expect(errors).toMatchObject([{ path: ['input', 'prerequisites', '0', 'flagId'] }]);
  const query = `{ flagChangeRequests(filter: { state: PENDING }) { nodes { id flag { key revision } } } }`;
  const { flagChangeRequests } = await reviewer.client.ask<{ flagChangeRequests: { nodes: object[] } }>(
    query,
  );
  expect(flagChangeRequests.nodes).toContainEqual({ id: request, flag: { key: 'late', revision: 1 } });
});

test('a flag is switched off in production at once, by its author, with a written reason; on again it is reviewed', async () => {
  const id = await reviewed('fire');
  const { id: first } = await asked(id, rule('burning'));
  await decide(reviewer, 'Approve', { id: first });
  await flagTold(world, server, 'fire', {}, { value: 'burning' });
  const waiting = await asked(id, rule('more fuel'));
  const short = await flagActed(author, 'featureFlagSwitchOff', { id, reason: 'Fire!' });
  expect(short.errors).toMatchObject([{ path: ['input', 'reason'] }]);
  const off = await flagActed(author, 'featureFlagSwitchOff', { id, reason: 'Checkout is down since ten.' });
  expect(off).toMatchObject({ changeRequest: null, errors: [], featureFlag: { revision: 3 } });
  await flagTold(world, server, 'fire', {}, { value: 'old', reason: 'DISABLED' });
  expect((await decide(reviewer, 'Approve', { id: waiting.id })).errors).toMatchObject([
    { __typename: 'Conflict' },
  ]);
  // Once more there is nothing to do.
  const again = await flagActed(author, 'featureFlagSwitchOff', {
    id,
    reason: 'Checkout is down since ten.',
  });
  expect(again).toMatchObject({ errors: [], featureFlag: { revision: 3 } });
  const query = `{ featureFlag(key: "fire") { revisions(first: 1) { nodes { emergency reason by changes { part after } } } } }`;
  const { featureFlag } = await author.client.ask<{ featureFlag: { revisions: { nodes: [object] } } }>(query);
  expect(featureFlag.revisions.nodes[0]).toMatchObject({
    emergency: true,
    reason: 'Checkout is down since ten.',
    by: author.id,
    changes: [
      {
        part: 'ENVIRONMENTS',
        after: expect.arrayContaining([{ environment: 'PRODUCTION', enabled: false }]),
      },
    ],
  });
  const { rows } = await world.app.platform.database.servicePool.query(
    `select reason, data ->> 'emergency' as emergency from outbox_events where subject = $1 and data ? 'emergency'`,
    [id],
  );
  expect(rows).toEqual([{ reason: 'Checkout is down since ten.', emergency: 'true' }]);
  const on = { environments: [{ environment: 'PRODUCTION', enabled: true }] };
  expect(await asked(id, on)).toMatchObject({ state: 'PENDING' });
});

test('a test behind a reviewed flag is started by somebody else than who planned it', async () => {
  const scene = await stage(world, await world.staff('ADMIN'), 'planned');
  const { flag, id } = await planned(author, planOf(scene, 'planned'));
  await flagUpdated(author, flag.id, { requiresReview: true });
  const start = `mutation ($input: FeatureTestStartInput!) { act: featureTestStart(input: $input) { featureTest { state } errors { message path } } }`;
  const attempt = (person: Person): Promise<unknown> => person.client.ask(start, { input: { id } });
  expect(await attempt(author)).toMatchObject({
    act: { featureTest: null, errors: [{ path: ['input', 'id'] }] },
  });
  expect(await attempt(reviewer)).toEqual({ act: { featureTest: { state: 'RUNNING' }, errors: [] } });
});

test('at most twenty changes of a flag wait at once', async () => {
  const id = await reviewed('many');
  for (let i = 0; i < 20; i++) await asked(id, rule(`value ${i}`));
  expect((await flagUpdated(author, id, rule('one more'))).errors).toMatchObject([
    { __typename: 'Conflict' },
  ]);
});
