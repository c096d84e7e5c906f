import { startWorld, type Person, type World } from '../support/world';
import { ended, importWages, train } from './wages';

let world: World;
let staff: Person;
let datasetVersionId: string;
let trained: Awaited<ReturnType<typeof train>>;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  datasetVersionId = await importWages(world, staff);
  trained = await train(world, staff, { datasetVersionId });
});
afterAll(() => world.close());

const VERSION = `
  id number contentHash engine sizeBytes exportDifference parents { id }
  signature { inputs { name dtype min max categories optional } outputs { name min max } labels }
  metrics { name value interval level n }
  evaluation { rows threshold protectedAttributes suppressedGroups
    confusion { truePositives falsePositives trueNegatives falseNegatives }
    calibration { lower upper n meanProbability positiveRate }
    groups { keys { attribute value } n meanProbability confusion { truePositives falsePositives trueNegatives falseNegatives } } }
  model { id name task owner { id } }
  datasetVersion { id consentScope dataset { name } }
  trainingJob { id deviceMs backend recipe cost { amountMinor currency formatted } epochs { epoch loss valLoss accuracy valAccuracy elapsedMs } result { id } datasetVersion { id } job { status progress } }`;

interface Version {
  id: string;
  number: number;
  contentHash: string;
  exportDifference: number;
  signature: { inputs: { name: string; dtype: string; categories: string[] | null }[]; labels: string[] };
  metrics: { name: string; value: number; interval: [number, number] | null; n: number }[];
  evaluation: {
    rows: number;
    confusion: Record<string, number>;
    groups: { keys: { attribute: string; value: string }[]; n: number }[];
  };
  model: { id: string; name: string; task: string; owner: null };
  datasetVersion: { id: string; dataset: { name: string } };
  trainingJob: {
    id: string;
    deviceMs: string;
    recipe: object;
    epochs: { epoch: number; loss: number }[];
    cost: { currency: string };
    job: { status: string; progress: number };
  };
}

