import { sizeFaults, testSize } from './test-size';

const half = { weights: [50, 50], level: 0.95, power: 0.8, comparisons: 1 };

test('a conversion of 10 % that rises by a tenth takes as many people as the formula says', () => {
  // (z₁ + z₂)² (p₁q₁ + p₂q₂) / (p₂ − p₁)² a group (Fleiss, Statistical Methods for Rates and Proportions), by the delta method for a ratio
  const { people, peoplePerVariant, peopleWatched } = testSize({
    ...half,
    baseline: 0.1,
    minimumEffect: 0.1,
  });
  const z = 1.959963984540054 + 0.8416212335729143;
  const [p1, p2] = [0.1, 0.11];
  const relative = (p2 * (1 - p2)) / p1 ** 2 + (p1 * (1 - p1) * p2 ** 2) / p1 ** 4;
  expect(people).toBe(Math.ceil((2 * z * z * relative) / 0.1 ** 2));
  expect(peoplePerVariant).toEqual([Math.ceil(people / 2), Math.ceil(people / 2)]);
  expect(peopleWatched).toBeGreaterThan(people);
});

test('what asks for more people: less difference, more comparisons, more certainty, uneven groups', () => {
  const plain = { ...half, baseline: 100, standardDeviation: 50, minimumEffect: 0.05 };
  const { people } = testSize(plain);
  for (const harder of [
    { minimumEffect: 0.02 },
    { comparisons: 4 },
    { power: 0.9 },
    { level: 0.99 },
    { weights: [90, 10] },
    { standardDeviation: 80 },
  ])
    expect(testSize({ ...plain, ...harder }).people).toBeGreaterThan(people);
});

test('what has no answer is said, each at its place', () => {
  const fields = (question: object) =>
    sizeFaults({ ...half, baseline: 0.6, minimumEffect: 0.1, ...question }).map(({ path }) => path![1]);
  expect(fields({})).toEqual([]);
  expect(fields({ minimumEffect: 0.7 })).toEqual(['minimumEffect']);
  expect(fields({ baseline: 1 })).toEqual(['baseline']);
  expect(fields({ baseline: NaN })).toEqual(['baseline']);
  expect(fields({ baseline: 0, standardDeviation: 0 })).toEqual(['baseline', 'standardDeviation']);
});
