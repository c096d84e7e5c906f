import { Environment } from '../../deployments';
import { FlagType } from './feature-flag.entity';
import { reachesEveryone } from './flag-reach';

const production = (enabled: boolean) => [{ environment: Environment.PRODUCTION, enabled }];
const boolean = { type: FlagType.BOOLEAN, defaultValue: false, environments: production(true), rules: [] };
const some = { condition: { customerId: 'cus_1' } };

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
])('%s', (_name, change, reaches) => {
  expect(reachesEveryone({ ...boolean, ...change })).toBe(reaches);
});

test('of a flag that is no switch, a rule for all says that a value was brought to all', () => {
  const text = { ...boolean, type: FlagType.STRING, defaultValue: 'old' };
  expect(reachesEveryone(text)).toBe(false);
  expect(reachesEveryone({ ...text, rules: [{ value: 'new' }] })).toBe(true);
  expect(reachesEveryone({ ...text, rules: [{ ...some, value: 'newest' }, { value: 'new' }] })).toBe(false);
});
