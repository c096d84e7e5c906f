/**
 * What the rest of the house asks when it wants a model run. It remembers which artefacts are wanted, so that whoever
 * must run one gets it on demand; it replaces processes that hold too much; and it says in the house's words what an
 * engine did wrong.
 */
import type { CancelSignal } from '../../kernel/cancellation';
import type { EngineChoice } from '../../platform/config';
import type { Log } from '../../platform/log';
import type { Metrics } from '../../platform/metrics';
import { type ComputeLimits, limitsOf } from './compute-limits';
import { EngineNonsense, EngineRefused, engineFault } from './compute.errors';
import { ComputeMetrics } from './compute-metrics';
import type { Artefact, Batch, EngineHealth, EngineInfo, Outcome } from './engine';
import { EngineFamilies } from './pool/engine-families';

export class ComputeService {
  private readonly metrics: ComputeMetrics;
  private readonly limits: ComputeLimits;
  private readonly families: EngineFamilies;
  private readonly wanted = new Map<string, Artefact>();
  private readonly offered = new Map<string, () => Promise<Artefact>>();
  private readonly fetching = new Map<string, Promise<Artefact>>();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    choice: EngineChoice,
    private readonly log: Log,
    metrics: Metrics,
    limits: Partial<ComputeLimits> = {},
  ) {
    this.metrics = new ComputeMetrics(metrics);
    this.limits = { ...limitsOf(), ...limits };
    this.families = new EngineFamilies(choice, this.limits, log, this.metrics);
  }

  /** @throws EngineStartError when the forced engine, or every engine, is missing. */
  async start(): Promise<void> {
    await this.families.start();
    this.metrics.up.set(1);
    this.watch = setInterval(() => this.lookAfter(), this.limits.lookMs);
    this.watch.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.watch);
    this.metrics.up.set(0);
    await this.families.stop();
  }

  /** The engine that serves, or the one that serves this version, and why each better one was refused. @throws AppError before `start`. */
  info(versionId?: string): EngineInfo {
    return this.families.info(versionId === undefined ? undefined : this.wanted.get(versionId));
  }

  /** The engine on the best rung cannot read this version: one in another process serves it. */
  isBeside(versionId: string): boolean {
    const artefact = this.wanted.get(versionId);
    return artefact !== undefined && this.families.isBeside(artefact);
  }

  /** Batches that can run at the same time: one in each process. */
  get parallel(): number {
    return this.families.parallel;
  }

  /** Makes a version ready; loading it again replaces it. Answers the engine that will run it. @throws EngineRefused in words. */
  async load(artefact: Artefact): Promise<EngineInfo> {
    const { versionId } = artefact;
    try {
      const info = await (await this.families.familyFor(artefact)).load(artefact);
      this.wanted.set(versionId, artefact);
      return info;
    } catch (error) {
      this.wanted.delete(versionId);
      this.metrics.loadsRefused.inc();
      throw error instanceof EngineNonsense ? new EngineRefused(error.message) : error;
    }
  }

  /** Makes a version known that is loaded when it is first run: what few may ever ask for costs the start nothing. */
  offer(versionId: string, source: () => Promise<Artefact>): void {
    this.offered.set(versionId, source);
  }

  isLoaded(versionId: string): boolean {
    return this.wanted.has(versionId);
  }

  /**
   * Runs a batch. The signal ends the wait: a request that has not reached the device yet is not run.
   * @throws AppError ENGINE_UNAVAILABLE or ENGINE_FAULT, or the signal's reason.
   */
  async infer(versionId: string, batch: Batch, options: { signal?: CancelSignal } = {}): Promise<Outcome> {
    const artefact = this.wanted.get(versionId) ?? (await this.fetched(versionId));
    const family = await this.families.familyFor(artefact);
    try {
      const outcome = await family.infer(artefact, batch, options.signal);
      this.metrics.deviceMs.observe(outcome.deviceMs);
      this.metrics.batchRows.observe(batch.count);
      return outcome;
    } catch (error) {
      throw this.inWords(versionId, error);
    }
  }

  async unload(versionId: string): Promise<void> {
    this.offered.delete(versionId);
    const artefact = this.wanted.get(versionId);
    if (!artefact) return;
    this.wanted.delete(versionId);
    await (await this.families.familyFor(artefact)).unload(versionId);
  }

  /** How every engine process is, the first one of the best rung first. */
  health(): Promise<EngineHealth[]> {
    return this.families.health();
  }

  /** Replaces every engine process by a new one; nobody waits for it. */
  recycle(): Promise<void> {
    return this.families.recycle(() => true);
  }

  /** However many ask first, it is fetched once. */
  private fetched(versionId: string): Promise<Artefact> {
    const source = this.offered.get(versionId);
    if (!source) throw new EngineRefused(`${versionId} is not loaded.`);
    let fetching = this.fetching.get(versionId);
    if (!fetching) {
      fetching = source().finally(() => this.fetching.delete(versionId));
      this.fetching.set(versionId, fetching);
    }
    return fetching.then((artefact) => {
      if (this.offered.has(versionId)) this.wanted.set(versionId, artefact);
      return artefact;
    });
  }

  private lookAfter(): void {
    const { recycleBytes } = this.limits;
    this.metrics.residentBytes.reset();
    const over = ({ pid, residentBytes }: EngineHealth): boolean => {
      this.metrics.residentBytes.set({ pid: String(pid) }, residentBytes);
      if (residentBytes <= recycleBytes) return false;
      this.log.warn(
        { pid, residentBytes, recycleBytes },
        'An engine process holds too much; it is replaced.',
      );
      return true;
    };
    this.families
      .recycle(over)
      .catch((error: unknown) => this.log.warn({ error }, 'An engine did not say how it is.'));
  }

  private inWords(versionId: string, error: unknown): unknown {
    if (!(error instanceof EngineNonsense)) return error;
    this.metrics.faults.inc();
    this.log.error({ versionId, why: error.message }, 'An engine answered what is no answer.');
    return engineFault(error.message);
  }
}
