import { Environment } from '../../deployments';
import { FeatureTestState } from '../experiments/feature-test.entity';
import { FlagType } from './feature-flag.entity';
import { type FlagFacts, STALE_DAYS, stalenessOf } from './flag-staleness';

const now = new Date('2030-03-31T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
const long = daysAgo(STALE_DAYS);
const everywhere = (enabled: boolean, production = enabled): FlagFacts['environments'] =>
  Object.values(Environment).map((environment) => ({
    environment,
    enabled: environment === Environment.PRODUCTION ? production : enabled,
  }));

const old: FlagFacts = {
  id: 'flg_1',
  key: 'flag',
  type: FlagType.BOOLEAN,
  defaultValue: false,
  rules: [],
  environments: everywhere(true),
  prerequisites: [],
  ownerId: null,
  testKey: null,
  isPlanned: false,
  permanent: false,
  test: null,
  staleNote: null,
  stale: null,
  updatedAt: long,
  testState: null,
  testMovedAt: null,
  decision: null,
};
const some = { condition: { country: 'DE' }, value: true };
const all = { value: true };
const base: FlagFacts = { ...old, id: 'flg_2', key: 'base' };
const needs = (value: unknown): FlagFacts['prerequisites'] => [{ flagId: 'flg_2', key: 'base', value }];

function found(more: Partial<FlagFacts>, ...others: FlagFacts[]): unknown {
  return stalenessOf([{ ...old, ...more }, ...others], now).get(old.id);
}

test.each<[string, Partial<FlagFacts>, string | undefined]>([
  ['gives everybody the default', {}, 'SAME_FOR_ALL'],
  ['gives everybody what its rule says', { rules: [some, all] }, 'SAME_FOR_ALL'],
  ['gives a hundred per cent the same', { rules: [{ ...all, percentage: 100 }] }, 'SAME_FOR_ALL'],
  ['gives nobody anything by its share', { rules: [{ ...all, percentage: 0 }] }, 'SAME_FOR_ALL'],
  ['gives some something else', { rules: [some] }, undefined],
  ['gives a share something else', { rules: [{ ...all, percentage: 99 }] }, undefined],
  ['has rules that are off everywhere', { rules: [some], environments: everywhere(false) }, 'SAME_FOR_ALL'],
  // On in one place and not yet in another it waits for its launch.
  ['differs by environment', { rules: [all], environments: everywhere(true, false) }, undefined],
  ['is a kill switch, meant to stay', { permanent: true }, undefined],
  ['was changed within the month', { updatedAt: daysAgo(STALE_DAYS - 1) }, undefined],
])('a flag that %s: %s', (_what, more, reason) => {
  const staleness = found(more);
  if (reason === undefined) expect(staleness).toBeNull();
  else expect(staleness).toMatchObject({ reason, since: long.toISOString() });
});

test.each<[FeatureTestState, Partial<FlagFacts>, string | undefined]>([
  [FeatureTestState.DRAFT, {}, undefined],
  [FeatureTestState.RUNNING, {}, undefined],
  [FeatureTestState.STOPPED, { testMovedAt: daysAgo(5) }, undefined],
  [FeatureTestState.STOPPED, { testMovedAt: daysAgo(40) }, 'SAME_FOR_ALL'],
  [FeatureTestState.DECIDED, { testMovedAt: daysAgo(1) }, 'TEST_DECIDED'],
  [FeatureTestState.DECIDED, { testMovedAt: daysAgo(1), rules: [some] }, undefined],
  [FeatureTestState.DECIDED, { testMovedAt: daysAgo(1), permanent: true }, undefined],
])('of a test that is %s, with %j: %s', (testState, more, reason) => {
  const staleness = found({ testState, decision: 'treatment', ...more }) as { reason: string } | null;
  expect(staleness?.reason).toBe(reason);
});

test('what it requires and never gets makes it constant, and every change of that begins the month anew', () => {
  const flag = { rules: [some], prerequisites: needs(true) };
  expect(found(flag, base)).toEqual({
    reason: 'NEVER_MET',
    since: long.toISOString(),
    detail: 'It requires base to be true, which it never is, so everybody gets false.',
  });
  expect(found(flag, { ...base, updatedAt: daysAgo(3) })).toBeNull();
  expect(found(flag, { ...base, rules: [some] })).toBeNull();
  expect(found({ ...flag, prerequisites: needs(false) }, base)).toBeNull();
  // What it requires is always so: it gives what its rules give.
  expect(found({ rules: [all], prerequisites: needs(false) }, base)).toMatchObject({
    reason: 'SAME_FOR_ALL',
  });
});

test('what staff say comes first, and stands since they said it', () => {
  const said = { staleNote: 'Replaced by checkout-2.', rules: [some], updatedAt: daysAgo(1) };
  const staleness = { reason: 'MARKED', since: now.toISOString(), detail: 'Replaced by checkout-2.' };
  expect(found(said)).toEqual(staleness);
  const since = daysAgo(9).toISOString();
  expect(found({ ...said, stale: { ...staleness, since } as FlagFacts['stale'] })).toEqual({
    ...staleness,
    since,
  });
  const other = { ...staleness, since, detail: 'Other words.' } as FlagFacts['stale'];
  expect(found({ ...said, stale: other })).toEqual(staleness);
});
