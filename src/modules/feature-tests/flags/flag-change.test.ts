import { Environment } from '../../deployments';
import { type FeatureFlag, FlagType } from './feature-flag.entity';
import { changed, differences, type FlagChange, needsReview } from './flag-change';

const madeAt = new Date('2030-01-01T00:00:00Z');
const now = new Date('2030-02-01T00:00:00Z');
const off = (...places: Environment[]): FeatureFlag['environments'] =>
  Object.values(Environment).map((environment) => ({ environment, enabled: !places.includes(environment) }));

const flag: FeatureFlag = {
  id: 'flg_1',
  key: 'flag',
  type: FlagType.NUMBER,
  defaultValue: 1,
  rules: [{ condition: null, value: 2, percentage: 50 }],
  environments: off(),
  prerequisites: [],
  valueSchema: null,
  requiresReview: true,
  revision: 7,
  permanent: false,
  staleNote: null,
  stale: null,
  archivedAt: null,
  createdAt: madeAt,
  updatedAt: madeAt,
};

const switched = (environment: Environment, enabled: boolean): FlagChange => ({
  environments: [{ environment, enabled }],
});
const needs = [{ flagId: 'flg_2', value: true }];

test.each<[string, Partial<FeatureFlag>, FlagChange, boolean]>([
  ['another default', {}, { defaultValue: 2 }, true],
  ['the same default', {}, { defaultValue: 1 }, false],
  ['other rules', {}, { rules: [] }, true],
  ['the same rules in other words', {}, { rules: [{ value: 2, percentage: 50 }] }, false],
  ['a prerequisite', {}, { prerequisites: needs }, true],
  ['the switch of production', {}, switched(Environment.PRODUCTION, false), true],
  ['the switch of another environment', {}, switched(Environment.STAGING, false), false],
  ['the archive', {}, { archived: true }, true],
  ['the way back', { archivedAt: madeAt }, { archived: false }, true],
  ['a schema', {}, { valueSchema: { type: 'number' } }, false],
  ['a mark', {}, { stale: 'Old.' }, false],
  ['review taken away', {}, { requiresReview: false }, true],
  ['review asked for', { requiresReview: false }, { requiresReview: true }, false],
  // Where production is off, it answers the default whatever the rules say.
  [
    'rules that do not apply',
    { environments: off(Environment.PRODUCTION) },
    { rules: [], prerequisites: needs },
    false,
  ],
  ['a default that does', { environments: off(Environment.PRODUCTION) }, { defaultValue: 3 }, true],
  [
    'turning them on',
    { environments: off(Environment.PRODUCTION) },
    switched(Environment.PRODUCTION, true),
    true,
  ],
])('%s', (_what, more, change, isReviewed) => {
  const before = { ...flag, ...more };
  expect(needsReview(before, changed(before, change, now))).toBe(isReviewed);
});

test('what is absent stays, what is null is cleared where it can be, and the revision grows', () => {
  const marked = { ...flag, staleNote: 'Old.', valueSchema: { type: 'number' } };
  expect(changed(marked, {}, now)).toEqual({ ...marked, revision: 8, updatedAt: now });
  const cleared = changed(marked, { stale: null, valueSchema: null, rules: null, requiresReview: null }, now);
  expect(cleared).toEqual({ ...flag, revision: 8, updatedAt: now });
});

test('differences name each part that differs, with what was and what becomes of it', () => {
  const after = changed(flag, { defaultValue: 5, prerequisites: needs, archived: true }, now);
  expect(differences(flag, after)).toEqual([
    { part: 'DEFAULT_VALUE', before: 1, after: 5 },
    { part: 'PREREQUISITES', before: [], after: needs },
    { part: 'ARCHIVED', before: false, after: true },
  ]);
  expect(differences(flag, flag)).toEqual([]);
});
