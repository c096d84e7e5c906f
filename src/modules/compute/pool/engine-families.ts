/**
 * Which processes serve which version: those on the best rung of the ladder whatever they read, and beside them, from
 * the first version that they cannot read, one process on the best rung of the other family.
 */
import type { EngineChoice } from '../../../platform/config';
import type { Log } from '../../../platform/log';
import type { ComputeLimits } from '../compute-limits';
import type { ComputeMetrics } from '../compute-metrics';
import { EngineRefused, engineUnavailable } from '../compute.errors';
import { EngineKind, FORMATS, type Artefact, type EngineHealth, type EngineInfo } from '../engine';
import type { EngineLaunch } from '../process/engine-process-client';
import { SupervisedEngine } from '../process/supervised-engine';
import { Watchdog } from '../process/watchdog';
import { EngineFamily } from './engine-family';
import { EngineSlot } from './engine-slot';

export class EngineFamilies {
  private readonly best: EngineFamily;
  private readonly others = new Map<EngineKind, { family: EngineFamily; started: Promise<void> }>();

  constructor(
    choice: EngineChoice,
    private readonly limits: ComputeLimits,
    private readonly log: Log,
    private readonly metrics: ComputeMetrics,
  ) {
    const { devices, perDevice } = limits;
    const environments = devices.length > 0 ? devices.map((id) => ({ CUDA_VISIBLE_DEVICES: id })) : [{}];
    const slots = environments.flatMap((environment) =>
      Array.from({ length: perDevice }, () => this.slot({ choice }, environment)),
    );
    this.best = new EngineFamily(slots, () => this.metrics.retries.inc());
  }

  /** @throws EngineStartError when the forced engine, or every engine, is missing. */
  start(): Promise<void> {
    return this.best.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map((family) => family.stop()));
  }

  /** Batches that can run at the same time. */
  get parallel(): number {
    return this.best.size;
  }

  /** The engine on the best rung, or the one that serves this version. @throws AppError before `start`. */
  info(artefact?: Artefact): EngineInfo {
    const info = this.best.info();
    if (!info) throw engineUnavailable(1_000);
    if (!artefact || reads(info.kind, artefact)) return info;
    return [...this.others].find(([kind]) => reads(kind, artefact))?.[1].family.info() ?? info;
  }

  /** The best rung cannot read it. */
  isBeside(artefact: Artefact): boolean {
    const kind = this.best.info()?.kind;
    return kind !== undefined && !reads(kind, artefact);
  }

  /** @throws EngineRefused when no engine that works here reads it. */
  async familyFor(artefact: Artefact): Promise<EngineFamily> {
    if (reads(this.info().kind, artefact)) return this.best;
    const kind = Object.values(EngineKind).find((candidate) => reads(candidate, artefact));
    if (!kind) throw new EngineRefused(`${artefact.versionId} has no artefact that an engine reads.`);
    return this.other(kind);
  }

  /** How every process is. */
  async health(): Promise<EngineHealth[]> {
    return (await Promise.all(this.all().map((family) => family.health()))).flat();
  }

  /** Replaces the processes that `over` tells, one after the other. */
  async recycle(over: (health: EngineHealth) => boolean): Promise<void> {
    for (const family of this.all()) await family.recycle(over);
  }

  private async other(kind: EngineKind): Promise<EngineFamily> {
    let other = this.others.get(kind);
    if (!other) {
      const family = new EngineFamily([this.slot({ choice: 'auto', kind })], () =>
        this.metrics.retries.inc(),
      );
      this.others.set(kind, (other = { family, started: family.start() }));
      other.started.catch(() => this.others.delete(kind));
    }
    await other.started;
    return other.family;
  }

  private all(): EngineFamily[] {
    return [this.best, ...[...this.others.values()].map(({ family }) => family)];
  }

  private slot(args: EngineLaunch['args'], environment: Record<string, string> = {}): EngineSlot {
    const { program, patienceMs, modelBytes } = this.limits;
    const launch: EngineLaunch = {
      args,
      environment,
      watchdog: new Watchdog(patienceMs),
      ...(program && { program }),
    };
    const supervised = new SupervisedEngine(launch, this.log, (reason) =>
      this.metrics.restarts.inc({ reason }),
    );
    return new EngineSlot(supervised, modelBytes, () => this.metrics.evictions.inc());
  }
}

function reads(kind: EngineKind, { files }: Artefact): boolean {
  return files.some(({ format }) => FORMATS[kind].includes(format));
}
