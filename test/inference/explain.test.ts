/** Explanations through HTTP, of a network that was trained here: they add up, are billed by what they ask, and kept by consent alone. */
import { deployed } from '../deployments/support';
import { importWages, train } from '../training/wages';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

const WORKER = {
  education: 16,
  south: 0,
  gender: 'female',
  experience: 12,
  union: 0,
  age: 34,
  race: 'other',
  occupation: 'professional',
  sector: 'other',
  married: 1,
};

const FIELDS = `explanation { method target baseline prediction completenessError modelRows note
    attributions { feature value contribution standardError position }
    dependence { value mean standardError } surrogate { fidelity fidelityRows rules { conditions value rows } } }
  inference { id outputs rows priceExact usage { unit quantity } }`;

interface Answer {
  readonly explanation: {
    readonly target: string;
    readonly baseline: number;
    readonly prediction: number;
    readonly completenessError: number;
    readonly modelRows: number;
    readonly attributions: readonly {
      readonly feature: string;
      readonly value: unknown;
      readonly contribution: number;
      readonly standardError: number | null;
    }[];
    readonly dependence: readonly { readonly value: unknown; readonly mean: number }[] | null;
    readonly surrogate: {
      readonly fidelity: number;
      readonly fidelityRows: number;
      readonly rules: readonly { readonly conditions: readonly string[]; readonly rows: number }[];
    } | null;
  };
  readonly inference: {
    readonly id: string;
    readonly outputs: { readonly probability: number };
    readonly rows: number;
    readonly priceExact: string;
    readonly usage: readonly { readonly unit: string; readonly quantity: string }[];
  };
}

let world: World;
let staff: Person;
let customer: CustomerPerson;
let key: Person;
let row: Record<string, unknown>;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  const { result } = await train(world, staff, { datasetVersionId: await importWages(world, staff) });
  await deployed(world, staff, 'wages', [{ versionId: result!.id }]);
  customer = await world.customer();
  key = await world.apiKey(customer);
  row = await rowOfSignature(result!.id);
});

afterAll(() => world?.close());

