/**
 * One loaded TensorFlow.js model, made to take rows and answer rows. `predictOnBatch` is used because `predict` cuts
 * batches of 32; a graph is executed asynchronously, because what finds its places by looking at the values (text)
 * cannot run otherwise.
 */
import type * as Tf from '@tensorflow/tfjs';
import type { Batch } from '../engine';
import type { Runnable } from '../local-engine';
import { sideBySide } from '../side-by-side';
import type { GraphInterface, readTfjsBundle } from './tfjs-bundle';

type TensorFlow = typeof Tf;
type Bundle = ReturnType<typeof readTfjsBundle>;

/** A row becomes whatever shape the first layer wants. */
export async function openLayersModel(tf: TensorFlow, bundle: Bundle, inputWidth: number): Promise<Runnable> {
  const model = await tf.loadLayersModel(tf.io.fromMemory(bundle));
  const shape = innerShape(model.inputs[0]?.shape.slice(1) ?? [], inputWidth);
  return {
    async run({ rows, count }: Batch): Promise<Float32Array> {
      const outputs = tf.tidy(() => model.predictOnBatch(tf.tensor(rows, [count, ...shape])));
      return answerOf(tf, outputs, count);
    },
    release() {
      model.dispose();
      return Promise.resolve();
    },
  };
}

export async function openGraphModel(tf: TensorFlow, bundle: Bundle, inputWidth: number): Promise<Runnable> {
  const { graph } = bundle;
  if (!graph) throw new Error('The bundle of a graph model must say how a row becomes its inputs.');
  const model = await tf.loadGraphModel(tf.io.fromMemory({ ...bundle, format: 'graph-model' }));
  return {
    async run(batch: Batch): Promise<Float32Array> {
      const inputs = inputsOf(tf, graph, batch, inputWidth);
      try {
        return await answerOf(tf, await model.executeAsync(inputs, namesOf(graph)), batch.count);
      } finally {
        tf.dispose(inputs);
      }
    },
    release() {
      model.dispose();
      return Promise.resolve();
    },
  };
}

function inputsOf(tf: TensorFlow, graph: GraphInterface, { rows, count }: Batch, inputWidth: number) {
  if (graph.rows === 'TENSOR')
    return { [graph.input]: tf.tensor(rows, [count, ...graph.shape], graph.dtype) };
  const { values, places } = sparse(rows, count, inputWidth);
  return {
    [graph.values]: tf.tensor1d(values, 'int32'),
    [graph.indices]: tf.tensor2d(places, [values.length, 2], 'int32'),
  };
}

/** @throws Error for a row without a token: the graph would answer one row less and shift those behind it. */
function sparse(rows: Float32Array, count: number, width: number) {
  const values: number[] = [];
  const places: number[] = [];
  for (let row = 0; row < count; row++) {
    const before = values.length;
    for (let place = 0; place < width && rows[row * width + place]! >= 0; place++) {
      values.push(rows[row * width + place]!);
      places.push(row, place);
    }
    if (values.length === before) throw new Error(`Row ${row} has no token.`);
  }
  return { values: Int32Array.from(values), places: Int32Array.from(places) };
}

function namesOf({ output }: GraphInterface): string | string[] | undefined {
  return typeof output === 'string' || output === undefined ? output : [...output];
}

/** The numbers of every output, row by row beside each other; what holds them is given back. */
async function answerOf(
  tf: TensorFlow,
  outputs: Tf.Tensor | Tf.Tensor[],
  count: number,
): Promise<Float32Array> {
  const tensors = Array.isArray(outputs) ? outputs : [outputs];
  try {
    const parts = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
    return sideBySide(parts, count);
  } finally {
    tf.dispose(outputs);
  }
}

/** The shape of one row; at most one of its dimensions may be free. */
function innerShape(shape: readonly (number | null)[], width: number): number[] {
  const fixed = shape.reduce<number>((product, size) => product * (size ?? 1), 1);
  const inner = shape.map((size) => size ?? width / fixed);
  if (inner.reduce((product, size) => product * size, 1) !== width || !inner.every(Number.isInteger)) {
    throw new Error(`The model takes rows of the shape ${JSON.stringify(shape)}; ${width} numbers come.`);
  }
  return inner;
}
