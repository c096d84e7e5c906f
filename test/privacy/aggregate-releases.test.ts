/** Releases with differential privacy as compliance makes them: what they show, what they cost, and what is refused. */
import { PrivacyAccounting } from '../../src/modules/privacy';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { asked, month, rated, type Release } from './released-months';

let world: World;
let compliance: Person;
let owner: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  compliance = await world.staff('COMPLIANCE');
  owner = await world.customer();
});
afterAll(() => world.close());

const FIELDS = `release { id dataset measure statistic period { from to } values { name value noise { scale interval } }
  mechanism epsilon rho accounting charged rowsPerPerson bounds { min max } by }`;

const attempt = (name: string, question: object, who = compliance) =>
  who.client.attempt<{ release: Release | null }>(
    'aggregateReleaseCreate',
    'AggregateReleaseCreateInput!',
    { dataset: 'satisfaction', measure: 'rating', statistic: 'COUNT', period: month(name), ...question },
    FIELDS,
  );

async function release(name: string, question: object): Promise<Release> {
  const { payload, errors } = await attempt(name, question);
  expect(errors).toEqual([]);
  return payload.release!;
}

const epsilon = (text: string) => ({ loss: { epsilon: text } });
const numberOf = ({ values }: Release, name: string) =>
  Number(values.find((value) => value.name === name)!.value);

async function budget(name: string, dataset = 'satisfaction') {
  const { releasableDatasets } = await compliance.client.ask<{
    releasableDatasets: { name: string; budget: Record<'total' | 'spent' | 'left' | 'guarantee', string> }[];
  }>(
    'query ($period: PeriodInput!) { releasableDatasets { name budget(period: $period) { accounting total spent left guarantee } } }',
    { period: month(name) },
  );
  return releasableDatasets.find((one) => one.name === dataset)!.budget;
}

test('a release shows how it came about and how far off it may be, and takes its loss from the budget of the month', async () => {
  await rated(world, owner, '2026-01', { people: 200, timesEach: 1, score: 4, agree: true });
  const made = await release('2026-01', { statistic: 'MEAN', ...epsilon('1.50') });
  expect(made).toMatchObject({
    dataset: 'satisfaction',
    measure: 'rating',
    period: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
    mechanism: 'DISCRETE_LAPLACE',
    epsilon: '1.5',
    rho: null,
    accounting: 'PURE',
    charged: '1.5',
    rowsPerPerson: 3,
    bounds: { min: 1, max: 5 },
    by: compliance.id,
  });
  // Half of the loss for each part; a person has three rows, each at most two from the middle.
  expect(made.values).toMatchObject([
    { name: 'mean', noise: null },
    { name: 'count', noise: { scale: '4.000000', interval: ['-12', '12'] } },
    { name: 'sum-from-middle', noise: { scale: '8.000000', interval: ['-24', '24'] } },
  ]);
  expect(Math.abs(numberOf(made, 'mean') - 4)).toBeLessThan(1);
  const middle = 3 + numberOf(made, 'sum-from-middle') / numberOf(made, 'count');
  expect(numberOf(made, 'mean')).toBeCloseTo(middle, 5);
  expect(await budget('2026-01')).toEqual({
    accounting: 'PURE',
    total: '2',
    spent: '1.5',
    left: '0.5',
    guarantee: 'ε = 2, with no exception',
  });
  expect(await budget('2026-02')).toMatchObject({ spent: '0', left: '2' });
});

