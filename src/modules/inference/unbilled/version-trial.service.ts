/**
 * Any version, asked without traffic: whether a deployment serves it or nobody has yet, what it says leaves no record, is billed to
 * nobody and counts for no quota. What is not warm here is loaded for as long as it is tried, under a name of its own.
 */
import { randomUUID } from 'node:crypto';
import { type CancelSignal } from '../../../kernel/cancellation';
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  type Batch,
  type ComputeService,
  EngineKind,
  type EngineInfo,
  EngineRefused,
  type Outcome,
} from '../../compute';
import type { RouteService, WarmVersion } from '../../deployments';
import { Model, type ModelsModule, writesText } from '../../models';
import type { BatchingService } from '../batching/batching.service';
import type { Execution } from '../batching/execution';
import { cannotBeRun, remoteIsNotServed, writesTexts } from '../inference.errors';
import { planPrediction } from '../prediction/model-work';

export interface TriedVersion {
  readonly engine: EngineInfo;
  /** What it answers to one row. @throws AppErrors INVALID_INPUT for a row that it does not take, AppError ENGINE_FAULT. */
  ask(row: unknown, signal: CancelSignal): Promise<unknown>;
}

export interface TrialDoors {
  readonly database: Pick<Database, 'read'>;
  readonly compute: Pick<ComputeService, 'load' | 'infer' | 'unload'>;
  readonly execution: Pick<Execution, 'of'>;
  readonly routes: Pick<RouteService, 'holdVersion'>;
  readonly models: Pick<ModelsModule['models'], 'servable' | 'artefactOf'>;
  readonly batching: Pick<BatchingService, 'unattributed'>;
}

type Infer = (batch: Batch, signal: CancelSignal) => Promise<Outcome>;

export class VersionTrial {
  constructor(private readonly doors: TrialDoors) {}

  /** Holds the version for as long as `work` takes. @throws AppError NOT_FOUND, CONFLICT for one that cannot be tried so. */
  async on<T>(versionId: string, work: (version: TriedVersion) => Promise<T>): Promise<T> {
    const { routes, execution } = this.doors;
    const held = routes.holdVersion(versionId);
    if (!held) return this.loaded(versionId, work);
    try {
      const port = execution.of(versionId);
      const infer: Infer = (batch, signal) => port.infer(versionId, batch, { signal });
      return await work(this.tried(held.version, port.infoOf(versionId), infer));
    } finally {
      held.release();
    }
  }

  private async loaded<T>(versionId: string, work: (version: TriedVersion) => Promise<T>): Promise<T> {
    const { compute, models } = this.doors;
    const version = await this.versionOf(versionId);
    if (version.engine === EngineKind.REMOTE) throw remoteIsNotServed(versionId);
    // Under its own name a deployment may load it meanwhile, and want it when this is done.
    const name = `tried:${versionId}:${randomUUID()}`;
    const artefact = { ...(await models.artefactOf(version)), versionId: name };
    const engine = await compute.load(artefact).catch((error: unknown) => {
      throw error instanceof EngineRefused ? cannotBeRun(versionId, error.message) : error;
    });
    try {
      return await work(
        this.tried(version, engine, (batch, signal) => compute.infer(name, batch, { signal })),
      );
    } finally {
      await compute.unload(name);
    }
  }

  private tried(version: WarmVersion, engine: EngineInfo, infer: Infer): TriedVersion {
    if (writesText(version)) throw writesTexts();
    return {
      engine,
      ask: async (row, signal) => {
        const { outputs } = await planPrediction(version, row).run(async (numbers, count, texts) => {
          const answer = await infer({ rows: numbers, count, texts }, signal);
          this.doors.batching.unattributed('TRIAL', answer.deviceMs);
          return answer.outputs;
        });
        return outputs;
      },
    };
  }

  private async versionOf(versionId: string): Promise<WarmVersion> {
    const { models, database } = this.doors;
    const version = await models.servable(versionId);
    if (!version) throw notFound(['input', 'versionId']);
    const where = { id: version.modelId };
    const model = await database.read.one(Model, { scope: SERVICE, where, selection: { name: true } });
    return { ...version, modelName: model!.name };
  }
}
