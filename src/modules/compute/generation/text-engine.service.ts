/**
 * Writes text with the models of the house, in a process of its own that is started when the first text is asked for
 * and again when it dies. It remembers which versions are wanted, so that a new process gets them on demand. A text of
 * which nothing was said yet is begun once more after a crash; what was said is never said twice.
 */
import { type CancelSignal, untilAborted } from '../../../kernel/cancellation';
import type { Log } from '../../../platform/log';
import type { Metrics } from '../../../platform/metrics';
import { EngineCrashed, EngineRefused } from '../compute.errors';
import { type EngineInfo, EngineKind } from '../engine';
import { RestartPause } from '../process/restart-pause';
import type { TokenChunk, TokenEngine, TokenRequest } from './token-engine';
import { type TokenArtefact, TokenProcessClient } from './token-process-client';

export class TextEngineService implements TokenEngine<TokenArtefact> {
  private readonly wanted = new Map<string, TokenArtefact>();
  private readonly loads = new WeakMap<TokenProcessClient, Map<string, Promise<void>>>();
  private readonly restarts;
  private readonly tokens;
  private present: Promise<TokenProcessClient> | undefined;
  private described: EngineInfo = {
    kind: EngineKind.ONNX,
    device: 'CPU',
    version: 'onnxruntime-node',
    refused: [],
  };
  private readonly pause = new RestartPause();
  private stopped = false;

  constructor(
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.restarts = metrics.counter(
      'text_engine_deaths_total',
      'How often the process that writes text died.',
    );
    this.tokens = metrics.counter('text_engine_tokens_total', 'Tokens that were written.');
  }

  /** Makes a version known; it is loaded when the first text of it is asked for. */
  offer(artefact: TokenArtefact): void {
    this.wanted.set(artefact.versionId, artefact);
  }

  async load(artefact: TokenArtefact): Promise<EngineInfo> {
    const engine = await this.engine();
    this.offer(artefact);
    this.loadsOf(engine).delete(artefact.versionId);
    await this.loaded(engine, artefact.versionId);
    return this.described;
  }

  async unload(versionId: string): Promise<void> {
    if (!this.wanted.delete(versionId) || !this.present) return;
    const engine = await this.engine();
    if (this.loadsOf(engine).delete(versionId)) await engine.unload(versionId);
  }

  /** What runs the models here; the version is known once the process has started. */
  info(): EngineInfo {
    return this.described;
  }

  /** @throws AppError ENGINE_UNAVAILABLE before anything was said; EngineCrashed after. */
  async *generate(
    versionId: string,
    request: TokenRequest,
    signal: CancelSignal,
  ): AsyncGenerator<TokenChunk, void> {
    for (let attempt = 1; ; attempt++) {
      let said = false;
      try {
        // Others may want it, too: it goes on starting, and loading, when this one does not wait any more.
        const engine = await untilAborted(this.engine(), signal);
        await untilAborted(this.loaded(engine, versionId), signal);
        for await (const chunk of engine.generate(versionId, request, signal)) {
          said = true;
          this.tokens.inc(chunk.tokens);
          yield chunk;
        }
        return;
      } catch (error) {
        if (!(error instanceof EngineCrashed) || said) throw error;
        if (attempt > 1) throw this.pause.unavailable();
      }
    }
  }

  /** The process of the moment, for tests that kill it; undefined while there is none. */
  async pid(): Promise<number | undefined> {
    return (await this.present)?.pid;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const engine = await this.present?.catch(() => undefined);
    await engine?.close();
  }

  private engine(): Promise<TokenProcessClient> {
    if (this.stopped || (!this.present && this.pause.isLong)) return Promise.reject(this.pause.unavailable());
    this.present ??= this.start(this.pause.leftMs);
    return this.present;
  }

  private async start(pauseMs: number): Promise<TokenProcessClient> {
    try {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const startedAt = performance.now();
      const engine = await TokenProcessClient.start();
      this.described = { ...this.described, version: engine.version };
      void engine.ended.then(() => this.ended(startedAt));
      return engine;
    } catch (error) {
      this.log.error({ error }, 'the process that writes text could not be started');
      this.ended();
      throw error instanceof EngineCrashed ? error : this.pause.unavailable();
    }
  }

  private ended(startedAt?: number): void {
    this.present = undefined;
    if (this.stopped) return;
    this.pause.died(startedAt);
    this.restarts.inc();
  }

  /** Single flight: however many texts wait for a version, the process loads it once. */
  private loaded(engine: TokenProcessClient, versionId: string): Promise<void> {
    const artefact = this.wanted.get(versionId);
    if (!artefact) return Promise.reject(new EngineRefused(`${versionId} is not loaded.`));
    const loads = this.loadsOf(engine);
    let load = loads.get(versionId);
    if (!load) {
      load = engine.load(artefact);
      loads.set(versionId, load);
      load.catch(() => loads.delete(versionId));
    }
    return load;
  }

  private loadsOf(engine: TokenProcessClient): Map<string, Promise<void>> {
    let loads = this.loads.get(engine);
    if (!loads) this.loads.set(engine, (loads = new Map()));
    return loads;
  }
}
