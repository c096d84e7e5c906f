/**
 * Keeps one engine process alive: starts it, notices its end, starts it anew with a pause that grows while it keeps
 * dying, and leaves out a rung of the ladder that took a process with it. Callers ask for the present process and
 * wait for it while it is being restarted.
 */
import type { EngineChoice } from '../../../platform/config';
import type { Log } from '../../../platform/log';
import { engineUnavailable } from '../compute.errors';
import { EngineProcessClient, RungCrashed } from './engine-process-client';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long was healthy: the pauses begin anew. */
const HEALTHY_MS = 30_000;
/** Callers wait this long for a restart; a longer pause is told to them instead. */
const PATIENCE_MS = 1_000;

/** The pause before the next start, after so many deaths in a row. */
export function restartPause(deaths: number): number {
  return Math.min(LONGEST_PAUSE_MS, deaths === 0 ? 0 : FIRST_PAUSE_MS * 4 ** (deaths - 1));
}

export class SupervisedEngine {
  private present: Promise<EngineProcessClient> | undefined;
  private readonly known: Record<string, string> = {};
  private deaths = 0;
  private pausedUntil = 0;
  private stopped = false;

  constructor(
    private readonly choice: EngineChoice,
    private readonly log: Log,
    private readonly onRestart: () => void,
  ) {}

  /** @throws EngineStartError when no engine works, in the words for the person who starts the service. */
  async start(): Promise<EngineProcessClient> {
    this.stopped = false;
    this.present = this.launch();
    return this.present;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const engine = await this.present?.catch(() => undefined);
    await engine?.close();
    this.present = undefined;
  }

  /** The living process. @throws AppError ENGINE_UNAVAILABLE when it is down for longer than a caller should wait. */
  async engine(): Promise<EngineProcessClient> {
    const pauseLeft = this.pausedUntil - performance.now();
    if (this.stopped || !this.present || pauseLeft > PATIENCE_MS) {
      throw engineUnavailable(Math.ceil(Math.max(pauseLeft, PATIENCE_MS)));
    }
    return this.present.catch(() => {
      throw engineUnavailable(Math.ceil(Math.max(this.pausedUntil - performance.now(), PATIENCE_MS)));
    });
  }

  /** Starts a process; a rung that kills it is left out and the ladder climbed again. */
  private async launch(): Promise<EngineProcessClient> {
    const startedAt = performance.now();
    try {
      const engine = await EngineProcessClient.start(this.choice, this.known);
      void engine.ended.then(() => this.restart(startedAt));
      return engine;
    } catch (error) {
      if (!(error instanceof RungCrashed) || this.known[error.rung] !== undefined) throw error;
      this.known[error.rung] = 'the engine process died while it was tried';
      return this.launch();
    }
  }

  private restart(startedAt: number): void {
    if (this.stopped) return;
    this.deaths = performance.now() - startedAt > HEALTHY_MS ? 1 : this.deaths + 1;
    const pause = restartPause(this.deaths);
    this.pausedUntil = performance.now() + pause;
    this.log.warn(
      { deaths: this.deaths, pauseMs: pause },
      'The engine process ended; it is being restarted.',
    );
    this.onRestart();
    this.present = after(pause).then(() => this.launch());
    this.present.catch((error: unknown) => {
      this.log.error({ error }, 'The engine process could not be restarted.');
      this.restart(performance.now());
    });
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
