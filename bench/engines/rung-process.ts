/** One rung of the ladder alone in its engine process, as it is in service, and what a batch takes on its device. */
import { EngineStartError } from '../../src/modules/compute';
import type { EngineInfo } from '../../src/modules/compute/engine';
import { LADDER, type Rung } from '../../src/modules/compute/ladder';
import { EngineProcessClient } from '../../src/modules/compute/process/engine-process-client';
import { Watchdog } from '../../src/modules/compute/process/watchdog';
import type { Network } from './networks';

/** A batch in plain JavaScript may take minutes; it is measured, not killed. */
const PATIENCE_MS = 600_000;

export class RungProcess {
  private constructor(
    readonly rung: Rung,
    private readonly client: EngineProcessClient,
  ) {}

  /** Answers why it does not run here when it does not. */
  static async open(rung: Rung): Promise<RungProcess | string> {
    const others = LADDER.filter(({ name }) => name !== rung.name);
    const known = Object.fromEntries(others.map(({ name }) => [name, 'not asked']));
    const launch = {
      args: { choice: 'auto' as const, kind: rung.kind },
      watchdog: new Watchdog(PATIENCE_MS),
    };
    try {
      return new RungProcess(rung, await EngineProcessClient.start(launch, known));
    } catch (error) {
      const refused = error instanceof EngineStartError ? error.refused : [];
      return refused.find(({ device }) => device === rung.device)?.reason ?? (error as Error).message;
    }
  }

  info(): EngineInfo {
    return this.client.info();
  }

  async load({ artefact }: Network): Promise<void> {
    await this.client.load(artefact);
  }

  async unload({ artefact }: Network): Promise<void> {
    await this.client.unload(artefact.versionId);
  }

  /** Device milliseconds of each batch, as many as fit into the time and never fewer than one. */
  async times({ artefact, inputWidth }: Network, count: number, seconds: number): Promise<number[]> {
    const rows = Float32Array.from({ length: count * inputWidth }, (_, index) => (index % 17) / 17 - 0.5);
    const times: number[] = [];
    const until = performance.now() + seconds * 1000;
    do times.push((await this.client.infer(artefact.versionId, { rows, count })).deviceMs);
    while (performance.now() < until);
    return times;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
