/**
 * What every inference engine can do, whether it runs in this process or behind a socket: the two families in the
 * child process and the parent's picture of that process all speak this one interface. Token streams and training
 * are other interfaces on purpose.
 */
import type { CancelSignal } from '../../kernel/cancellation';

export enum EngineKind {
  ONNX = 'ONNX',
  TENSORFLOW = 'TENSORFLOW',
  REMOTE = 'REMOTE',
}

/**
 * ONNX: one protobuf file. TFJS: a TensorFlow.js layers model in our bundle (tensorflow/tfjs-bundle). TFJS_GRAPH: a
 * TensorFlow.js graph model in the same bundle. ONNX_STEP: an ONNX graph of one step that writes text (generation/).
 * REMOTE: where somebody else runs it (remote/remote-reference).
 */
export type ArtefactFormat = 'ONNX' | 'TFJS' | 'TFJS_GRAPH' | 'ONNX_STEP' | 'REMOTE';

/** What each family reads, its own favourite first. */
export const FORMATS: Readonly<Record<EngineKind, readonly ArtefactFormat[]>> = {
  [EngineKind.ONNX]: ['ONNX'],
  [EngineKind.TENSORFLOW]: ['TFJS', 'TFJS_GRAPH'],
  [EngineKind.REMOTE]: ['REMOTE'],
};

export interface ArtefactFile {
  readonly format: ArtefactFormat;
  /** Where the verified blob lies on this machine; or the bytes themselves. */
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** A model version as an engine needs it: rows of `inputWidth` numbers in, rows of `outputWidth` numbers out. */
export interface Artefact {
  readonly versionId: string;
  readonly inputWidth: number;
  /** Null while nobody knows it: a model that is brought in is asked how many it answers. */
  readonly outputWidth: number | null;
  /** The same model in one or more formats; the engine on the best device takes the one it reads. */
  readonly files: readonly ArtefactFile[];
}

export interface Batch {
  /** `count` rows, one after the other. */
  readonly rows: Float32Array;
  readonly count: number;
  /** The rows of a version that takes texts as they are; `rows` is empty then. */
  readonly texts?: readonly string[];
}

export interface Outcome {
  readonly outputs: Float32Array;
  /** Time on the device for the whole batch, transfer to it and back included. */
  readonly deviceMs: number;
  /** Tokens that were read of each row, where whoever answers counts them. */
  readonly tokens?: readonly number[];
}

export interface EngineRefusal {
  readonly kind: EngineKind;
  readonly device: string;
  /** In words, for the start log, `doctor`, health and GraphQL. */
  readonly reason: string;
}

export interface EngineInfo {
  readonly kind: EngineKind;
  readonly device: string;
  /** Package and version, e.g. `onnxruntime-node 1.30.0`. */
  readonly version: string;
  /** Memory of the device for models and batches, where it can be known. */
  readonly memoryBytes?: number;
  /** Every better engine that was tried, best first. */
  readonly refused: readonly EngineRefusal[];
}

export interface EngineHealth {
  readonly pid: number;
  readonly loaded: readonly string[];
  readonly residentBytes: number;
}

export interface Engine {
  info(): EngineInfo;
  /** Loads and tries one row, so that a version that answers nonsense never counts as loaded. Answers who will run it. */
  load(artefact: Artefact): Promise<EngineInfo>;
  infer(versionId: string, batch: Batch, signal?: CancelSignal): Promise<Outcome>;
  unload(versionId: string): Promise<void>;
  health(): Promise<EngineHealth>;
  close(): Promise<void>;
  /** Settles, with the reason, when the device went away beneath the engine. */
  readonly lost?: Promise<string>;
}
