import { Environment } from '../../deployments';
import { FlagType } from './feature-flag.entity';
import { reachesEveryone } from './flag-reach';
import type { StoredFlag } from './rule-store.service';

const production = (enabled: boolean) => [{ environment: Environment.PRODUCTION, enabled }];
const boolean: StoredFlag = {
  id: 'flg_1',
  key: 'flag',
  type: FlagType.BOOLEAN,
  defaultValue: false,
  environments: production(true),
  prerequisites: [],
  rules: [],
  ownerId: null,
  testKey: null,
  isPlanned: false,
  test: null,
};
const some = { condition: { customerId: 'cus_1' } };

function reaches(flag: StoredFlag, ...others: StoredFlag[]): boolean {
  return reachesEveryone(flag.id, [...others, flag]);
}

test.each([
  ['off by default', {}, false],
  ['on by default', { defaultValue: true }, true],
  ['on by a rule for all', { rules: [{ value: true }] }, true],
  ['on for a hundred per cent', { rules: [{ value: true, percentage: 100 }] }, true],
  ['on for half', { rules: [{ value: true, percentage: 50 }] }, false],
  ['on for some', { rules: [{ ...some, value: true }] }, false],
  ['on for some first, then for all', { rules: [{ ...some, value: true }, { value: true }] }, true],
  ['off for some, on for the others', { rules: [{ ...some, value: false }, { value: true }] }, false],
  ['off for some, on by default', { defaultValue: true, rules: [{ ...some, value: false }] }, false],
  ['switched off in production', { rules: [{ value: true }], environments: production(false) }, false],
  ['of no production', { rules: [{ value: true }], environments: [] }, false],
])('%s', (_name, change, isReached) => {
  expect(reaches({ ...boolean, ...change })).toBe(isReached);
});

test('of a flag that is no switch, a rule for all says that a value was brought to all', () => {
  const text: StoredFlag = { ...boolean, type: FlagType.STRING, defaultValue: 'old' };
  expect(reaches(text)).toBe(false);
  expect(reaches({ ...text, rules: [{ value: 'new' }] })).toBe(true);
  expect(reaches({ ...text, rules: [{ ...some, value: 'newest' }, { value: 'new' }] })).toBe(false);
});

test('a flag that requires another one reaches whom that one lets it reach', () => {
  const base: StoredFlag = { ...boolean, id: 'flg_2', key: 'base' };
  const prerequisites = [{ flagId: 'flg_2', key: 'base', value: true }];
  const flag = { ...boolean, rules: [{ value: true }], prerequisites };
  expect(reaches(flag, base)).toBe(false);
  expect(reaches(flag, { ...base, rules: [{ value: true, percentage: 50 }] })).toBe(false);
  expect(reaches(flag, { ...base, rules: [{ value: true }] })).toBe(true);
});
