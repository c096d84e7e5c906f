/**
 * Runs a model that was brought in on the engine that would serve it, before it becomes a version: whether it runs at all,
 * how many numbers it answers, whether a row is answered alike alone and among others, and whether it answers what its
 * owner expects.
 */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../../kernel/errors';
import { type ComputeService, EngineRefused } from '../../compute';
import type { FrozenForm } from './read-artefact';

/** Single precision in another order of summing, for numbers above 1 in proportion. */
const TOLERANCE = 1e-4;
/** What its owner says it answers may come from another precision. */
const EXPECTED_TOLERANCE = 1e-3;

export type TrialEngine = Pick<ComputeService, 'load' | 'infer' | 'unload'>;

export interface Samples {
  /** One after the other. */
  readonly rows: Float32Array;
  readonly count: number;
}

export interface Trial {
  readonly outputs: Float32Array;
  /** Numbers that it answers a row. */
  readonly width: number;
}

/** @throws Error in words for its owner; AppError when no engine can be asked now. */
export async function tried(
  engine: TrialEngine,
  { format, bytes }: FrozenForm,
  samples: Samples,
  id: string,
): Promise<Trial> {
  // Others may bring in the same at once, and each ends what it loaded.
  const versionId = `import:${id}:${format}:${randomUUID()}`;
  const inputWidth = samples.rows.length / samples.count;
  try {
    await engine.load({ versionId, inputWidth, outputWidth: null, files: [{ format, source: { bytes } }] });
    const { outputs } = await engine.infer(versionId, samples);
    const width = outputs.length / samples.count;
    const alone = await engine.infer(versionId, { rows: samples.rows.slice(0, inputWidth), count: 1 });
    const among = samples.count > 1 ? outputs : await besideZeros(engine, versionId, samples.rows, outputs);
    if (difference(alone.outputs, among.subarray(0, width)) > TOLERANCE)
      throw new Error(
        'The model answers a row otherwise when others are asked beside it, so it cannot be batched.',
      );
    return { outputs, width };
  } catch (error) {
    throw inWords(error);
  } finally {
    await engine.unload(versionId);
  }
}

/** What a single row is answered beside one of zeros; `alone` where such a row has no answer. */
async function besideZeros(
  engine: TrialEngine,
  versionId: string,
  row: Float32Array,
  alone: Float32Array,
): Promise<Float32Array> {
  const rows = new Float32Array(2 * row.length);
  rows.set(row);
  return engine.infer(versionId, { rows, count: 2 }).then(
    ({ outputs }) => outputs,
    () => alone,
  );
}

/** @param expected what some of the rows are to be answered, by their index. @throws Error that names the row and the numbers. */
export function checkExpected(
  { outputs, width }: Trial,
  expected: ReadonlyMap<number, readonly number[]>,
): void {
  for (const [row, numbers] of expected) {
    const given = outputs.subarray(row * width, (row + 1) * width);
    if (numbers.length !== width)
      throw new Error(`Sample ${row} expects ${numbers.length} numbers; the model answers ${width}.`);
    if (difference(given, Float32Array.from(numbers)) > EXPECTED_TOLERANCE)
      throw new Error(`Sample ${row} expects ${shown(numbers)}; the model answers ${shown(given)}.`);
  }
}

/** Largest difference, in proportion for numbers above 1. */
export function difference(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return Infinity;
  return one.reduce((most, value, at) => {
    const size = Math.max(1, Math.abs(value), Math.abs(other[at]!));
    return Math.max(most, Math.abs(value - other[at]!) / size);
  }, 0);
}

export function agree(one: Trial, other: Trial): boolean {
  return difference(one.outputs, other.outputs) <= TOLERANCE;
}

/** Drawn rows may be nothing that the model was made for: a logarithm of a negative number. */
const NO_NUMBER = /which is no number/;
const OTHER_SAMPLES = ' Send rows in samples that it can answer.';
/** Engines say in many dialects that they do not know an operator. */
const UNKNOWN_OPERATOR =
  /(?:Could not find an implementation for|Unknown op|Unknown layer:|Kernel|No Op registered for|Fatal error:)\s*'?([\w.:]+)/;

function inWords(error: unknown): unknown {
  if (error instanceof AppError && error.code !== 'ENGINE_FAULT') return error;
  if (!(error instanceof EngineRefused) && !(error instanceof AppError)) return error;
  const operator = UNKNOWN_OPERATOR.exec(error.message)?.[1];
  const first = withoutPlace(error.message.split('\n')[0]!).slice(0, 500);
  return new Error(
    operator
      ? `The engine does not know the operator ${operator}. ${first}`
      : `The engine refuses it: ${first}${NO_NUMBER.test(first) ? OTHER_SAMPLES : ''}`,
  );
}

/** Without the place in the engine's own source where it was found: `/…/model.cc:202 Model::Model(…) Unsupported …`. */
function withoutPlace(message: string): string {
  return message.replace(/^\S+\.(?:cc|h):\d+ .*?\)(?: const)? (?=[A-Z])/, '');
}

function shown(numbers: ArrayLike<number>): string {
  return Array.from(numbers)
    .slice(0, 8)
    .map((value) => Number(value.toPrecision(6)))
    .join(', ');
}
