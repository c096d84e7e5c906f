/**
 * Entry of the process that trains: one task, one answer, then it ends. It lives apart from the server so that serving
 * does not feel it, and it ends by itself when its parent is gone, so that nobody's training goes on unseen.
 */
import path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { trainModel } from './train-model';
import { type TrainerMessage, TrainingRefused, type TrainingTask } from './trainer-message';

process.on('disconnect', () => process.exit(1));
// Ctrl-C and a supervisor's SIGTERM reach the whole group; the parent ends its trainer when it hands the job back.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('message', (task: TrainingTask) => {
  work(task).then(
    () => process.disconnect(),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});

async function work(task: TrainingTask): Promise<void> {
  const tf = await import('@tensorflow/tfjs');
  await say({ kind: 'started', backend: await chooseBackend(tf) });
  try {
    const result = await trainModel(tf, task, (figures) => say({ kind: 'epoch', figures }));
    await say({ kind: 'trained', result });
  } catch (error) {
    if (!(error instanceof TrainingRefused)) throw error;
    await say({ kind: 'refused', message: error.message });
  }
}

/** WebAssembly where it works, else plain JavaScript. `setBackend` answers false without a word, so it is asked. */
async function chooseBackend(tf: typeof Tf): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const file = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  setWasmPaths(`${path.dirname(file)}${path.sep}`);
  const accepted = await tf.setBackend('wasm').catch(() => false);
  if (!accepted || tf.getBackend() !== 'wasm') await tf.setBackend('cpu');
  await tf.ready();
  return tf.getBackend();
}

function say(message: TrainerMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
