/** Every task with a real model, through HTTP, as they stand right after the start: nothing is trained or deployed here. */
import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';
import { SHIPPED_MODELS } from '../../src/modules/models/shipped/shipped-model';
import { type Person, startWorld, type World } from '../support/world';

let world: World;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  key = await world.apiKey(await world.customer());
});

afterAll(() => world?.close());

const PATIENCE = { deadlineMs: 60_000 };

async function outputs<T>(deployment: string, rows: unknown): Promise<T> {
  const { inference } = await key.client.mutate<{ inference: { outputs: T } }>(
    'predict',
    'PredictInput!',
    { deployment, rows, ...PATIENCE },
    'inference { outputs }',
  );
  return inference.outputs;
}

async function refusal(deployment: string, rows: unknown) {
  const { errors } = await key.client.attempt(
    'predict',
    'PredictInput!',
    { deployment, rows, ...PATIENCE },
    'inference { id }',
  );
  return errors.map(({ code, path }) => `${code} ${path?.join('.')}`);
}

test('each is an ordinary model with a deployment that is ready, and classifiers say how good they are', async () => {
  const staff = await world.staff();
  for (const { name, task, metrics } of SHIPPED_MODELS) {
    const query = `query ($name: String!) { deployment(by: { name: $name }) { state routes { version { metrics { name value n } model { name task } } } } }`;
    const { deployment } = await staff.client.ask<{
      deployment: { state: string; routes: { version: { metrics: { value: number }[]; model: object } }[] };
    }>(query, { name });
    expect(deployment.state).toBe('READY');
    const { version } = deployment.routes[0]!;
    expect(version.model).toEqual({ name, task });
    if (metrics) expect(version.metrics[0]!.value).toBeGreaterThan(0.7);
  }
});

test('each that takes rows answers the example with which the console begins, and sees the digit in it', async () => {
  const { exampleText } = (await import('../../src/app/console/page/screens/example-row.mjs' as string)) as {
    exampleText: (inputs: unknown) => string;
  };
  const query = `query ($name: String!) { deployment(by: { name: $name }) { routes { version { signature {
    inputs { name dtype shape min max categories } } } } } }`;
  const answers = new Map<string, unknown>();
  const takeRows = SHIPPED_MODELS.filter(({ task }) => task !== 'TEXT_GENERATION');
  for (const { name } of takeRows) {
    const { deployment } = await key.client.ask<{
      deployment: { routes: { version: { signature: { inputs: unknown } } }[] };
    }>(query, { name });
    const example = exampleText(deployment.routes[0]!.version.signature.inputs);
    answers.set(name, await outputs(name, JSON.parse(example)));
  }
  expect(answers.get('digit-classifier')).toMatchObject([{ label: '1' }]);
  expect([...answers.values()]).toEqual(takeRows.map(() => expect.anything()));
});

test('what is large is what its hash says', async () => {
  const files = (await Promise.all(SHIPPED_MODELS.map(({ artefacts }) => artefacts()))).flat();
  for (const file of files) {
    if (!('read' in file)) continue;
    const bytes = await file.read();
    expect(bytes.length).toBe(file.sizeBytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.hash);
  }
});

describe('embeddings', () => {
  const length = (vector: number[]): number => Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0));
  const likeness = (a: number[], b: number[]): number =>
    a.reduce((sum, value, at) => sum + value * b[at]!, 0) / (length(a) * length(b));

  test('of texts that mean the same lie closer than those of texts that do not', async () => {
    const texts = ['How old are you?', 'What is your age?', 'The harbour is closed in winter.'];
    const found = await outputs<{ embedding: number[] }[]>(
      'sentence-embeddings',
      texts.map((text) => ({ text })),
    );
    const [first, second, third] = found.map(({ embedding }) => embedding);
    expect(first).toHaveLength(512);
    expect(length(first!)).toBeCloseTo(1, 3);
    expect(likeness(first!, second!)).toBeGreaterThan(0.6);
    expect(likeness(first!, third!)).toBeLessThan(0.3);
  });

  test('do not depend on what is asked beside', async () => {
    const alone = await outputs<{ embedding: number[] }>('sentence-embeddings', { text: 'How old are you?' });
    const beside = await outputs<{ embedding: number[] }[]>('sentence-embeddings', [
      { text: 'A much longer sentence, so that the batch is padded to another length than before.' },
      { text: 'How old are you?' },
    ]);
    expect(likeness(alone.embedding, beside[1]!.embedding)).toBeCloseTo(1, 4);
  });

  test('refuse a text that is too long, empty or none, by row', async () => {
    const rows = [{ text: 'good' }, { text: 'a'.repeat(1001) }, { text: ' ' }, { text: 7 }];
    expect(await refusal('sentence-embeddings', rows)).toEqual(
      [1, 2, 3].map((row) => `INVALID_INPUT input.rows.${row}.text`),
    );
  });
});

