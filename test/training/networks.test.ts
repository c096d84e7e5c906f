/**
 * Networks beyond the article's, from a file to an answer: several workers come to the weights of one, an embedding learns from
 * words, a search looks at ranks. And what became of a certain row in each of the versions.
 */
import { labelOf } from '../../src/modules/training/dataset/label-rule';
import { splitRows } from '../../src/modules/training/preparation/split';
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { searched } from './searches';
import { ended, importCsv, importWages, train, WAGES_CSV } from './wages';

let world: World;
let staff: Person;
let wages: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  wages = await importWages(world, staff);
});
afterAll(() => world?.close());

interface Epoch {
  readonly loss: number;
  readonly valLoss: number;
  readonly valAuc: number;
  readonly valF1: number;
}

async function curveOf(trainingJobId: string): Promise<Epoch[]> {
  const query = `query ($id: ID!) { node(id: $id) { ... on TrainingJob { epochs { loss valLoss valAuc valF1 } } } }`;
  return (await staff.client.ask<{ node: { epochs: Epoch[] } }>(query, { id: trainingJobId })).node.epochs;
}

test('two workers learn along the curve of one, as the recipe promises', async () => {
  const curves: Epoch[][] = [];
  for (const workers of [1, 2]) {
    const recipe = { kind: 'DENSE_NETWORK', epochs: 2, batchSize: 64, workers };
    const input = { datasetVersionId: wages, modelName: `workers-${workers}`, recipe };
    curves.push(await curveOf((await train(world, staff, input)).trainingJobId));
  }
  const [alone, shared] = curves as [Epoch[], Epoch[]];
  alone.forEach(({ loss, valLoss }, epoch) => {
    expect(Math.abs(shared[epoch]!.loss - loss)).toBeLessThan(1e-6);
    expect(Math.abs(shared[epoch]!.valLoss - valLoss)).toBeLessThan(1e-6);
  });
});

test('a network that no memory holds is refused before it is queued, with what it would hold', async () => {
  const layers = Array.from({ length: 6 }, () => ({ dense: { units: 4096 } }));
  const recipe = { kind: 'NETWORK', network: { layers } };
  const input = { datasetVersionId: wages, modelName: 'large', recipe };
  const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
  expect(errors).toMatchObject([
    {
      code: 'INVALID_INPUT',
      path: ['input', 'recipe', 'network'],
      message: expect.stringMatching(/has 8\d{7} weights.* a training holds 268435456/),
    },
  ]);
});

test('an embedding and a recurrent layer learn from the words of a text, and answer one', async () => {
  const texts = Array.from({ length: 120 }, (_, at) => {
    const filler = ['today', 'again', 'here', 'really', 'then'][at % 5]!;
    return at % 2 === 0 ? `a good day ${filler},yes` : `a bad day ${filler},no`;
  });
  const { result } = await importCsv(world, staff, ['text,happy', ...texts].join('\n'), {
    name: 'texts',
    label: 'happy',
    columns: [{ name: 'text', kind: 'TEXT' }],
  });
  const recipe = {
    kind: 'NETWORK',
    epochs: 8,
    batchSize: 16,
    learningRate: 0.02,
    network: {
      layers: [{ embedding: { vocabulary: 64, dimensions: 4 } }, { recurrent: { cell: 'GRU', units: 8 } }],
    },
  };
  const preparation = { steps: [{ sequence: { length: 6, vocabulary: 64 } }] };
  const input = { datasetVersionId: result!.id, modelName: 'texts', recipe };
  const trained = await train(world, staff, { ...input, preparation });
  expect(trained.error).toBeNull();
  await deployed(world, staff, 'texts', [{ versionId: trained.result!.id }]);
  const key = await world.apiKey(await world.customer());
  const rows = [{ text: 'A good day, here!' }, { text: 'A bad day, then.' }];
  const { inference } = await key.client.mutate<{ inference: { outputs: { label: string }[] } }>(
    'predict',
    'PredictInput!',
    { deployment: 'texts', rows },
    'inference { outputs }',
  );
  expect(inference.outputs.map(({ label }) => label)).toEqual(['happy = yes', 'happy = no']);
  const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
  expect(errors).toMatchObject([
    { path: ['input', 'preparation'], message: expect.stringContaining('step sequence') },
  ]);
});

