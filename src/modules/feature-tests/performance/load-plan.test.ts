import { type LoadWish, LoadScenario, planFaults, planOf } from './load-plan';

const wish = (more: Partial<LoadWish>): LoadWish => ({
  scenario: LoadScenario.SERVER,
  seed: 1,
  minDurationMs: 1000,
  findPeak: false,
  ...more,
});
const faultyFields = (more: Partial<LoadWish>): string[] =>
  planFaults(wish(more)).map(({ path }) => path![1]!);

test('each scenario says at once what it needs and what it has no use for', () => {
  expect(faultyFields({})).toEqual(['targetRate', 'latencyBoundMs']);
  expect(faultyFields({ targetRate: 100, latencyBoundMs: 15 })).toEqual([]);
  expect(faultyFields({ scenario: LoadScenario.SINGLE_STREAM, targetRate: 5, findPeak: true })).toEqual([
    'targetRate',
    'latencyBoundMs',
    'findPeak',
  ]);
  expect(faultyFields({ scenario: LoadScenario.OFFLINE, latencyBoundMs: 5, rowsPerQuery: 2 })).toEqual([
    'rowsPerQuery',
    'targetRate',
    'latencyBoundMs',
  ]);
  expect(faultyFields({ scenario: LoadScenario.MULTI_STREAM, latencyBoundMs: 5, rowsPerQuery: 2 })).toEqual(
    [],
  );
});

test('what would take longer than a test may is refused before it begins', () => {
  const bound = { latencyBoundMs: 15 };
  expect(faultyFields({ ...bound, targetRate: 1 })).toEqual(['minQueries']);
  expect(faultyFields({ ...bound, targetRate: 1, minQueries: 600 })).toEqual([]);
  expect(faultyFields({ ...bound, targetRate: 1001, minDurationMs: 600_001 })).toEqual([
    'targetRate',
    'minDurationMs',
  ]);
});

test('what is left out follows from the scenario: queries enough for one over the bound', () => {
  expect(planOf(wish({ targetRate: 100, latencyBoundMs: 15 }))).toMatchObject({
    minQueries: 662,
    rowsPerQuery: 1,
  });
  expect(planOf(wish({ scenario: LoadScenario.SINGLE_STREAM }))).toMatchObject({ minQueries: 64 });
  expect(planOf(wish({ scenario: LoadScenario.MULTI_STREAM }))).toMatchObject({
    minQueries: 662,
    rowsPerQuery: 8,
  });
  const { minQueries, rowsPerQuery } = planOf(wish({ scenario: LoadScenario.OFFLINE }));
  expect(minQueries * rowsPerQuery).toBe(24_576);
});
