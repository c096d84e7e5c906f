/**
 * One place for an engine process: whatever process is alive there, with the versions that it holds. A new process
 * starts with none and gets them when they are asked for.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { Artefact, Batch, EngineHealth, EngineInfo, Outcome } from '../engine';
import type { EngineProcessClient } from '../process/engine-process-client';
import type { SupervisedEngine } from '../process/supervised-engine';
import type { ProcessState } from './choose-process';
import { ResidentVersions } from './resident-versions';

export class EngineSlot {
  private readonly residents = new WeakMap<EngineProcessClient, ResidentVersions>();
  /** Counted at once, so that batches which come together spread. */
  private inFlight = 0;

  constructor(
    private readonly supervised: SupervisedEngine,
    private readonly modelBytes: number,
    private readonly onEviction: () => void,
  ) {}

  start(): Promise<EngineProcessClient> {
    return this.supervised.start();
  }

  stop(): Promise<void> {
    return this.supervised.stop();
  }

  recycle(): Promise<void> {
    return this.supervised.recycle();
  }

  /** What it says of itself; undefined while it is being restarted. */
  info(): EngineInfo | undefined {
    return this.supervised.current?.info();
  }

  stateFor(versionId: string): ProcessState {
    const client = this.supervised.current;
    const { inFlight } = this;
    if (!client) return { up: false, has: false, inFlight };
    return { up: true, has: this.residentsOf(client).has(versionId), inFlight };
  }

  /** Loads it again, also when it is there. */
  async load(artefact: Artefact): Promise<EngineInfo> {
    return this.residentsOf(await this.supervised.engine()).replace(artefact);
  }

  async infer(artefact: Artefact, batch: Batch, signal?: CancelSignal): Promise<Outcome> {
    this.inFlight++;
    try {
      const client = await this.supervised.engine();
      const run = (): Promise<Outcome> => client.infer(artefact.versionId, batch, signal);
      return await this.residentsOf(client).use(artefact, run);
    } finally {
      this.inFlight--;
    }
  }

  /** Loads it if it is not there. */
  async copy(artefact: Artefact): Promise<void> {
    await this.residentsOf(await this.supervised.engine()).use(artefact, () => Promise.resolve());
  }

  async unload(versionId: string): Promise<void> {
    const client = this.supervised.current;
    if (client) await this.residentsOf(client).drop(versionId);
  }

  async health(): Promise<EngineHealth> {
    return (await this.supervised.engine()).health();
  }

  private residentsOf(client: EngineProcessClient): ResidentVersions {
    let residents = this.residents.get(client);
    if (!residents) {
      residents = new ResidentVersions(client, this.modelBytes, this.onEviction);
      this.residents.set(client, residents);
    }
    return residents;
  }
}
