/** The parent's side of a training: starts the process, hears its progress, and tells why it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { invalidInput } from '../../../../kernel/errors';
import { environmentWith } from '../../../../platform/config';
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

type Task = Extract<TrainerOrder, { kind: 'train' | 'try' }>;

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

/** The process ended before its task did: another one may do better. */
export class TrainerDied extends Error {
  override readonly name = 'TrainerDied';
}

/**
 * Trains in a process of its own.
 * @throws AppError INVALID_INPUT when it cannot succeed, TrainingStopped when it paused or its budget was spent, TrainerDied
 * when the process died: then it may be tried again.
 */
export async function runTrainer(
  task: TrainingTask,
  listener: TrainerListener,
  signals: TrainerSignals,
): Promise<TrainingResult> {
  signals.abort.throwIfAborted();
  const trainer = new Trainer();
  try {
    return await trainer.train(task, listener, signals);
  } finally {
    trainer.close();
  }
}

/** A process that takes one task after the other: what it loads for the first it need not load again. */
export class Trainer {
  private readonly child: ChildProcess;
  private lastWords = '';
  private ending: string | undefined;

  constructor() {
    const { command, args } = trainerCommand();
    this.child = spawn(command, args, {
      env: environmentWith({}),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-REMEMBERED_LENGTH);
    });
    this.child.on('error', ({ message }) => (this.ending = message));
    this.child.on('close', (code, by) => (this.ending ??= by ?? `code ${code}`));
  }

  /** @throws as `runTrainer`. */
  async train(
    task: TrainingTask,
    listener: TrainerListener,
    signals: TrainerSignals,
  ): Promise<TrainingResult> {
    return (await this.work({ kind: 'train', task }, listener, signals))!;
  }

  /** Learns without an evaluation; what it learned is the last checkpoint that the listener hears. @throws as `runTrainer`. */
  async tryOut(task: TrainingTask, listener: TrainerListener, signals: TrainerSignals): Promise<void> {
    await this.work({ kind: 'try', task }, listener, signals);
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  /** Undefined for a task without a result. */
  private async work(
    order: Task,
    listener: TrainerListener,
    { abort, pause }: TrainerSignals,
  ): Promise<TrainingResult | undefined> {
    abort.throwIfAborted();
    const kill = (): void => this.close();
    const askToPause = (): void => this.send({ kind: 'pause' });
    abort.addEventListener('abort', kill, { once: true });
    pause.addEventListener('abort', askToPause, { once: true });
    const hears = new AbortController();
    try {
      const result = this.converse(order, listener, abort, hears.signal);
      if (pause.aborted) askToPause();
      return await result;
    } finally {
      hears.abort();
      abort.removeEventListener('abort', kill);
      pause.removeEventListener('abort', askToPause);
    }
  }

  private converse(
    order: Task,
    listener: TrainerListener,
    signal: AbortSignal,
    until: AbortSignal,
  ): Promise<TrainingResult | undefined> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      let heard = Promise.resolve();
      const then = (act: () => void | Promise<void>): void => {
        heard = heard.then(act);
        heard.catch(reject);
      };
      const ended = (): void =>
        then(() => {
          signal.throwIfAborted();
          throw new TrainerDied(
            `The trainer ended before it was done (${this.ending}). ${this.lastWords}`.trim(),
          );
        });
      const hear = (message: TrainerMessage): void =>
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
            case 'tried':
              return resolve(undefined);
            case 'stopped':
              throw new TrainingStopped(message.reason);
            case 'refused':
              throw invalidInput(['input', 'recipe'], message.message, 'training');
          }
        });
      if (this.ending !== undefined) return ended();
      child.on('message', hear);
      child.on('error', reject);
      // `close` comes after the last message: whatever was said has been heard.
      child.on('close', ended);
      until.addEventListener('abort', () => {
        child.off('message', hear).off('error', reject).off('close', ended);
      });
      child.send(order, (error) => error && reject(new TrainerDied(error.message)));
    });
  }

  /** An order that comes too late is for nobody: how the process ended is told by itself. */
  private send(order: TrainerOrder): void {
    if (this.child.connected) this.child.send(order, () => undefined);
  }
}
