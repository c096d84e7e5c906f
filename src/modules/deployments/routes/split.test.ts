import { routeFor } from './split';

const units = Array.from({ length: 20_000 }, (_, i) => `eus_${i}`);
const versionOf = (routes: Parameters<typeof routeFor>[0], unit: string, salt = 'dep_1'): string =>
  routeFor(routes, salt, unit).versionId;

const half = [
  { versionId: 'mdv_a', weight: 90 },
  { versionId: 'mdv_b', weight: 10 },
];

test('a unit gets the same version every time', () => {
  for (const unit of units.slice(0, 100))
    expect(versionOf(half, unit)).toBe(versionOf([...half].reverse(), unit));
});

test('traffic follows the weights', () => {
  const candidate = units.filter((unit) => versionOf(half, unit) === 'mdv_b').length;
  expect(Math.abs(candidate / units.length - 0.1)).toBeLessThan(0.01);
});

test('when a weight grows, nobody leaves the version that grew', () => {
  const grown = [
    { versionId: 'mdv_a', weight: 70 },
    { versionId: 'mdv_b', weight: 30 },
  ];
  for (const unit of units)
    if (versionOf(half, unit) === 'mdv_b') expect(versionOf(grown, unit)).toBe('mdv_b');
});

test('a version of weight 0 gets no traffic', () => {
  const parked = [
    { versionId: 'mdv_a', weight: 100 },
    { versionId: 'mdv_b', weight: 0 },
  ];
  expect(new Set(units.slice(0, 1000).map((unit) => versionOf(parked, unit)))).toEqual(new Set(['mdv_a']));
});

test('two deployments do not pick the same people for their candidates', () => {
  const both = units.filter(
    (unit) => versionOf(half, unit) === 'mdv_b' && versionOf(half, unit, 'dep_2') === 'mdv_b',
  );
  expect(Math.abs(both.length / units.length - 0.01)).toBeLessThan(0.004);
});

test('a split without any weight is a mistake, not a silent choice', () => {
  expect(() => routeFor([{ versionId: 'mdv_a', weight: 0 }], 'dep_1', 'eus_1')).toThrow(RangeError);
});
