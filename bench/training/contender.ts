/**
 * One way of training in a process of its own: ours changes kernels of the WebAssembly backend, and plain TensorFlow.js
 * must not profit from that. It answers how long a number of steps took, the look at the rows it watches included.
 */
import type * as Tf from '@tensorflow/tfjs';
import { LADDER } from '../../src/modules/compute/ladder';
import type { Backend } from '../../src/modules/compute/local-engine';
import { registerWasmKernels } from '../../src/modules/compute/process-door';
import {
  openTensorflowCpu,
  openTensorflowGpu,
  openTensorflowNode,
  openTensorflowWasm,
  openTensorflowWebgpu,
} from '../../src/modules/compute/tensorflow/tensorflow-rungs';
import { trainNetwork } from '../../src/modules/training/trainer/train-network';
import type { Examples } from '../../src/modules/training/trainer/training-data';
import { type Network, NETWORKS, rowsOf } from './networks';
import { fitted, minimised } from './plain';

export const TRAINERS = ['flywheel', 'model.fit', 'optimizer.minimize'] as const;
export type TrainerName = (typeof TRAINERS)[number];

export interface Order {
  readonly network: number;
  readonly steps: number;
}

export type Answer =
  | { readonly kind: 'ready'; readonly device: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'trained'; readonly milliseconds: number; readonly loss: number };

/** Trains one epoch and answers its milliseconds and the loss on the rows that are watched. */
export type EpochOf = (
  tf: typeof Tf,
  network: Network,
  rows: { readonly training: Examples; readonly validation: Examples },
) => Promise<{ milliseconds: number; loss: number }>;

const OPENERS: Readonly<Record<string, () => Promise<Backend>>> = {
  'tensorflow-gpu': openTensorflowGpu,
  'tensorflow-webgpu': openTensorflowWebgpu,
  'tensorflow-node': openTensorflowNode,
  'tensorflow-wasm': openTensorflowWasm,
  'tensorflow-cpu': openTensorflowCpu,
};
export const BACKENDS = LADDER.filter(({ name }) => name in OPENERS);

/** The product's own loop. What it begins with is made before the clock starts, as a model of TensorFlow.js is. */
const flywheel: EpochOf = async (tf, { recipe, label }, rows) => {
  let [begun, milliseconds, loss] = [0, 0, NaN];
  await trainNetwork(tf, rows, recipe, label, {
    beforeBatch: () => void (begun ||= performance.now()),
    onEpoch({ valLoss }) {
      milliseconds = performance.now() - begun;
      loss = valLoss;
    },
  });
  return { milliseconds, loss };
};

const EPOCHS: Readonly<Record<TrainerName, EpochOf>> = {
  flywheel,
  'model.fit': fitted,
  'optimizer.minimize': minimised,
};

async function main(): Promise<void> {
  const [backend, trainer] = process.argv.slice(2) as [string, TrainerName];
  const say = (answer: Answer): void => void process.send!(answer);
  let opened: Backend;
  try {
    opened = await OPENERS[backend]!();
  } catch (error) {
    return say({ kind: 'refused', reason: (error as Error).message.split('\n', 1)[0]! });
  }
  const tf = await import('@tensorflow/tfjs');
  if (trainer === 'flywheel' && tf.getBackend() === 'wasm') registerWasmKernels(tf);
  process.on('message', ({ network: index, steps }: Order) => {
    const network = NETWORKS[index]!;
    const count = Math.min(network.rows, steps * network.recipe.batchSize);
    const rows = { training: rowsOf(network, count), validation: rowsOf(network, Math.ceil(count / 10)) };
    EPOCHS[trainer](tf, network, rows).then(
      (trained) => say({ kind: 'trained', ...trained }),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  say({ kind: 'ready', device: opened.device });
}

if (require.main === module) {
  process.on('disconnect', () => process.exit(0));
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
