import { fitsType } from './flag-value';

test.each([
  ['BOOLEAN', false, 'false'],
  ['STRING', '', 1],
  ['NUMBER', 0, '0'],
  ['NUMBER', -1.5, NaN],
  ['JSON', {}, undefined],
  ['JSON', 0, null],
] as const)('a value of a %s flag: %p fits, %p does not', (type, good, bad) => {
  expect(fitsType(type, good)).toBe(true);
  expect(fitsType(type, bad)).toBe(false);
});
