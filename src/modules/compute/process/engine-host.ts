/**
 * The engines inside the child process, behind the one interface: the best rung of the ladder, and beside it the best
 * one that reads the other format, opened when the first artefact of that format comes. A version runs on the better
 * of the two that can read it.
 */
import type { EngineChoice } from '../../../platform/config';
import {
  FORMATS,
  type Artefact,
  type Batch,
  type Engine,
  type EngineHealth,
  type EngineInfo,
  type Outcome,
} from '../engine';
import { climb, LADDER, rungsFor, type Climb, type Rung } from '../ladder';

export interface HostOptions {
  readonly choice: EngineChoice;
  readonly attempt: (rung: Rung) => Promise<Engine>;
  /** Rungs that took an earlier process with them, and what is said about them. */
  readonly known: ReadonlyMap<string, string>;
}

export class EngineHost implements Engine {
  private second: Promise<Climb> | undefined;
  private readonly servedBy = new Map<string, Engine>();

  private constructor(
    private readonly best: Climb,
    private readonly options: HostOptions,
  ) {}

  /** @throws NoEngineError when the configured engine, or every engine, is out of reach. */
  static async open(options: HostOptions): Promise<EngineHost> {
    const { choice, attempt, known } = options;
    return new EngineHost(await climb(choice, rungsFor(choice), attempt, known), options);
  }

  info(): EngineInfo {
    return { ...this.best.engine.info(), refused: this.best.refused };
  }

  async load(artefact: Artefact): Promise<EngineInfo> {
    const reads = ({ rung }: Climb) =>
      artefact.files.some((file) => FORMATS[rung.kind].includes(file.format));
    const chosen = reads(this.best) ? this.best : await this.other();
    const info = await chosen.engine.load(artefact);
    this.servedBy.set(artefact.versionId, chosen.engine);
    return { ...info, refused: chosen.refused };
  }

  infer(versionId: string, batch: Batch): Promise<Outcome> {
    const engine = this.servedBy.get(versionId);
    return engine ? engine.infer(versionId, batch) : Promise.reject(new Error(`${versionId} is not loaded.`));
  }

  async unload(versionId: string): Promise<void> {
    await this.servedBy.get(versionId)?.unload(versionId);
    this.servedBy.delete(versionId);
  }

  async health(): Promise<EngineHealth> {
    return { ...(await this.best.engine.health()), loaded: [...this.servedBy.keys()] };
  }

  async close(): Promise<void> {
    const second = await this.second?.catch(() => undefined);
    await second?.engine.close();
    await this.best.engine.close();
  }

  /** The best rung of the other format, whatever the configuration forces: a version in that format has no other way to run. */
  private other(): Promise<Climb> {
    const { attempt, known } = this.options;
    const rungs = LADDER.filter((rung) => rung.kind !== this.best.rung.kind);
    this.second ??= climb('auto', rungs, attempt, known).catch((error: unknown) => {
      this.second = undefined;
      throw error;
    });
    return this.second;
  }
}
