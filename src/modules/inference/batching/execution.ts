/**
 * Who runs a batch: the local engines, or whoever was added and says that a version is its own (a remote server, for
 * one). All of them stand behind the same queue, so that admission, fairness and cost are theirs, too.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { Batch, EngineInfo, Outcome } from '../../compute';

export interface ExecutionPort {
  /** Whether this version is its own. Asked for every request, so answered from memory. */
  runs(versionId: string): boolean;
  /** Whether what is asked leaves the house: then it is asked only with the consent of the person concerned. */
  readonly leavesHouse: boolean;
  /** Batches that it runs at the same time; absent = one after the other, as a device does. */
  readonly concurrency?: number;
  /** Who answers for this version, as it stands on the record of each answer. */
  infoOf(versionId: string): EngineInfo;
  /** What its owner asks for so many rows and tokens, as a decimal of minor units; absent = nothing beyond our device's time. */
  costOfRows?(versionId: string, rows: number, promptTokens: number): string;
  /** Runs a batch. The signal ends the wait: what has not begun is not run. @throws AppError; nothing is billed then. */
  infer(versionId: string, batch: Batch, options: { readonly signal?: CancelSignal }): Promise<Outcome>;
}

/** The local engines, as compute offers them. */
export interface LocalEngines {
  /** Of the best engine, or of the one that serves this version. */
  info(versionId?: string): EngineInfo;
  /** Batches that its processes run at the same time; absent = one. */
  readonly parallel?: number;
  /** A version that the best engine cannot read: one in another process serves it. Absent = there is none. */
  isBeside?(versionId: string): boolean;
  infer(versionId: string, batch: Batch, options: { readonly signal?: CancelSignal }): Promise<Outcome>;
}

export class Execution {
  private readonly added: ExecutionPort[] = [];
  private readonly local: ExecutionPort;
  /** The engine beside the best one, for what that cannot read: in a process and a queue of its own. */
  private readonly beside: ExecutionPort;

  constructor(private readonly engines: LocalEngines) {
    const port: ExecutionPort = {
      runs: () => true,
      leavesHouse: false,
      infoOf: (versionId) => engines.info(versionId),
      infer: (versionId, batch, options) => engines.infer(versionId, batch, options),
    };
    this.local = { ...port, concurrency: engines.parallel ?? 1 };
    this.beside = port;
  }

  add(port: ExecutionPort): void {
    this.added.push(port);
  }

  of(versionId: string): ExecutionPort {
    const added = this.added.find((port) => port.runs(versionId));
    if (added) return added;
    return this.engines.isBeside?.(versionId) ? this.beside : this.local;
  }
}
