/**
 * What the rest of the house asks when it wants a model run. It remembers which artefacts are wanted, so that a
 * restarted process gets them again on demand, and it sends a request that died with the process once more: nothing
 * was answered, so nothing happens twice.
 */
import type { EngineChoice } from '../../platform/config';
import type { Log } from '../../platform/log';
import type { Metrics } from '../../platform/metrics';
import { EngineCrashed, EngineRefused, engineUnavailable } from './compute.errors';
import { ComputeMetrics } from './compute-metrics';
import type { Artefact, Batch, EngineHealth, EngineInfo, Outcome } from './engine';
import type { EngineProcessClient } from './process/engine-process-client';
import { SupervisedEngine } from './process/supervised-engine';

export class ComputeService {
  private readonly supervised: SupervisedEngine;
  private readonly metrics: ComputeMetrics;
  private readonly wanted = new Map<string, Artefact>();
  /** Which process has which versions; a new process starts with none. */
  private readonly loads = new WeakMap<EngineProcessClient, Map<string, Promise<EngineInfo>>>();
  private lastInfo: EngineInfo | undefined;

  constructor(choice: EngineChoice, log: Log, metrics: Metrics) {
    this.metrics = new ComputeMetrics(metrics);
    this.supervised = new SupervisedEngine(choice, log, () => this.metrics.restarts.inc());
  }

  /** @throws EngineStartError when the forced engine, or every engine, is missing. */
  async start(): Promise<void> {
    this.lastInfo = (await this.supervised.start()).info();
    this.metrics.up.set(1);
  }

  async stop(): Promise<void> {
    this.metrics.up.set(0);
    await this.supervised.stop();
  }

  /** The engine that serves, and why each better one was refused. @throws AppError before `start`. */
  info(): EngineInfo {
    if (!this.lastInfo) throw engineUnavailable(1_000);
    return this.lastInfo;
  }

  /** Makes a version ready; loading it again replaces it. Answers the engine that will run it. */
  async load(artefact: Artefact): Promise<EngineInfo> {
    const engine = await this.supervised.engine();
    this.wanted.set(artefact.versionId, artefact);
    this.loadsOf(engine).delete(artefact.versionId);
    try {
      return await this.retryOnce(() => this.loaded(artefact.versionId));
    } catch (error) {
      this.wanted.delete(artefact.versionId);
      throw error;
    }
  }

  isLoaded(versionId: string): boolean {
    return this.wanted.has(versionId);
  }

  /**
   * Runs a batch. The signal ends the wait: a request that has not reached the device yet is not run.
   * @throws AppError ENGINE_UNAVAILABLE, or the signal's reason.
   */
  async infer(versionId: string, batch: Batch, options: { signal?: AbortSignal } = {}): Promise<Outcome> {
    const outcome = await this.retryOnce(async () => {
      await this.loaded(versionId);
      return (await this.supervised.engine()).infer(versionId, batch, options.signal);
    });
    this.metrics.deviceMs.observe(outcome.deviceMs);
    this.metrics.batchRows.observe(batch.count);
    return outcome;
  }

  async unload(versionId: string): Promise<void> {
    if (!this.wanted.delete(versionId)) return;
    const engine = await this.supervised.engine();
    if (this.loadsOf(engine).delete(versionId)) await engine.unload(versionId);
  }

  async health(): Promise<EngineHealth> {
    return (await this.supervised.engine()).health();
  }

  /** Single flight: however many requests wait for a version, the process loads it once. */
  private async loaded(versionId: string): Promise<EngineInfo> {
    const artefact = this.wanted.get(versionId);
    if (!artefact) throw new EngineRefused(`${versionId} is not loaded.`);
    const engine = await this.supervised.engine();
    this.lastInfo = engine.info();
    const loads = this.loadsOf(engine);
    let load = loads.get(versionId);
    if (!load) {
      load = engine.load(artefact);
      loads.set(versionId, load);
      load.catch(() => loads.delete(versionId));
    }
    return load;
  }

  private loadsOf(engine: EngineProcessClient): Map<string, Promise<EngineInfo>> {
    let loads = this.loads.get(engine);
    if (!loads) this.loads.set(engine, (loads = new Map()));
    return loads;
  }

  private async retryOnce<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EngineCrashed)) throw error;
      this.metrics.retries.inc();
    }
    return work().catch((error: unknown) => {
      throw error instanceof EngineCrashed ? engineUnavailable(1_000) : error;
    });
  }
}