test('what learned from dates takes dates, or the days that they are, and says so in its signature', async () => {
  const dayOf = (at: number): string => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 120 }, (_, at) => `${dayOf(at)},${at < 60 ? 'early' : 'late'}`);
  const { result } = await importCsv(world, staff, ['hired,when', ...rows].join('\n'), {
    name: 'hired',
    label: 'when',
    positive: 'late',
    columns: [{ name: 'hired', isDate: true }],
  });
  const recipe = { kind: 'LINEAR', epochs: 8, batchSize: 16, learningRate: 0.1 };
  const trained = await train(world, staff, { datasetVersionId: result!.id, modelName: 'hired', recipe });
  const query =
    'query ($id: ID!) { node(id: $id) { ... on ModelVersion { signature { inputs { name unit } } } } }';
  expect(await staff.client.ask(query, { id: trained.result!.id })).toEqual({
    node: { signature: { inputs: [{ name: 'hired', unit: 'days since 1970-01-01' }] } },
  });
  await deployed(world, staff, 'hired', [{ versionId: trained.result!.id }]);
  const key = await world.apiKey(await world.customer());
  const predict = (hired: unknown) =>
    key.client.attempt<{ inference: { outputs: { probability: number }[] } }>(
      'predict',
      'PredictInput!',
      { deployment: 'hired', rows: [{ hired }] },
      'inference { outputs }',
    );
  const day = await predict('2026-04-11');
  expect(day).toMatchObject({ errors: [], payload: { inference: { outputs: [{ label: 'when = late' }] } } });
  expect(day).toEqual(await predict(20_554));
  expect(await predict('2026-04-11T12:00:00+02:00')).toEqual(await predict(20_554 + 10 / 24));
  const { explanation } = await key.client.mutate<{ explanation: { attributions: object[] } }>(
    'explain',
    'ExplainInput!',
    { deployment: 'hired', rows: { hired: '2026-04-11' }, method: 'SHAPLEY' },
    'explanation { attributions { feature value } }',
  );
  expect(explanation.attributions).toEqual([{ feature: 'hired', value: '2026-04-11' }]);
  expect((await predict('11.4.2026')).errors).toMatchObject([
    { path: ['input', 'rows', '0', 'hired'], message: expect.stringContaining('such as 2026-01-31') },
  ]);
});

test('a search by AUC takes the trial with the larger one, which its last pass tells', async () => {
  const found = await searched(world, staff, {
    datasetVersionId: wages,
    modelName: 'ranked',
    recipe: { kind: 'LINEAR', epochs: 3 },
    space: { learningRate: { values: [0.00001, 0.02] } },
    strategy: { grid: {} },
    objective: 'VALIDATION_AUC',
  });
  expect(found).toMatchObject({ best: { number: 2 } });
});

