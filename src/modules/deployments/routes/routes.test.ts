import { routeFaults } from './routes';

test('weights that make a whole are accepted, a warm version of weight 0 too', () => {
  const routes = [
    { versionId: 'mdv_a', weight: 100 },
    { versionId: 'mdv_b', weight: 0 },
  ];
  expect(routeFaults(routes, ['input', 'routes'])).toEqual([]);
});

test('all faults of a split come at once, each at its place', () => {
  const routes = [
    { versionId: 'mdv_a', weight: 50 },
    { versionId: 'mdv_a', weight: 20 },
  ];
  const faults = routeFaults(routes, ['input', 'routes']);
  expect(faults.map(({ path, data }) => [path?.join('.'), data.constraint])).toEqual([
    ['input.routes', 'sum'],
    ['input.routes.1.versionId', 'unique'],
  ]);
});
