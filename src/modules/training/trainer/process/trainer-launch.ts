/** The parent's side of a training: starts the process, hears its progress, and tells why it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { invalidInput } from '../../../../kernel/errors';
import { trainerCommand } from './trainer-command';
import type {
  EpochFigures,
  Progress,
  TrainerMessage,
  TrainerOrder,
  TrainingResult,
  TrainingTask,
} from './trainer-message';
import { TrainingStopped } from './trainer-message';

const REMEMBERED_LENGTH = 2000;

export interface TrainerListener {
  /** @param continues whether it goes on from the checkpoint that it was given. */
  onStarted(backend: string, continues: boolean): Promise<void>;
  /** Epochs and checkpoints come one after the other; a failure here ends the training. */
  onEpoch(figures: EpochFigures, progress: Progress): Promise<void>;
  onCheckpoint(progress: Progress): Promise<void>;
}

export interface TrainerSignals {
  /** Kills it. */
  readonly abort: AbortSignal;
  /** Lets it stop at the next batch, with a checkpoint. */
  readonly pause: AbortSignal;
}

/**
 * Trains in a process of its own.
 * @throws AppError INVALID_INPUT when it cannot succeed, TrainingStopped when it paused or its budget was spent, Error when
 * the process died: then it may be tried again.
 */
export async function runTrainer(
  task: TrainingTask,
  listener: TrainerListener,
  { abort, pause }: TrainerSignals,
): Promise<TrainingResult> {
  abort.throwIfAborted();
  const { command, args, cwd } = trainerCommand();
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const kill = (): boolean => child.kill('SIGKILL');
  const askToPause = (): void => send(child, { kind: 'pause' });
  abort.addEventListener('abort', kill, { once: true });
  pause.addEventListener('abort', askToPause, { once: true });
  try {
    const result = converse(child, task, listener, abort);
    if (pause.aborted) askToPause();
    return await result;
  } finally {
    abort.removeEventListener('abort', kill);
    pause.removeEventListener('abort', askToPause);
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
            return listener.onStarted(message.backend, message.continues);
          case 'epoch':
            return listener.onEpoch(message.figures, message);
          case 'checkpoint':
            return listener.onCheckpoint(message);
          case 'trained':
            return resolve(message.result);
          case 'stopped':
            throw new TrainingStopped(message.reason);
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
    child.send({ kind: 'train', task } satisfies TrainerOrder, (error) => error && reject(error));
  });
}

/** An order that comes too late is for nobody: how the process ended is told by itself. */
function send(child: ChildProcess, order: TrainerOrder): void {
  if (child.connected) child.send(order, () => undefined);
}
