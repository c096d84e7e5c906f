/** Drift of inputs and scores, against references worked by hand. */
import type { FeatureReference } from '../../training';
import { random as seeded } from '../../../../test/support/simulated-device';
import { inputDrift, scoreDrift, togetherLevelled, worstOf } from './drift';

const age: FeatureReference = {
  name: 'age',
  kind: 'NUMERIC',
  edges: [30, 50],
  categories: [],
  counts: [300, 400, 300, 0],
};
const town: FeatureReference = {
  name: 'town',
  kind: 'CATEGORICAL',
  edges: [],
  categories: ['Ghent', 'Bruges'],
  counts: [500, 500, 0, 0],
};
const rows = (count: number, of: (at: number) => object) =>
  Array.from({ length: count }, (_, at) => of(at) as Record<string, unknown>);

test('traffic like the training data is stable, another population is not', () => {
  const same = rows(300, (at) => ({
    age: [20, 40, 40, 60, 20, 60, 40, 20, 60, 40][at % 10],
    town: at % 2 ? 'Ghent' : 'Bruges',
  }));
  expect(inputDrift([age, town], same).map(({ level }) => level)).toEqual(['STABLE', 'STABLE']);
  const older = rows(300, () => ({ age: 70, town: 'Liège' }));
  const [ages, towns] = inputDrift([age, town], older);
  expect(ages).toMatchObject({ level: 'MAJOR', distance: 0.7 });
  expect(ages!.distanceChance).toBeLessThan(1e-9);
  expect(towns).toMatchObject({ level: 'MAJOR', distance: null, distanceChance: null });
  expect(worstOf([ages!])).toBe('MAJOR');
  expect(worstOf([])).toBeNull();
});

test('what is missing, and what is of the wrong type, drifts into the bin of the missing', () => {
  const [measure] = inputDrift(
    [age],
    rows(200, () => ({ age: 'old' })),
  );
  expect(measure).toMatchObject({ level: 'MAJOR', distance: 1 });
  expect(
    inputDrift(
      [age],
      rows(200, () => ({})),
    )[0],
  ).toMatchObject({ level: 'MAJOR' });
});

test('scores are held against those on held-out rows', () => {
  const reference = [0, 0.5, 0.9].map((lower, at) => ({ lower, n: [50, 30, 20][at]! }));
  const scores = [
    ...new Array<number>(50).fill(0.1),
    ...new Array<number>(30).fill(0.5),
    ...new Array<number>(20).fill(0.95),
  ];
  expect(scoreDrift(reference, scores)).toMatchObject({ level: 'STABLE', stabilityIndex: 0, distance: 0 });
  expect(
    scoreDrift(
      reference,
      scores.map(() => 0.95),
    ),
  ).toMatchObject({ level: 'MAJOR', distance: 0.8 });
});

test('looked at with forty inputs and few rows, traffic like the training data is found to drift in at most one night of a hundred', () => {
  const random = seeded(40);
  const [nights, inputs, learned, asked] = [150, 40, 1000, 60];
  const tenth = (): number => Math.floor(10 * random());
  const references = Array.from({ length: inputs }, (_, at): FeatureReference => {
    const counts = new Array<number>(11).fill(0);
    for (let row = 0; row < learned; row++) counts[tenth()]! += 1;
    return {
      name: `x${at}`,
      kind: 'NUMERIC',
      edges: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      categories: [],
      counts,
    };
  });
  let [alarms, oneByOne] = [0, 0];
  for (let night = 0; night < nights; night++) {
    const measures = inputDrift(
      references,
      rows(asked, () => Object.fromEntries(references.map(({ name }) => [name, tenth()]))),
    );
    if (worstOf(measures) !== 'STABLE') oneByOne++;
    if (worstOf(togetherLevelled(measures)) !== 'STABLE') alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(0.01 * nights + 3 * Math.sqrt(0.01 * nights));
  expect(oneByOne).toBeGreaterThan(0.1 * nights);
  const all = inputDrift(
    [age, town],
    rows(300, () => ({ age: 70, town: 'Ghent' })),
  );
  expect(togetherLevelled(all)[0]).toMatchObject({ level: 'MAJOR' });
});