async function version(id: string): Promise<Version> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { ${VERSION} } } }`;
  return (await staff.client.ask<{ node: Version }>(query, { id })).node;
}

test('the article’s classifier is trained on the wages, evaluated on held-out rows, and becomes a version', async () => {
  const { status, result, trainingJobId } = trained;
  expect(status).toBe('SUCCEEDED');
  const made = await version(result!.id);
  expect(made).toMatchObject({
    number: 1,
    engine: 'ONNX',
    parents: [],
    model: { name: 'wages', task: 'TABULAR_CLASSIFICATION', owner: null },
    datasetVersion: { id: datasetVersionId, consentScope: [], dataset: { name: 'wages' } },
    trainingJob: {
      id: trainingJobId,
      recipe: {
        kind: 'DENSE_NETWORK',
        epochs: 10,
        batchSize: 32,
        learningRate: 0.01,
        hiddenUnits: [64, 64],
        seed: 1,
      },
      result: { id: result!.id },
      cost: { currency: 'USD' },
      job: { status: 'SUCCEEDED', progress: 1 },
    },
  });
  expect(made.exportDifference).toBeLessThan(1e-5);
  expect(Number(made.trainingJob.deviceMs)).toBeGreaterThan(0);
  const losses = made.trainingJob.epochs.map(({ loss }) => loss);
  expect(made.trainingJob.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.8);
  const auc = made.metrics.find(({ name }) => name === 'auc')!;
  expect(auc.value).toBeGreaterThan(0.65);
  expect(auc.interval![0]).toBeLessThan(auc.value);
  expect(made.metrics.map(({ name }) => name)).toEqual([
    'accuracy',
    'precision',
    'recall',
    'f1',
    'auc',
    'averagePrecision',
    'logLoss',
    'brier',
    'calibrationError',
  ]);
});

test('its signature names the ten attributes and not the wage, and its labels say what is positive', async () => {
  const { signature } = await version(trained.result!.id);
  expect(signature.inputs.map(({ name }) => name)).toEqual([
    'education',
    'south',
    'gender',
    'experience',
    'union',
    'age',
    'race',
    'occupation',
    'sector',
    'married',
  ]);
  expect(signature.inputs.find(({ name }) => name === 'gender')).toMatchObject({
    dtype: 'STRING',
    categories: ['female', 'male'],
  });
  expect(signature.labels).toEqual(['wage ≤ 7.78', 'wage > 7.78']);
});

test('it is counted by gender, by race and by both, on every held-out row', async () => {
  const { evaluation } = await version(trained.result!.id);
  const { rows, confusion, groups } = evaluation;
  expect(Object.values(confusion).reduce((sum, n) => sum + n, 0)).toBe(rows);
  const byGender = groups.filter(({ keys }) => keys.length === 1 && keys[0]!.attribute === 'gender');
  expect(byGender.map(({ keys }) => keys[0]!.value)).toEqual(['female', 'male']);
  expect(byGender.reduce((sum, { n }) => sum + n, 0)).toBe(rows);
  expect(groups.some(({ keys }) => keys.length === 2)).toBe(true);
});

test('the same seed on the same data is the same version; another seed is another', async () => {
  const recipe = { kind: 'LINEAR', epochs: 3 };
  const one = await train(world, staff, { datasetVersionId, modelName: 'seeds', recipe });
  const again = await train(world, staff, { datasetVersionId, modelName: 'seeds', recipe });
  const other = await train(world, staff, {
    datasetVersionId,
    modelName: 'seeds',
    recipe: { ...recipe, seed: 2 },
  });
  expect(again.trainingJobId).not.toBe(one.trainingJobId);
  expect(again.result).toEqual(one.result);
  expect((await version(other.result!.id)).number).toBe(2);
  expect((await version(other.result!.id)).contentHash).not.toBe((await version(one.result!.id)).contentHash);
});

test('columns that are excluded are not learned from, and are still counted by group', async () => {
  const recipe = { kind: 'LINEAR', epochs: 2, excludedColumns: ['gender', 'race'] };
  const { result } = await train(world, staff, { datasetVersionId, modelName: 'blind', recipe });
  const { signature, evaluation } = await version(result!.id);
  expect(signature.inputs.map(({ name }) => name)).not.toContain('gender');
  expect(evaluation.groups.some(({ keys }) => keys[0]!.attribute === 'gender')).toBe(true);
});

test('a repeated idempotency key is one training', async () => {
  const input = {
    datasetVersionId,
    modelName: 'once',
    recipe: { kind: 'LINEAR', epochs: 1 },
    idempotencyKey: 'train-once',
  };
  const [one, two] = [await train(world, staff, input), await train(world, staff, input)];
  expect(two.trainingJobId).toBe(one.trainingJobId);
  const { trainingJobs } = await staff.client.ask<{ trainingJobs: { totalCount: number } }>(
    '{ trainingJobs(filter: { modelName: "once" }) { totalCount nodes { id modelName } } }',
  );
  expect(trainingJobs.totalCount).toBe(1);
});

test('all faults of a training come at once, and unknown data does not exist', async () => {
  const recipe = { kind: 'DENSE_NETWORK', epochs: 0, learningRate: 2, hiddenUnits: [0] };
  const attempt = (input: object) =>
    staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
  const { errors } = await attempt({ datasetVersionId, modelName: '/etc', recipe });
  expect(errors.map(({ path }) => path!.join('.')).sort()).toEqual([
    'input.modelName',
    'input.recipe.epochs',
    'input.recipe.hiddenUnits',
    'input.recipe.learningRate',
  ]);
  const unknown = await attempt({
    datasetVersionId: datasetVersionId.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    modelName: 'x',
    recipe: { kind: 'LINEAR' },
  });
  expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'datasetVersionId'] }]);
  const excluded = { kind: 'LINEAR', excludedColumns: ['salary'] };
  expect((await attempt({ datasetVersionId, modelName: 'x', recipe: excluded })).errors).toMatchObject([
    {
      code: 'INVALID_INPUT',
      path: ['input', 'recipe', 'excludedColumns'],
      message: expect.stringContaining('no column salary'),
    },
  ]);
});

test('a customer may neither train nor see data', async () => {
  const owner = await world.customer();
  const { errors } = await owner.client.send('{ datasets { nodes { id } } trainingJobs { nodes { id } } }');
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  const { node } = await owner.client.ask<{ node: null }>('query ($id: ID!) { node(id: $id) { id } }', {
    id: datasetVersionId,
  });
  expect(node).toBeNull();
});

interface Derivation {
  readonly kind: string;
  readonly bits: number | null;
  readonly sparsity: number | null;
  readonly size: { readonly bytes: string; readonly parentBytes: string };
  readonly speed: { readonly ms: number; readonly parentMs: number };
  readonly quality: {
    readonly metric: string;
    readonly value: number;
    readonly parent: number;
    readonly n: number;
  }[];
}

async function compressed(input: object): Promise<{ parents: { id: string }[]; derivation: Derivation }> {
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'modelVersionCompress',
    'ModelVersionCompressInput!',
    { versionId: trained.result!.id, ...input },
    'job { id }',
  );
  const { status, result } = await ended(world, staff, job.id);
  expect(status).toBe('SUCCEEDED');
  const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { parents { id } derivation {
    kind bits sparsity size { bytes parentBytes } speed { ms parentMs } quality { metric value parent n } } } } }`;
  const { node } = await staff.client.ask<{ node: { parents: { id: string }[]; derivation: Derivation } }>(
    query,
    {
      id: result!.id,
    },
  );
  return node;
}

