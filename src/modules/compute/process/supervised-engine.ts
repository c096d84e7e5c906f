/**
 * Keeps one engine process alive: starts it, notices its end, starts it anew with a pause that grows while it keeps
 * dying, and leaves out for a while a rung of the ladder that took a process with it. Callers ask for the present process and
 * wait for it while it is being restarted.
 */
import type { Log } from '../../../platform/log';
import { EngineProcessClient, RungCrashed, type EngineLaunch } from './engine-process-client';
import { FallenRungs } from './fallen-rungs';
import { RestartPause } from './restart-pause';

export type RestartReason = 'DIED' | 'RECYCLED';

export class SupervisedEngine {
  private present: Promise<EngineProcessClient> | undefined;
  private living: EngineProcessClient | undefined;
  private recycling: Promise<void> | undefined;
  private readonly fallen = new FallenRungs();
  private readonly pause = new RestartPause();
  private stopped = false;

  constructor(
    private readonly launchOptions: EngineLaunch,
    private readonly log: Log,
    private readonly onRestart: (reason: RestartReason) => void,
  ) {}

  /** @throws EngineStartError when no engine works, in the words for the person who starts the service. */
  async start(): Promise<EngineProcessClient> {
    this.stopped = false;
    this.present = this.launch().then((engine) => this.adopt(engine));
    return this.present;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.recycling?.catch(() => undefined);
    const engine = await this.present?.catch(() => undefined);
    await engine?.close();
    this.present = undefined;
  }

  /** The process as it is now; undefined while it is being restarted. */
  get current(): EngineProcessClient | undefined {
    return this.living?.isDead ? undefined : this.living;
  }

  /** Puts a new process in the place of this one. The old one answers what it was asked and ends; nobody waits for it. */
  recycle(): Promise<void> {
    this.recycling ??= this.replace().finally(() => (this.recycling = undefined));
    return this.recycling;
  }

  private async replace(): Promise<void> {
    const old = await this.engine();
    const next = await this.launch();
    // The old one died meanwhile: its successor is on its way already.
    if (this.stopped || this.living !== old || old.isDead) return next.close();
    this.present = Promise.resolve(this.adopt(next));
    this.onRestart('RECYCLED');
    await old.idle();
    await old.close();
  }

  /** The living process. @throws AppError ENGINE_UNAVAILABLE when it is down for longer than a caller should wait. */
  async engine(): Promise<EngineProcessClient> {
    if (this.stopped || !this.present || this.pause.isLong) throw this.pause.unavailable();
    return this.present.catch(() => {
      throw this.pause.unavailable();
    });
  }

  /** Starts a process; a rung that kills it is left out and the ladder climbed again. */
  private async launch(): Promise<EngineProcessClient> {
    try {
      return await EngineProcessClient.start(this.launchOptions, this.fallen.reasons());
    } catch (error) {
      if (!(error instanceof RungCrashed) || this.fallen.has(error.rung)) {
        this.fallen.forget();
        throw error;
      }
      this.fallen.fell(error.rung);
      return this.launch();
    }
  }

  /** From now on it is the one; when it ends, another is started, unless it was replaced before. */
  private adopt(engine: EngineProcessClient): EngineProcessClient {
    const startedAt = performance.now();
    this.living = engine;
    void engine.ended.then(() => {
      if (this.living === engine) this.restart(startedAt);
    });
    return engine;
  }

  private restart(startedAt?: number): void {
    if (this.stopped) return;
    const pauseMs = this.pause.died(startedAt);
    this.log.warn({ pauseMs }, 'The engine process ended; it is being restarted.');
    this.onRestart('DIED');
    this.present = after(pauseMs)
      .then(() => this.launch())
      .then((engine) => this.adopt(engine));
    this.present.catch((error: unknown) => {
      this.log.error({ error }, 'The engine process could not be restarted.');
      this.restart();
    });
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
