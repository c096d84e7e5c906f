/**
 * The versions that one engine process holds: loaded once however many wait for them, kept within the memory budget,
 * never thrown out while a request is in them, and loaded again when somebody asks for one that had to leave.
 */
import { stat } from 'node:fs/promises';
import { EngineRefused, engineUnavailable } from '../compute.errors';
import { FORMATS, type Artefact, type EngineInfo } from '../engine';
import type { EngineProcessClient } from '../process/engine-process-client';
import { MemoryBudget } from './memory-budget';

/** Who waits longer for room is told to come back. */
const PATIENCE_MS = 10_000;

export class ResidentVersions {
  private readonly loads = new Map<string, Promise<EngineInfo>>();
  private readonly budget: MemoryBudget;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly client: EngineProcessClient,
    limitBytes: number,
    private readonly onEviction: () => void,
  ) {
    this.budget = new MemoryBudget(limitBytes);
  }

  has(versionId: string): boolean {
    return this.loads.has(versionId);
  }

  /** Loads it again, also when it is there. @throws EngineRefused in words, EngineCrashed. */
  replace(artefact: Artefact): Promise<EngineInfo> {
    const load = this.bring(artefact);
    this.loads.set(artefact.versionId, load);
    load.catch(() => this.loads.delete(artefact.versionId));
    return load;
  }

  /** Runs `work` with the version loaded and pinned. */
  async use<T>(artefact: Artefact, work: () => Promise<T>): Promise<T> {
    const { versionId } = artefact;
    do await (this.loads.get(versionId) ?? this.replace(artefact));
    while (!this.budget.pin(versionId));
    try {
      return await work();
    } finally {
      this.released(versionId);
    }
  }

  async drop(versionId: string): Promise<void> {
    this.budget.remove(versionId);
    this.wake();
    if (this.loads.delete(versionId)) await this.client.unload(versionId);
  }

  private async bring(artefact: Artefact): Promise<EngineInfo> {
    const { versionId } = artefact;
    await this.makeRoom(versionId, await sizeOf(artefact, this.client.info()));
    const startedAt = performance.now();
    try {
      const info = await this.client.load(artefact);
      this.budget.learned(versionId, performance.now() - startedAt);
      this.released(versionId);
      return info;
    } catch (error) {
      this.budget.remove(versionId);
      this.wake();
      throw error;
    }
  }

  /** Answers when there is room and it is taken. */
  private async makeRoom(versionId: string, bytes: number): Promise<void> {
    const patientUntil = performance.now() + PATIENCE_MS;
    for (;;) {
      const room = this.budget.reserve(versionId, bytes);
      if (room.kind === 'TOO_LARGE') throw tooLarge(versionId, bytes, this.budget.limitBytes);
      if (room.kind === 'READY') {
        for (const id of room.leave) this.leave(id);
        return;
      }
      const patience = patientUntil - performance.now();
      if (patience <= 0) throw engineUnavailable(1_000);
      await this.release(patience);
    }
  }

  /** The process unloads in the order of its requests: before it loads what needed the room. */
  private leave(versionId: string): void {
    this.loads.delete(versionId);
    this.client.unload(versionId).catch(() => undefined);
    this.onEviction();
  }

  private released(versionId: string): void {
    this.budget.unpin(versionId);
    this.wake();
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Until something is not in use any more, or patience ends. */
  private release(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

async function sizeOf({ files }: Artefact, { kind }: EngineInfo): Promise<number> {
  const source = files.find(({ format }) => FORMATS[kind].includes(format))?.source;
  if (!source) return 0;
  return 'bytes' in source ? source.bytes.length : (await stat(source.path)).size;
}

function tooLarge(versionId: string, bytes: number, limit: number): EngineRefused {
  const megabytes = (size: number): string => (size / 2 ** 20).toFixed(size < 2 ** 20 ? 3 : 0);
  return new EngineRefused(
    `${versionId} needs ${megabytes(bytes)} MB for its weights; an engine process may hold ${megabytes(limit)} MB of models (FLYWHEEL_ENGINE_MODEL_MB).`,
  );
}