test.each([
  ['FLOAT16', { kind: 'QUANTISED', bits: 16, sparsity: null }, 0.7, 0.001],
  ['INT8', { kind: 'QUANTISED', bits: 8, sparsity: null }, 0.5, 0.02],
  ['PRUNE', { kind: 'PRUNED', bits: null, sparsity: expect.closeTo(0.5, 2) as number }, 1.01, 0.08],
])(
  '%s makes a child version, with size, speed and quality beside its parent’s',
  async (method, kind, size, loss) => {
    const { parents, derivation } = await compressed({ method });
    expect(parents).toEqual([{ id: trained.result!.id }]);
    expect(derivation).toMatchObject(kind);
    expect(Number(derivation.size.bytes) / Number(derivation.size.parentBytes)).toBeLessThan(size);
    expect(derivation.speed.ms).toBeGreaterThan(0);
    const accuracy = derivation.quality.find(({ metric }) => metric === 'accuracy')!;
    expect(accuracy.n).toBeGreaterThan(50);
    expect(accuracy.parent - accuracy.value).toBeLessThan(loss + 1 / accuracy.n);
  },
);

test('what is pruned stays zero although the rest learns on, and the same wish is the same version', async () => {
  const wish = { method: 'PRUNE', sparsity: 0.8, epochs: 2 };
  const [one, two] = [await compressed(wish), await compressed(wish)];
  expect(one.derivation.sparsity).toBeCloseTo(0.8, 2);
  expect(two.derivation.quality).toEqual(one.derivation.quality);
});

test('who holds data finds every version that came of it, and the picture of a version shows both ways', async () => {
  const query = `query ($data: ID!, $version: ID!) {
    data: node(id: $data) { ... on DatasetVersion { modelVersions(first: 50) { nodes { id parents { id } } } } }
    version: node(id: $version) { ... on ModelVersion { lineage children { id children { id } } } } }`;
  const { data, version } = await staff.client.ask<{
    data: { modelVersions: { nodes: { id: string; parents: { id: string }[] }[] } };
    version: { lineage: string; children: { id: string; children: object[] }[] };
  }>(query, { data: datasetVersionId, version: trained.result!.id });
  const { nodes } = data.modelVersions;
  expect(nodes).toContainEqual({ id: trained.result!.id, parents: [] });
  const made = nodes.filter(({ parents }) => parents.some(({ id }) => id === trained.result!.id));
  expect(made.length).toBeGreaterThanOrEqual(4);
  expect(version.children).toEqual(made.map(({ id }) => ({ id, children: [] })));
  expect(version.lineage).toContain('[("wages data 1")]');
  expect(version.lineage).toContain('  n0 -->|learned on| n1\n');
  expect(version.lineage.match(/ {2}n1 -->\|(quantised|pruned)\| n\d+\n/g)).toHaveLength(made.length);
});

test('a version that was not trained here is not compressed, and one that does not exist is not found', async () => {
  const { models } = await staff.client.ask<{
    models: { nodes: { versions: { nodes: { id: string }[] } }[] };
  }>('{ models { nodes { versions { nodes { id trainingJob { id } } } } } }');
  const shipped = models.nodes
    .flatMap(({ versions }) => versions.nodes as { id: string; trainingJob?: object | null }[])
    .find(({ trainingJob }) => !trainingJob)!;
  const attempt = (versionId: string) =>
    staff.client.attempt('modelVersionCompress', 'ModelVersionCompressInput!', { versionId, method: 'INT8' });
  expect((await attempt(shipped.id)).errors).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'versionId'] },
  ]);
  expect((await attempt('mdv_nothing')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
});
