/**
 * Entry of the process that trains: one task after the other, one answer each. It lives apart from the server so that serving
 * does not feel it, and it ends by itself when its parent is gone, so that nobody's training goes on unseen. The same
 * entry helps another trainer with its batches.
 */
import path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { AppError } from '../../../../kernel/errors';
import { readTable } from '../../dataset/table-file';
import { gradientOf } from '../network/gradient';
import { problemOf } from '../train-network';
import { type ModelListener, trainModel, tryModel } from '../train-model';
import { prepareTrainingData } from '../training-data';
import { unitOf } from '../unit';
import {
  type HelperMessage,
  type TrainerMessage,
  type TrainerOrder,
  TrainingRefused,
  TrainingStopped,
  type TrainingTask,
} from './trainer-message';

let isPausing = false;
let backendOnce: ReturnType<typeof openBackend> | undefined;
let answerBatch: ((order: Extract<TrainerOrder, { kind: 'gradient' }>) => Promise<void>) | undefined;

process.on('disconnect', () => process.exit(1));
// Ctrl-C and a supervisor's SIGTERM reach the whole group; the parent ends its trainer when it hands the job back.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('message', (order: TrainerOrder) => {
  switch (order.kind) {
    case 'train':
    case 'try':
      return orEnd(work(order));
    case 'pause':
      isPausing = true;
      return;
    case 'help':
      return orEnd(help(order.task));
    case 'gradient':
      return orEnd(answerBatch!(order));
  }
});

function orEnd(work: Promise<void>): void {
  work.catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
}

async function work({ kind, task }: Extract<TrainerOrder, { kind: 'train' | 'try' }>): Promise<void> {
  isPausing = false;
  const { tf, backend } = await (backendOnce ??= openBackend());
  const listener: ModelListener = {
    onStarted: (continues) => say({ kind: 'started', backend, continues }),
    onEpoch: (figures, stored) => say({ kind: 'epoch', figures, ...stored }),
    onCheckpoint: (stored) => say({ kind: 'checkpoint', ...stored }),
    isPausing: () => isPausing,
  };
  try {
    if (kind === 'train') await say({ kind: 'trained', result: await trainModel(tf, task, listener) });
    else {
      await tryModel(tf, task, listener);
      await say({ kind: 'tried' });
    }
  } catch (error) {
    if (error instanceof TrainingStopped) await say({ kind: 'stopped', reason: error.reason });
    else if (error instanceof TrainingRefused || error instanceof AppError)
      await say({ kind: 'refused', message: error.message });
    else throw error;
  }
}

async function help({ tablePath, label, recipe }: TrainingTask): Promise<void> {
  const { tf, backend } = await openBackend();
  const { training } = prepareTrainingData(readTable(tablePath), label, recipe);
  const gradient = gradientOf(tf, problemOf(training, recipe, label, unitOf(training.labels, recipe)));
  answerBatch = ({ turn, weights, part }) =>
    say({ kind: 'gradient', turn, gradient: gradient(weights, part) });
  await say({ kind: 'ready', backend });
}

/** WebAssembly where it works, else plain JavaScript. `setBackend` answers false without a word, so it is asked. */
async function openBackend(): Promise<{ tf: typeof Tf; backend: string }> {
  const tf = await import('@tensorflow/tfjs');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const { registerWasmKernels } = await import('../../../compute/process-door');
  const file = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  setWasmPaths(`${path.dirname(file)}${path.sep}`);
  registerWasmKernels(tf);
  const accepted = await tf.setBackend('wasm').catch(() => false);
  if (!accepted || tf.getBackend() !== 'wasm') await tf.setBackend('cpu');
  await tf.ready();
  return { tf, backend: tf.getBackend() };
}

function say(message: TrainerMessage | HelperMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
