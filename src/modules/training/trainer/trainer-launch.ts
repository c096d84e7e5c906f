/** The parent's side of a training: starts the process, hears its progress, and tells why it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { invalidInput } from '../../../kernel/errors';
import type { EpochFigures, TrainerMessage, TrainingResult, TrainingTask } from './trainer-message';

const REMEMBERED_LENGTH = 2000;

export interface TrainerListener {
  onStarted(backend: string): Promise<void>;
  /** Epochs come one after the other; a failure here ends the training. */
  onEpoch(figures: EpochFigures): Promise<void>;
}

/**
 * Trains in a process of its own, which is killed when the signal says so.
 * @throws AppError INVALID_INPUT when it cannot succeed, Error when the process died: then it may be tried again.
 */
export async function runTrainer(
  task: TrainingTask,
  listener: TrainerListener,
  signal: AbortSignal,
): Promise<TrainingResult> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, entry(), {
    cwd: path.resolve(__dirname, '../../../..'),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const kill = (): boolean => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    return await converse(child, task, listener, signal);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function converse(
  child: ChildProcess,
  task: TrainingTask,
  listener: TrainerListener,
  signal: AbortSignal,
): Promise<TrainingResult> {
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-REMEMBERED_LENGTH);
  });
  return new Promise((resolve, reject) => {
    let heard = Promise.resolve();
    const then = (act: () => void | Promise<void>): void => {
      heard = heard.then(act);
      heard.catch(reject);
    };
    child.on('message', (message: TrainerMessage) => {
      then(() => {
        switch (message.kind) {
          case 'started':
            return listener.onStarted(message.backend);
          case 'epoch':
            return listener.onEpoch(message.figures);
          case 'trained':
            return resolve(message.result);
          case 'refused':
            throw invalidInput(['input', 'recipe'], message.message, 'training');
        }
      });
    });
    child.on('error', reject);
    // `close` comes after the last message: whatever was said has been heard.
    child.on('close', (code, by) => {
      then(() => {
        signal.throwIfAborted();
        throw new Error(
          `The trainer ended before it was done (${by ?? `code ${code}`}). ${lastWords}`.trim(),
        );
      });
    });
    child.send(task, (error) => error && reject(error));
  });
}

/** From sources, the child needs the same compiler hook as its parent; from a build it needs nothing. */
function entry(): string[] {
  const hook = __filename.endsWith('.ts') ? ['--require', require.resolve('@swc-node/register')] : [];
  return [...hook, path.join(__dirname, `trainer-process${path.extname(__filename)}`)];
}