test('a release is found by node and in the list, and stands in the audit log with what it cost', async () => {
  const { id } = await release('2025-01', { statistic: 'HISTOGRAM', ...epsilon('0.25') });
  const list = (filter: object) =>
    compliance.client.ask<{ aggregateReleases: { nodes: object[] } }>(
      'query ($filter: AggregateReleaseFilter) { aggregateReleases(filter: $filter) { nodes { id } } }',
      { filter },
    );
  const found = { nodes: [{ id }] };
  const period = month('2025-01');
  expect(await list({ dataset: 'satisfaction', period })).toEqual({ aggregateReleases: found });
  expect(await list({ dataset: 'usage', period })).toEqual({ aggregateReleases: { nodes: [] } });
  const { node } = await compliance.client.ask<{ node: Release }>(
    'query ($id: ID!) { node(id: $id) { ... on AggregateRelease { values { name } } } }',
    { id },
  );
  expect(node.values.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5']);
  await world.settle();
  const { auditRecords } = await compliance.client.ask<{ auditRecords: object }>(
    `{ auditRecords(filter: { object: "${id}" }) { nodes { action actor } } }`,
  );
  expect(auditRecords).toEqual({ nodes: [{ action: 'aggregate-release.created', actor: compliance.id }] });
});

test('one person with very many ratings moves the mean no more than three ratings do', async () => {
  await rated(world, owner, '2026-03', { people: 300, timesEach: 1, score: 1, agree: true });
  await rated(world, owner, '2026-03', { people: 1, timesEach: 2000, score: 5, agree: true });
  // Three of theirs beside 300: 1.04. All of theirs: 4.5.
  expect(numberOf(await release('2026-03', { statistic: 'MEAN', ...epsilon('1.5') }), 'mean')).toBeLessThan(
    2,
  );
  expect(numberOf(await release('2026-03', { statistic: 'COUNT', ...epsilon('0.5') }), 'count')).toBeLessThan(
    600,
  );
});

test('whoever does not agree to ANALYTICS now is not counted, and neither is what nobody in particular said', async () => {
  await rated(world, owner, '2026-04', { people: 1000, timesEach: 1, score: 5, agree: false });
  await rated(world, owner, '2026-04', { people: 500, timesEach: 2, score: 5, agree: true, forNobody: true });
  expect(numberOf(await release('2026-04', epsilon('0.5')), 'count')).toBeLessThan(500);
});

test('the same question is answered with the same release, at no cost; for another loss it is a conflict that names it', async () => {
  const first = await release('2025-02', epsilon('0.5'));
  expect(await release('2025-02', epsilon('0.500'))).toEqual(first);
  expect(await budget('2025-02')).toMatchObject({ spent: '0.5' });
  const { errors } = await compliance.client.attempt(
    'aggregateReleaseCreate',
    'AggregateReleaseCreateInput!',
    {
      dataset: 'satisfaction',
      measure: 'rating',
      statistic: 'COUNT',
      period: month('2025-02'),
      ...epsilon('1'),
    },
    '__typename errors { ... on Conflict { currentId } }',
  );
  expect(errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'loss'], currentId: first.id }]);
  expect(await budget('2025-02')).toMatchObject({ spent: '0.5' });
});

test('what would take more than is left is refused in words that say how much that is, and nothing is spent', async () => {
  await release('2025-03', epsilon('1.25'));
  const { payload, errors } = await attempt('2025-03', { statistic: 'SUM', ...epsilon('0.750001') });
  expect(payload.release).toBeNull();
  expect(errors).toMatchObject([{ code: 'PRIVACY_BUDGET_EXCEEDED', path: ['input', 'loss'] }]);
  expect(errors[0]!.message).toContain(
    'satisfaction for 2025-03, epsilon = 2, there is 0.75 left, and this would take 0.750001',
  );
  expect(await budget('2025-03')).toMatchObject({ left: '0.75' });
  await release('2025-03', { statistic: 'SUM', ...epsilon('0.75') });
  expect(await budget('2025-03')).toMatchObject({ left: '0' });
});

test('many at once spend no more than there is, and many that ask the same pay once', async () => {
  const measures = ['rating', 'csat', 'ces', 'nps', 'thumbs'];
  const all = await Promise.all(
    measures.map((measure) => attempt('2025-04', { measure, ...epsilon('0.8') })),
  );
  const refused = all.flatMap(({ errors }) => errors.map(({ code }) => code));
  expect(refused).toEqual(Array.from({ length: 3 }, () => 'PRIVACY_BUDGET_EXCEEDED'));
  expect(await budget('2025-04')).toMatchObject({ spent: '1.6' });
  const same = await Promise.all(measures.map(() => release('2025-05', epsilon('0.8'))));
  expect(new Set(same.map(({ id }) => id)).size).toBe(1);
  expect(await budget('2025-05')).toMatchObject({ spent: '0.8' });
});

test('usage is released by deployment, private ones under OTHER, and adds up its losses in ρ', async () => {
  await asked(world, owner, '2026-02', { people: 40, timesEach: 100, deploymentId: 'not-offered-to-all' });
  await asked(world, owner, '2026-02', { people: 1, timesEach: 9000, deploymentId: 'not-offered-to-all' });
  const usage = { dataset: 'usage', measure: 'inferences-by-deployment' };
  const byRho = await release('2026-02', { ...usage, statistic: 'HISTOGRAM', loss: { rho: '0.05' } });
  expect(byRho).toMatchObject({
    mechanism: 'DISCRETE_GAUSSIAN',
    epsilon: null,
    rho: '0.05',
    charged: '0.05',
  });
  expect(byRho).toMatchObject({ rowsPerPerson: 100, bounds: null });
  // σ = 100 / √0.1: a person has at most a hundred rows, in one bin or in several.
  expect(byRho.values.at(-1)).toMatchObject({ name: 'OTHER', noise: { scale: '316.227766' } });
  expect(Math.abs(numberOf(byRho, 'OTHER') - 4100)).toBeLessThan(3000);
  const people = { dataset: 'usage', measure: 'active-end-users', ...epsilon('0.3') };
  expect(await release('2026-02', people)).toMatchObject({
    epsilon: '0.3',
    charged: '0.045',
    accounting: 'ZCDP',
  });
  expect(await budget('2026-02', 'usage')).toMatchObject({ total: '0.125', spent: '0.095', left: '0.03' });
  const { errors } = await attempt('2026-02', { ...people, measure: 'inferences-by-model' });
  expect(errors[0]!.message).toContain('rho = 0.125, there is 0.03 left, and this would take 0.045');
});