test('a question finds the passage that answers it, and tells how close each is', async () => {
  const passages = [
    'The harbour is closed from November to March.',
    'Refunds are paid within fourteen days after you return the goods.',
    'Our office has a view of the sea.',
  ];
  const question = 'When do I get my money back?';
  const found = await outputs<{ answer: string; passage: number; score: number; scores: number[] }>(
    'passage-finder',
    { question, passages },
  );
  expect(found).toMatchObject({ answer: passages[1], passage: 1 });
  expect(found.scores).toHaveLength(3);
  expect(found.score).toBe(Math.max(...found.scores));
  expect(await refusal('passage-finder', { question, passages: [] })).toEqual([
    'INVALID_INPUT input.rows.passages',
  ]);
  expect(await refusal('passage-finder', { question, passages: ['one', 2] })).toEqual([
    'INVALID_INPUT input.rows.passages.1',
  ]);
});

test('sentences that speak well and ill are told apart, and occlusion names the word that says so', async () => {
  const found = await outputs<{ label: string; probability: number }[]>('sentiment-classifier', [
    { text: 'What a wonderful, charming film!' },
    { text: 'Dreadful food and a rude waiter.' },
    { text: 'This is not good.' },
  ]);
  expect(found.map(({ label }) => label)).toEqual(['positive', 'negative', 'negative']);
  const { explanation } = await key.client.mutate<{
    explanation: { attributions: { feature: string; position: number; contribution: number }[] };
  }>(
    'explain',
    'ExplainInput!',
    {
      deployment: 'sentiment-classifier',
      method: 'OCCLUSION',
      rows: { text: 'The film was wonderful today' },
    },
    'explanation { attributions { feature position contribution } }',
  );
  expect(explanation.attributions[0]).toMatchObject({ feature: 'wonderful', position: 13 });
  expect(explanation.attributions[0]!.contribution).toBeGreaterThan(0.2);
});

test('unwanted mail is told from mail that is wanted', async () => {
  const found = await outputs<{ label: string }[]>('spam-classifier', [
    {
      text: 'Click here now! Free money guaranteed, order today, no obligation. To be removed from our mailing list reply.',
    },
    {
      text: 'Thanks for the patch. I think the bug is in the parser, but I wrote a test and it runs here on Linux.',
    },
  ]);
  expect(found.map(({ label }) => label)).toEqual(['spam', 'ham']);
});

describe('images of digits', () => {
  /** A digit drawn by strokes: points from 0 to 1, joined by a thick line. */
  function drawing(side: number, strokes: readonly (readonly [number, number])[][]): number[] {
    const thick = 0.05;
    return Array.from({ length: side * side }, (_, at) => {
      const [x, y] = [((at % side) + 0.5) / side, (Math.floor(at / side) + 0.5) / side];
      const distance = Math.min(
        ...strokes.flatMap((points) =>
          points.slice(1).map(([bx, by], index) => {
            const [ax, ay] = points[index]!;
            const [dx, dy] = [bx - ax, by - ay];
            const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
            return Math.hypot(x - ax - along * dx, y - ay - along * dy);
          }),
        ),
      );
      return Math.max(0, Math.min(1, 1 - (distance - thick) / 0.03));
    });
  }
  const ONE = [
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ] as const;
  const SEVEN = [
    [
      [0.3, 0.25],
      [0.7, 0.25],
      [0.45, 0.8],
    ],
  ] as const;
  const digit = (side: number, strokes: typeof ONE | typeof SEVEN): number[] =>
    drawing(side, strokes as unknown as [number, number][][]);

  function png(side: number, pixels: readonly number[]): string {
    const image = new PNG({ width: side, height: side });
    pixels.forEach((pixel, at) => {
      image.data.fill(Math.round(pixel * 255), at * 4, at * 4 + 3);
      image.data[at * 4 + 3] = 255;
    });
    return PNG.sync.write(image).toString('base64');
  }

  test('are read as pixels and as PNG of any size', async () => {
    const found = await outputs<{ label: string; probabilities: number[] }[]>('digit-classifier', [
      { image: digit(28, ONE) },
      { image: png(28, digit(28, SEVEN)) },
      { image: png(112, digit(112, SEVEN)) },
    ]);
    expect(found.map(({ label }) => label)).toEqual(['1', '7', '7']);
    expect(found[0]!.probabilities).toHaveLength(10);
    expect(found[0]!.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  });

  test('that are none are refused by row', async () => {
    const rows = [
      { image: [0, 1] },
      { image: '***' },
      { image: Buffer.from('no picture').toString('base64') },
      {},
    ];
    expect(await refusal('digit-classifier', rows)).toEqual(
      rows.map((_, row) => `INVALID_INPUT input.rows.${row}.image`),
    );
  });
});
