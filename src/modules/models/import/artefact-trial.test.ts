/** A model that was brought in is tried alone, whoever else tries the same one, and a row beside another. */
import type { Artefact } from '../../compute';
import { tried, type TrialEngine } from './artefact-trial';

type Answers = (rows: Float32Array) => Float32Array;

/** Answers one number for each, by a rule that sees all rows of a batch. */
class RuledEngine {
  readonly held = new Set<string>();
  /** What happens while the next batch is run. */
  meanwhile: (() => Promise<unknown>) | undefined;

  constructor(private readonly answers: Answers) {}

  async load({ versionId }: Artefact): Promise<void> {
    this.held.add(versionId);
  }

  async infer(versionId: string, { rows }: { rows: Float32Array }) {
    const meanwhile = this.meanwhile;
    this.meanwhile = undefined;
    await meanwhile?.();
    if (!this.held.has(versionId)) throw new Error(`${versionId} is not loaded.`);
    const outputs = this.answers(rows);
    if (outputs.some((value) => !Number.isFinite(value))) throw new Error('The model answers no number.');
    return { outputs, deviceMs: 1 };
  }

  async unload(versionId: string): Promise<void> {
    this.held.delete(versionId);
  }
}

const FORM = { format: 'ONNX' as const, bytes: new Uint8Array(1) };
const doubled: Answers = (rows) => rows.map((value) => 2 * value);
const aboveMean: Answers = (rows) => {
  const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
  return rows.map((value) => value - mean);
};

function trial(engine: RuledEngine, ...rows: number[]) {
  const samples = { rows: Float32Array.from(rows), count: rows.length };
  return tried(engine as unknown as TrialEngine, FORM, samples, 'same');
}

test('two who bring in the same at once are both answered', async () => {
  const engine = new RuledEngine(doubled);
  let other: Promise<unknown> | undefined;
  engine.meanwhile = () => (other = trial(engine, 1, 2));
  expect([...(await trial(engine, 1, 2)).outputs]).toEqual([2, 4]);
  await expect(other).resolves.toMatchObject({ width: 1 });
  expect(engine.held.size).toBe(0);
});

test.each([[[1, 2, 6]], [[3]]])('rows %p that hang on each other cannot be batched', async (rows) => {
  await expect(trial(new RuledEngine(aboveMean), ...rows)).rejects.toThrow('cannot be batched');
  await expect(trial(new RuledEngine(doubled), ...rows)).resolves.toMatchObject({ width: 1 });
});

test('a single row is taken as it is where none of zeros has an answer', async () => {
  const engine = new RuledEngine((rows) => rows.map((value) => 1 / value));
  const { outputs, width } = await trial(engine, 4);
  expect([[...outputs], width]).toEqual([[0.25], 1]);
});