describe('of a certain row', () => {
  interface Use {
    readonly modelVersion: { readonly id: string };
    readonly learned: number | null;
    readonly watched: number | null;
    readonly heldOut: number | null;
    readonly through: { readonly id: string } | null;
  }
  const [header, ...lines] = WAGES_CSV.trim().split('\n');
  const names = header!.split(',');
  const rowAt = (at: number) =>
    Object.fromEntries(lines[at]!.split(',').map((value, column) => [names[column]!, value]));

  async function usesOf(row: object): Promise<Use[]> {
    const { datasets } = await staff.client.ask<{ datasets: { nodes: { id: string; name: string }[] } }>(
      '{ datasets { nodes { id name } } }',
    );
    const datasetId = datasets.nodes.find(({ name }) => name === 'wages')!.id;
    const query = `query ($datasetId: ID!, $row: JSON!) { rowUses(datasetId: $datasetId, row: $row) {
      modelVersion { id } datasetVersion { id } learned watched heldOut through { id } } }`;
    return (await staff.client.ask<{ rowUses: Use[] }>(query, { datasetId, row })).rowUses;
  }

  test('each version tells whether it learned from it, and a compressed one tells through whom', async () => {
    const recipe = { kind: 'DENSE_NETWORK', hiddenUnits: [8], epochs: 1, seed: 5 };
    const preparation = { steps: [], split: { validationShare: 0.1, heldOutShare: 0.3 } };
    const { result } = await train(world, staff, {
      datasetVersionId: wages,
      modelName: 'rows',
      recipe,
      preparation,
    });
    const { job } = await staff.client.mutate<{ job: { id: string } }>(
      'modelVersionCompress',
      'ModelVersionCompressInput!',
      { versionId: result!.id, method: 'INT8' },
      'job { id }',
    );
    const child = (await ended(world, staff, job.id)).result!;
    const { label } = (
      await world.app.platform.database.servicePool.query(
        'select label from dataset_versions where id = $1',
        [wages],
      )
    ).rows[0];
    const at = names.indexOf('wage');
    const classes = lines.map((line) => labelOf(label, Number(line.split(',')[at])));
    const split = splitRows(classes, { validation: 0.1, heldOut: 0.3 }, 5);
    const rows = new Map(lines.map((line, row) => [line, row]));
    const single = (part: readonly number[]) =>
      part.find((row) => lines.filter((line) => line === lines[row]).length === 1 && rows.has(lines[row]!))!;
    for (const [part, row] of [
      ['learned', single(split.training)],
      ['watched', single(split.validation)],
      ['heldOut', single(split.heldOut)],
    ] as const) {
      const uses = await usesOf(rowAt(row));
      const none = { learned: 0, watched: 0, heldOut: 0 };
      const of = (id: string) => uses.find(({ modelVersion }) => modelVersion.id === id);
      expect(of(result!.id)).toMatchObject({ ...none, [part]: 1, through: null });
      expect(of(child.id)).toMatchObject({ ...none, [part]: 1, through: { id: result!.id } });
    }
  });

  test('where rows hang together by a column that is not learned from, the latest are held out, by a compressed child too', async () => {
    const split = { validationShare: 0.1, heldOutShare: 0.25 };
    const wish = (more: object, excludedColumns: readonly string[] = []) => ({
      datasetVersionId: wages,
      modelName: 'later',
      recipe: { kind: 'DENSE_NETWORK', hiddenUnits: [8], epochs: 1, excludedColumns },
      preparation: { steps: [], split: { ...split, ...more } },
    });
    for (const [more, told] of [
      [{ groupColumn: 'person' }, 'no column person'],
      [{ timeColumn: 'occupation' }, 'numbers or dates'],
      [{ groupColumn: 'wage' }, 'what is to be learned'],
      [{ groupColumn: 'age', timeColumn: 'age' }, 'not by both'],
    ] as const) {
      const { errors } = await staff.client.attempt(
        'trainingJobCreate',
        'TrainingJobCreateInput!',
        wish(more),
      );
      expect(errors).toMatchObject([{ message: expect.stringContaining(told) }]);
    }
    const { result } = await train(world, staff, wish({ timeColumn: 'age' }, ['age']));
    const method = { versionId: result!.id, method: 'INT8' };
    const { job } = await staff.client.mutate<{ job: { id: string } }>(
      'modelVersionCompress',
      'ModelVersionCompressInput!',
      method,
      'job { id }',
    );
    const child = (await ended(world, staff, job.id)).result!;
    const ages = lines.map((line) => Number(line.split(',')[names.indexOf('age')]));
    const heldOut = (id: string) =>
      world.app.platform.database.servicePool.query<{ rows: number }>(
        `select (evaluation->>'rows')::int as rows from model_versions where id = $1`,
        [id],
      );
    const [{ rows: ofParent }, { rows: ofChild }] = await Promise.all([
      heldOut(result!.id),
      heldOut(child.id),
    ]);
    expect(ofChild).toEqual(ofParent);
    const first = [...ages].sort((a, b) => b - a)[ofParent[0]!.rows - 1]!;
    expect(ages.filter((age) => age >= first)).toHaveLength(ofParent[0]!.rows);
    for (const [age, part] of [
      [Math.max(...ages), 'heldOut'],
      [Math.min(...ages), 'learned'],
    ] as const) {
      const use = (await usesOf(rowAt(ages.indexOf(age)))).find(
        ({ modelVersion }) => modelVersion.id === child.id,
      )!;
      const { learned, watched, heldOut: last } = use;
      const met = { learned, watched, heldOut: last };
      expect(Object.entries(met).flatMap(([name, count]) => (count ? [name] : []))).toEqual([part]);
    }
  });

  test('a row that is in no version of the data was met by nobody', async () => {
    expect(await usesOf({ ...rowAt(0), age: '99' })).toEqual([]);
  });
});