/** The worker above, as far as the version takes it. */
async function rowOfSignature(versionId: string): Promise<Record<string, unknown>> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { signature { inputs { name categories min max } } } } }`;
  const { node } = await staff.client.ask<{
    node: {
      signature: { inputs: { name: string; categories: string[] | null; min: number; max: number }[] };
    };
  }>(query, { id: versionId });
  const known: Record<string, unknown> = WORKER;
  return Object.fromEntries(
    node.signature.inputs.map(({ name, categories, min, max }) => {
      if (categories) return [name, categories.includes(String(known[name])) ? known[name] : categories[0]];
      return [name, Math.min(max, Math.max(min, Number(known[name] ?? min)))];
    }),
  );
}

const explain = (method: string, input: object = {}, person = key): Promise<Answer> =>
  person.client.mutate<Answer>('explain', 'ExplainInput!', { deployment: 'wages', method, ...input }, FIELDS);

const attempt = (method: string, input: object = {}) =>
  key.client.attempt<Answer>('explain', 'ExplainInput!', { deployment: 'wages', method, ...input }, FIELDS);

const sumOf = ({ attributions }: Answer['explanation']): number =>
  attributions.reduce((sum, { contribution }) => sum + contribution, 0);

test('Shapley values add up to the answer less that of the background, and name every input with its value', async () => {
  const { explanation, inference } = await explain('SHAPLEY', { rows: row });
  expect(explanation.prediction).toBeCloseTo(inference.outputs.probability, 5);
  expect(sumOf(explanation)).toBeCloseTo(explanation.prediction - explanation.baseline, 5);
  expect(explanation.completenessError).toBeLessThan(1e-5);
  const values = Object.fromEntries(explanation.attributions.map(({ feature, value }) => [feature, value]));
  expect(values).toEqual(row);
  expect(explanation.attributions[0]!.standardError).toBeNull();
});

test('integrated gradients add up within the error that they tell, and agree with their answer', async () => {
  const { explanation, inference } = await explain('INTEGRATED_GRADIENTS', { rows: row, samples: 500 });
  expect(explanation.prediction).toBeCloseTo(inference.outputs.probability, 5);
  const gap = Math.abs(sumOf(explanation) - (explanation.prediction - explanation.baseline));
  expect(explanation.completenessError).toBeCloseTo(gap, 9);
  expect(gap).toBeLessThan(0.01);
});

test('the other class of two is explained with the opposite sign', async () => {
  const [positive, negative] = await Promise.all([
    explain('SHAPLEY', { rows: row }),
    explain('SHAPLEY', { rows: row, label: await otherLabel() }),
  ]);
  expect(negative.explanation.prediction).toBeCloseTo(1 - positive.explanation.prediction, 5);
  expect(sumOf(negative.explanation)).toBeCloseTo(-sumOf(positive.explanation), 5);
});

async function otherLabel(): Promise<string> {
  const { errors } = await attempt('SHAPLEY', { rows: row, label: 'no such class' });
  expect(errors[0]).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'label'] });
  return /Its classes: (.*?), [^,]*\.$/.exec(errors[0]!.message)![1]!;
}

test('it is billed a request for each 1024 rows that the model was asked for, under one record', async () => {
  const used = async (): Promise<number> => {
    await world.app.drainEvents();
    const { rows } = await world.app.platform.database.servicePool.query<{ sum: number }>(
      'select coalesce(sum(requests), 0)::int as sum from usage_records where customer_id = $1',
      [customer.customerId],
    );
    return rows[0]!.sum;
  };
  const before = await used();
  const { explanation, inference } = await explain('SHAPLEY', { rows: row });
  const requests = Math.ceil(explanation.modelRows / 1024);
  expect(requests).toBeGreaterThan(1);
  expect(inference.rows).toBe(explanation.modelRows);
  expect(inference.usage).toContainEqual({ unit: 'REQUEST', quantity: String(requests) });
  expect((await used()) - before).toBe(requests);
});

test('what would take more than it may is refused unbilled, and told how much it takes', async () => {
  const { errors } = await attempt('SHAPLEY', { rows: row, background: 32, maxRequests: 2 });
  expect(errors[0]).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'maxRequests'] });
  expect(errors[0]!.message).toMatch(/takes \d+ requests/);
});

test('permutation importance, partial dependence and a surrogate tree explain the model without any row of anybody', async () => {
  const importance = await explain('PERMUTATION_IMPORTANCE');
  expect(importance.explanation.attributions[0]!.contribution).toBeGreaterThan(0);
  expect(importance.explanation.attributions[0]!.standardError).toBeGreaterThan(0);

  const curve = (await explain('PARTIAL_DEPENDENCE', { feature: 'education' })).explanation.dependence!;
  const values = curve.map(({ value }) => Number(value));
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(curve.at(-1)!.mean).toBeGreaterThan(curve[0]!.mean);

  const { surrogate } = (await explain('SURROGATE_TREE')).explanation;
  expect(surrogate!.fidelity).toBeGreaterThan(0.3);
  expect(surrogate!.fidelity).toBeLessThanOrEqual(1);
  expect(surrogate!.rules.length).toBeGreaterThan(1);
  expect(surrogate!.rules[0]!.conditions[0]).toMatch(/^\w+ (≤|>|is|is not) /);
});

test('with the truth permutation importance is the rise of the error', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => ({ ...row, education: 6 + (at % 12) }));
  const targets = rows.map(({ education }) => (education > 11 ? 1 : 0));
  const { explanation } = await explain('PERMUTATION_IMPORTANCE', { rows, targets });
  expect(explanation.baseline).toBeGreaterThanOrEqual(0);
  const byName = new Map(explanation.attributions.map((one) => [one.feature, one.contribution]));
  expect(byName.get('education')).toBeGreaterThan(0);
  expect(byName.get('south') ?? byName.get('gender')).toBeCloseTo(0, 6);
});

test.each([
  ['SHAPLEY', {}, ['input', 'rows']],
  ['SHAPLEY', { rows: { education: 'much' } }, ['input', 'rows', 'education']],
  ['OCCLUSION', { rows: {} }, ['input', 'method']],
  ['PARTIAL_DEPENDENCE', { feature: 'shoe size' }, ['input', 'feature']],
  ['PERMUTATION_IMPORTANCE', { targets: [1, 0] }, ['input', 'targets']],
])('%s with %j is refused at its path', async (method, input, path) => {
  const { errors } = await attempt(method, input);
  expect(errors).toContainEqual(expect.objectContaining({ code: 'INVALID_INPUT', path }));
});

test('a repeated key answers the same explanation and is billed once', async () => {
  const [first, second] = [
    await explain('SHAPLEY', { rows: row, idempotencyKey: 'once' }),
    await explain('SHAPLEY', { rows: row, idempotencyKey: 'once' }),
  ];
  expect(second.inference.id).toBe(first.inference.id);
  expect(sumOf(second.explanation)).toBeCloseTo(sumOf(first.explanation), 6);
  const { errors } = await attempt('INTEGRATED_GRADIENTS', { rows: row, idempotencyKey: 'once' });
  expect(errors[0]).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('it is kept with its prediction if the person agreed, and not otherwise', async () => {
  const stored = async (person: Person): Promise<{ method: string } | null> => {
    const { inference } = await explain('SHAPLEY', { rows: row }, person);
    const query =
      'query ($id: ID!) { inference(id: $id) { explanation { method attributions { feature } } } }';
    const read = await key.client.ask<{ inference: { explanation: { method: string } | null } }>(query, {
      id: inference.id,
    });
    return read.inference.explanation;
  };
  const agreed = await world.endUser(key, 'agreed');
  const consent = { purpose: 'TRAINING', granted: true };
  await agreed.client.mutate('consentRecord', 'ConsentRecordInput!', consent, 'record { id }');
  expect(await stored(agreed)).toMatchObject({ method: 'SHAPLEY' });
  expect(await stored(await world.endUser(key, 'silent'))).toBeNull();
});
