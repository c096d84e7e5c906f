/**
 * The processes that stand for each other: the same ladder, one or more on each device. A batch goes where the rule
 * sends it; one whose process died goes once more, wherever the rule sends it then.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { EngineCrashed, EngineRefused, engineFault, engineUnavailable } from '../compute.errors';
import type { Artefact, Batch, EngineHealth, EngineInfo, Outcome } from '../engine';
import { chooseProcess } from './choose-process';
import type { EngineSlot } from './engine-slot';

export class EngineFamily {
  private lastInfo: EngineInfo | undefined;

  constructor(
    private readonly slots: readonly EngineSlot[],
    private readonly onRetry: () => void,
  ) {}

  /** @throws EngineStartError when one of them cannot start. */
  async start(): Promise<void> {
    const [first] = await Promise.all(this.slots.map((slot) => slot.start()));
    this.lastInfo = first!.info();
  }

  async stop(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.stop()));
  }

  /** As it stands; while everything is being restarted, as it stood. */
  info(): EngineInfo | undefined {
    const present = this.slots.map((slot) => slot.info()).find((info) => info !== undefined);
    return (this.lastInfo = present ?? this.lastInfo);
  }

  /** Batches that can run at the same time. */
  get size(): number {
    return this.slots.length;
  }

  /** Loads it everywhere, so that every device can serve it. @throws EngineRefused in words when it cannot be served. */
  async load(artefact: Artefact): Promise<EngineInfo> {
    const [first] = await Promise.all(
      this.slots.map((slot) => this.twice(() => slot.load(artefact), diedAtLoad(artefact))),
    );
    return first!;
  }

  infer(artefact: Artefact, batch: Batch, signal?: CancelSignal): Promise<Outcome> {
    return this.twice(() => {
      const { run, copyTo } = chooseProcess(this.slots.map((slot) => slot.stateFor(artefact.versionId)));
      if (copyTo !== undefined) this.slots[copyTo]!.copy(artefact).catch(() => undefined);
      return orLeft(this.slots[run]!.infer(artefact, batch, signal), signal);
    }, diedInBatch);
  }

  async unload(versionId: string): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.unload(versionId)));
  }

  health(): Promise<EngineHealth[]> {
    return Promise.all(this.slots.map((slot) => slot.health()));
  }

  /** Replaces the processes one after the other, so that somebody always answers. */
  async recycle(over: (health: EngineHealth) => boolean): Promise<void> {
    for (const slot of this.slots) {
      // One that does not answer is being replaced already.
      const health = await slot.health().catch(() => undefined);
      if (health && over(health)) await slot.recycle();
    }
  }

  private async twice<T>(work: () => Promise<T>, given: (crash: EngineCrashed) => Error): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EngineCrashed)) throw error;
      this.onRetry();
    }
    return work().catch((error: unknown) => {
      throw error instanceof EngineCrashed ? given(error) : error;
    });
  }
}

/** What was in work when its process died, twice, is at fault; what stood behind it is not. */
function diedInBatch(crash: EngineCrashed): Error {
  return crash.inWork
    ? engineFault(`The engine process ended twice on this input. ${crash.message}`)
    : engineUnavailable(1_000);
}

function diedAtLoad({ versionId }: Artefact) {
  return ({ message, inWork }: EngineCrashed): Error =>
    inWork
      ? new EngineRefused(`The engine process ended twice while it loaded ${versionId}: ${message}`)
      : engineUnavailable(1_000);
}

/** The wait ends when the client leaves, also while the version is being loaded. */
function orLeft<T>(work: Promise<T>, signal?: CancelSignal): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
