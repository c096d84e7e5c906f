/**
 * What all engines of this process have in common: which versions are loaded, what a batch must look like, how long
 * the device took. A backend brings only what differs: how to open an artefact of its format and how to run it.
 */
import { readFile } from 'node:fs/promises';
import type {
  Artefact,
  ArtefactFile,
  ArtefactFormat,
  Batch,
  Engine,
  EngineHealth,
  EngineInfo,
  EngineKind,
  Outcome,
} from './engine';
import { FORMATS } from './engine';
import { NonsenseAnswer } from './engine-faults';

export interface Runnable {
  /** One batch; answers the outputs row by row. */
  run(batch: Batch): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface Backend {
  readonly kind: EngineKind;
  readonly device: string;
  readonly version: string;
  readonly memoryBytes?: number | undefined;
  /** Settles, with the reason, when the device goes away. */
  readonly lost?: Promise<string> | undefined;
  /** Opens an artefact in one of its family's formats. */
  open(format: ArtefactFormat, bytes: Uint8Array, inputWidth: number): Promise<Runnable>;
  close(): Promise<void>;
}

interface Loaded {
  readonly runnable: Runnable;
  readonly inputWidth: number;
  readonly outputWidth: number | null;
}

export class LocalEngine implements Engine {
  private readonly versions = new Map<string, Loaded>();

  constructor(private readonly backend: Backend) {}

  get lost(): Promise<string> | undefined {
    return this.backend.lost;
  }

  info(): EngineInfo {
    const { kind, device, version, memoryBytes } = this.backend;
    return { kind, device, version, ...(memoryBytes !== undefined && { memoryBytes }), refused: [] };
  }

  async load(artefact: Artefact): Promise<EngineInfo> {
    const { versionId, inputWidth, outputWidth } = artefact;
    const formats = FORMATS[this.backend.kind];
    const file = artefact.files.find(({ format }) => formats.includes(format));
    if (!file) throw new Error(`${versionId} has no artefact in ${formats.join(' or ')}.`);
    const runnable = await this.backend.open(file.format, await contentsOf(file), inputWidth);
    const loaded = { runnable, inputWidth, outputWidth };
    const trial = { rows: new Float32Array(inputWidth), count: 1 };
    await this.run(loaded, trial).catch(async (error: unknown) => {
      await runnable.release();
      throw error;
    });
    await this.versions.get(versionId)?.runnable.release();
    this.versions.set(versionId, loaded);
    return this.info();
  }

  async infer(versionId: string, batch: Batch): Promise<Outcome> {
    const loaded = this.versions.get(versionId);
    if (!loaded) throw new Error(`${versionId} is not loaded.`);
    if (batch.count < 1 || batch.rows.length !== batch.count * loaded.inputWidth) {
      throw new Error(
        `${batch.count} rows of ${loaded.inputWidth} numbers were expected, ${batch.rows.length} numbers came.`,
      );
    }
    const startedAt = performance.now();
    const outputs = await this.run(loaded, batch);
    return { outputs, deviceMs: performance.now() - startedAt };
  }

  async unload(versionId: string): Promise<void> {
    const loaded = this.versions.get(versionId);
    this.versions.delete(versionId);
    await loaded?.runnable.release();
  }

  health(): Promise<EngineHealth> {
    return Promise.resolve({
      pid: process.pid,
      loaded: [...this.versions.keys()],
      residentBytes: process.memoryUsage.rss(),
    });
  }

  async close(): Promise<void> {
    for (const versionId of [...this.versions.keys()]) await this.unload(versionId);
    await this.backend.close();
  }

  private async run(loaded: Loaded, batch: Batch): Promise<Float32Array> {
    const outputs = await loaded.runnable.run(batch);
    const width = outputs.length / batch.count;
    if (width !== (loaded.outputWidth ?? width) || width < 1 || !Number.isInteger(width)) {
      throw new NonsenseAnswer(
        `The model answers ${width} numbers a row; its signature says ${loaded.outputWidth ?? 'at least one'}.`,
      );
    }
    const at = outputs.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      const row = Math.floor(at / width);
      throw new NonsenseAnswer(`The model answers ${outputs[at]} in row ${row}, which is no number.`);
    }
    return outputs;
  }
}

function contentsOf(file: ArtefactFile): Promise<Uint8Array> | Uint8Array {
  return 'bytes' in file.source ? file.source.bytes : readFile(file.source.path);
}
