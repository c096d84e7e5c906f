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

interface Load {
  readonly done: Promise<EngineInfo>;
  ready: boolean;
  /** Requests that wait for it: it is pinned for them before anybody else can throw it out again. */
  users: number;
}

export class ResidentVersions {
  private readonly loads = new Map<string, Load>();
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
    return this.begin(artefact).done;
  }

  /** Runs `work` with the version loaded and pinned. */
  async use<T>(artefact: Artefact, work: () => Promise<T>): Promise<T> {
    const { versionId } = artefact;
    const load = this.loads.get(versionId) ?? this.begin(artefact);
    if (load.ready) this.budget.pin(versionId);
    else {
      load.users++;
      await load.done;
    }
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

  private begin(artefact: Artefact): Load {
    const { versionId } = artefact;
    const load: Load = { done: this.bring(artefact, () => load), ready: false, users: 0 };
    this.loads.set(versionId, load);
    load.done.catch(() => undefined);
    return load;
  }

  private async bring(artefact: Artefact, itself: () => Load): Promise<EngineInfo> {
    const { versionId } = artefact;
    let reserved = false;
    try {
      await this.makeRoom(versionId, await sizeOf(artefact, this.client.info()));
      reserved = true;
      const startedAt = performance.now();
      const info = await this.client.load(artefact);
      this.budget.learned(versionId, performance.now() - startedAt);
      const load = itself();
      for (let user = 0; user < load.users; user++) this.budget.pin(versionId);
      load.ready = true;
      this.released(versionId);
      return info;
    } catch (error) {
      const isPresent = this.loads.get(versionId) === itself();
      if (isPresent) this.loads.delete(versionId);
      // The one that came in its place keeps its room.
      if (isPresent && reserved) this.budget.remove(versionId);
      else if (reserved) this.budget.unpin(versionId);
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
