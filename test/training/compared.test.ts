/** A version held against another one on the same rows, and the rows that both met, whatever signs are in them. */
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { importCsv, importWages, train, WAGES_CSV, WAGES_INPUT } from './wages';

let world: World;
let staff: Person;
let wages: string;
let champion: string;

const recipe = { kind: 'LINEAR', epochs: 3 };

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  wages = await importWages(world, staff);
  const { result } = await train(world, staff, { datasetVersionId: wages, modelName: 'champion', recipe });
  champion = result!.id;
});
afterAll(() => world?.close());

const compared = (input: object) =>
  train(world, staff, {
    datasetVersionId: wages,
    modelName: 'challenger',
    recipe: { ...recipe, seed: 2 },
    compareWithVersionId: champion,
    ...input,
  });

test('the same question is asked of both, also of data whose median moved', async () => {
  const { trainingJobId, error } = await compared({});
  expect(error).toBeNull();
  const query = `query ($id: ID!) { node(id: $id) { ... on TrainingJob { report { comparison {
    parentVersionId heldOutFromParent metrics { metric n } } } } } }`;
  expect(await staff.client.ask(query, { id: trainingJobId })).toMatchObject({
    node: { report: { comparison: { parentVersionId: champion, heldOutFromParent: false } } },
  });
  const [header, ...lines] = WAGES_CSV.trim().split('\n');
  const half = [header, ...lines.slice(0, 300)].join('\n');
  const { result } = await importCsv(world, staff, half, { ...WAGES_INPUT, name: 'half' });
  expect((await compared({ datasetVersionId: result!.id })).error).toBeNull();
});

test('a version that answers another question is refused before anything is trained', async () => {
  const union = { label: 'union', positive: '1', name: 'unions' };
  const { result: unions } = await importCsv(world, staff, WAGES_CSV, union);
  const narrow = { ...WAGES_INPUT, name: 'narrow', ignoredColumns: ['south'] };
  const { result: fewer } = await importCsv(world, staff, WAGES_CSV, narrow);
  const others = [
    { recipe: { ...recipe, objective: 'REGRESSION' }, modelName: 'wage' },
    { datasetVersionId: unions!.id },
    { datasetVersionId: fewer!.id },
  ];
  for (const other of others) {
    const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', {
      datasetVersionId: wages,
      modelName: 'challenger',
      recipe,
      compareWithVersionId: champion,
      ...other,
    });
    expect([other, errors]).toMatchObject([
      other,
      [{ code: 'CONFLICT', path: ['input', 'compareWithVersionId'] }],
    ]);
  }
});

test('a tree answers two classes as its signature says it, like any other model of them', async () => {
  const { result } = await importCsv(world, staff, WAGES_CSV, {
    name: 'genders',
    label: 'gender',
    labelRule: 'CLASSES',
  });
  const input = { datasetVersionId: result!.id, modelName: 'genders' };
  const tree = await train(world, staff, { ...input, recipe: { kind: 'DECISION_TREE' } });
  const linear = await train(world, staff, { ...input, recipe, compareWithVersionId: tree.result!.id });
  expect([tree.error, linear.error]).toEqual([null, null]);
  const key = await world.apiKey(await world.customer());
  const [header, line] = WAGES_CSV.split('\n');
  const names = header!.split(',');
  const worker = Object.fromEntries(
    line!.split(',').flatMap((text, at) => {
      const value = Number.isNaN(Number(text)) ? text : Number(text);
      return names[at] === 'gender' ? [] : [[names[at], value]];
    }),
  );
  for (const [name, { result: version }] of Object.entries({ tree, linear })) {
    await deployed(world, staff, name, [{ versionId: version!.id }]);
    const { inference } = await key.client.mutate<{ inference: { outputs: { probabilities: number[] } } }>(
      'predict',
      'PredictInput!',
      { deployment: name, rows: worker },
      'inference { outputs }',
    );
    expect([name, inference.outputs]).toMatchObject([
      name,
      {
        label: expect.stringMatching(/male/) as string,
        probabilities: [expect.any(Number), expect.any(Number)],
      },
    ]);
  }
});

test('a row is found among others, also where one of them holds a line separator', async () => {
  const texts = Array.from({ length: 30 }, (_, at) => JSON.stringify({ note: `n\u2028${at}`, y: at % 2 }));
  const { result } = await importCsv(world, staff, texts.join('\n'), {
    name: 'notes',
    label: 'y',
    columns: [{ name: 'note', kind: 'TEXT' }],
  });
  await train(world, staff, { datasetVersionId: result!.id, modelName: 'notes', recipe });
  const { datasets } = await staff.client.ask<{ datasets: { nodes: { id: string; name: string }[] } }>(
    '{ datasets { nodes { id name } } }',
  );
  const datasetId = datasets.nodes.find(({ name }) => name === 'notes')!.id;
  const query =
    'query ($datasetId: ID!, $row: JSON!) { rowUses(datasetId: $datasetId, row: $row) { learned watched heldOut } }';
  const row = { note: 'n\u20287', y: 1 };
  type Use = { learned: number; watched: number; heldOut: number };
  const { rowUses } = await staff.client.ask<{ rowUses: Use[] }>(query, { datasetId, row });
  expect(rowUses.map(({ learned, watched, heldOut }) => learned + watched + heldOut)).toEqual([1]);
});

test('data of which nothing is left to learn from is refused before anything is trained', async () => {
  const empty = ['x,y', ...Array.from({ length: 40 }, (_, at) => `,${at % 2}`)].join('\n');
  const { result } = await importCsv(world, staff, empty, { name: 'empty', label: 'y' });
  const excludedColumns = WAGES_CSV.split('\n')[0]!.split(',');
  for (const input of [
    { datasetVersionId: result!.id, recipe },
    { datasetVersionId: wages, recipe: { ...recipe, excludedColumns } },
  ]) {
    const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', {
      modelName: 'nothing',
      ...input,
    });
    expect(errors).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining('nothing to learn from') as string },
    ]);
  }
});