test('a person is in one bin alone, also where somebody calls a deployment as the rest is called', async () => {
  await world.app.platform.database.servicePool.query(
    `insert into deployments (id, name, environment, state, routes, version, created_at, updated_at)
     values ('dep_other', 'OTHER', 'PRODUCTION', 'READY', '[]', 1, '2025-01-01', '2025-01-01')`,
  );
  await asked(world, owner, '2025-07', { people: 80, timesEach: 100, deploymentId: 'not-offered-to-all' });
  const usage = { dataset: 'usage', measure: 'inferences-by-deployment' };
  const { values } = await release('2025-07', { ...usage, statistic: 'HISTOGRAM', loss: { rho: '0.12' } });
  const others = values.filter(({ name }) => name === 'OTHER').map(({ value }) => Number(value));
  expect(others).toHaveLength(2);
  expect(Math.abs(others[0]!)).toBeLessThan(2000);
  expect(Math.abs(others[1]! - 8000)).toBeLessThan(2000);
});

test('what cannot be asked is refused by its path, with what there is', async () => {
  const refusals = [
    ['dataset', { dataset: 'secrets' }, 'There are: usage, satisfaction.'],
    ['measure', { measure: 'words' }, 'In satisfaction there are: thumbs, rating, csat, ces, nps.'],
    [
      'statistic',
      { dataset: 'usage', measure: 'active-end-users', statistic: 'MEAN' },
      'Of active-end-users there are: COUNT.',
    ],
    ['loss.epsilon', epsilon('0'), 'above 0'],
    ['loss.epsilon', epsilon('0.0000001'), 'at most 6 decimals'],
    ['loss.rho', { loss: { rho: '0.1' } }, 'Give an epsilon.'],
    ['period', { period: { from: month('2025-06').from, to: month('2025-07').to } }, 'one calendar month'],
    [
      'period',
      { period: { from: '2025-06-01T01:00:00Z', to: '2025-07-01T00:00:00Z' } },
      'one calendar month',
    ],
  ] as const;
  for (const [path, question, words] of refusals) {
    const { errors } = await attempt('2025-06', { ...epsilon('1'), ...question });
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', ...path.split('.')] }]);
    expect(errors[0]!.message).toContain(words);
  }
  const now = world.clock.now().toISOString().slice(0, 7);
  const { errors } = await attempt(now, epsilon('1'));
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'period', 'to'] }]);
});

test('another module’s dataset is bounded, clamped and accounted for as ours are; its median is drawn for an ε', async () => {
  world.app.modules.privacy.useReleasableDatasets({
    name: 'made-up',
    holds: 'Numbers that nobody said.',
    budget: { accounting: PrivacyAccounting.ZCDP, total: '1' },
    measures: [
      {
        name: 'number',
        describes: 'A number.',
        values: { kind: 'SCORES', min: -2, max: 2 },
        rowsPerPerson: 1,
        rows: `select customer_id, id as end_user_id, id, 1000 as value from end_users where $1 < $2`,
      },
    ],
  });
  const question = { dataset: 'made-up', measure: 'number', statistic: 'MEDIAN' };
  expect((await attempt('2025-07', { ...question, loss: { rho: '0.5' } })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'loss', 'rho'] },
  ]);
  const median = await release('2025-07', { ...question, ...epsilon('1') });
  expect(median).toMatchObject({
    mechanism: 'EXPONENTIAL',
    values: [{ name: 'median', value: '2', noise: null }],
  });
});

test('a release is for compliance, and for nobody else; it is made once by a key, and never changed', async () => {
  const keyed = { ...epsilon('0.1'), idempotencyKey: 'once' };
  const made = await release('2025-08', keyed);
  expect(await release('2025-08', keyed)).toEqual(made);
  for (const who of [owner, await world.staff('ANALYST'), await world.staff('REVIEWER')]) {
    for (const query of ['{ aggregateReleases { nodes { id } } }', '{ releasableDatasets { name } }']) {
      const { errors } = await who.client.send(query);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const { errors } = await who.client.send(
      'mutation ($input: AggregateReleaseCreateInput!) { aggregateReleaseCreate(input: $input) { errors { code } } }',
      {
        input: {
          dataset: 'satisfaction',
          measure: 'rating',
          statistic: 'SUM',
          period: month('2025-08'),
          ...epsilon('1'),
        },
      },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await who.client.ask<{ node: null }>(`{ node(id: "${made.id}") { id } }`)).node).toBeNull();
  }
  const { servicePool } = world.app.platform.database;
  await expect(servicePool.query('update aggregate_releases set charged = 0.1')).rejects.toThrow(
    /only ever added/,
  );
});
