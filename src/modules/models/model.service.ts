/**
 * Keeps models and their versions. A version is written once, with everything that serving needs to repeat what
 * training did; contents that are already there are the version that is already there.
 */
import type { Clock } from '../../kernel/clock';
import { contentHash } from '../../kernel/hash';
import { newId } from '../../kernel/id';
import { type BlobStore, isAway } from '../../platform/blob';
import { type Database, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import {
  type Artefact,
  type ArtefactFile,
  type ArtefactFormat,
  denseOfBundle,
  type DenseLayer,
  type EngineKind,
} from '../compute';
import type { Derivation } from './derivation/derivation.type';
import type { Evaluation, Metric } from './evaluation.type';
import { Model, type ModelTask } from './model.entity';
import { ModelVersion, type StoredArtefact } from './model-version.entity';
import { damagedArtefact, otherTask } from './models.errors';
import { MODEL_CREATED, MODEL_VERSION_CREATED, type ModelVersionCreated } from './models.events';
import type { Signature } from './signature.type';

export interface NewModelVersion {
  readonly engine: EngineKind;
  /** The served one first. */
  readonly artefacts: readonly StoredArtefact[];
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly signature: Signature;
  readonly preparation: object | null;
  readonly warmUp: readonly (readonly number[])[];
  readonly parentIds?: readonly string[];
  readonly derivation?: Derivation;
  readonly metrics: readonly Metric[];
  readonly evaluation: Evaluation | null;
  readonly exportDifference: number | null;
  readonly datasetVersionId: string | null;
  readonly trainingJobId: string | null;
}

/** What a deployment and the path of a prediction need to know of a version. It never changes, so it may be kept. */
export type ServableVersion = Pick<
  ModelVersion,
  | 'id'
  | 'customerId'
  | 'modelId'
  | 'number'
  | 'contentHash'
  | 'engine'
  | 'signature'
  | 'preparation'
  | 'artefacts'
  | 'inputWidth'
  | 'outputWidth'
  | 'warmUp'
>;

const SERVABLE = {
  id: true,
  customerId: true,
  modelId: true,
  number: true,
  contentHash: true,
  engine: true,
  signature: true,
  preparation: true,
  artefacts: true,
  inputWidth: true,
  outputWidth: true,
  warmUp: true,
} as const satisfies Record<keyof ServableVersion, true>;

export class ModelService {
  private readonly onDemand = new Map<string, () => Promise<Uint8Array>>();

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
  ) {}

  /** The operator's model of this name; made at the first mention. @throws AppError CONFLICT when it has another task. */
  async ensureModel(name: string, task: ModelTask): Promise<Pick<Model, 'id' | 'name' | 'task'>> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const createdAt = this.clock.now();
      const [made] = await unitOfWork.sql<{ id: string }>(
        `insert into models (id, customer_id, name, task, created_at) values ($1, null, $2, $3, $4)
         on conflict (customer_id, name) do nothing returning id`,
        [newId('mdl', createdAt), name, task, createdAt],
      );
      if (made) {
        const model = { id: made.id, name, task };
        await this.events.emit({ type: MODEL_CREATED, subject: made.id, after: model });
        return model;
      }
      await this.checkTask(name, task);
      return unitOfWork
        .sql<Model>('select id, name, task from models where customer_id is null and name = $1', [name])
        .then(([model]) => model!);
    });
  }

  /** @throws AppError CONFLICT when a model of this name exists for another task. */
  async checkTask(name: string, task: ModelTask): Promise<void> {
    const model = await this.database.read.one(Model, {
      scope: SERVICE,
      where: { name, customerId: null },
      selection: { task: true },
    });
    if (model && model.task !== task) throw otherTask(name, model.task);
  }

  /** Puts frozen models where they are verified at every load. Outside of a transaction: bytes under their hash harm nobody. */
  async storeArtefacts(
    files: readonly { readonly format: ArtefactFormat; readonly bytes: Uint8Array }[],
  ): Promise<StoredArtefact[]> {
    const stored: StoredArtefact[] = [];
    for (const { format, bytes } of files) stored.push({ format, ...(await this.blobs.put(bytes)) });
    return stored;
  }

  /** Remembers how to read a large file that comes with the product: it is stored when a version that needs it is loaded. */
  storeOnDemand(hash: string, read: () => Promise<Uint8Array>): void {
    this.onDemand.set(hash, read);
  }

  private async storeIfMissing(hash: string): Promise<void> {
    const read = this.onDemand.get(hash);
    if (!read) return;
    try {
      if (!(await this.blobs.renew(hash))) await this.blobs.put(await read());
    } catch (error) {
      // There may be a copy on this machine.
      if (!isAway(error)) throw error;
    }
  }

  /** Adds a version, or answers the one that has these very contents. Joins the caller's unit of work. */
  async addVersion(modelId: string, fields: NewModelVersion): Promise<{ versionId: string; isNew: boolean }> {
    const { unitOfWork } = this.database;
    const hash = versionHash(fields);
    return unitOfWork.run(SERVICE, async () => {
      // Numbers have no gaps and no doubles: whoever adds a version holds the model.
      const [model] = await unitOfWork.sql<{ customer_id: string | null }>(
        'select customer_id from models where id = $1 for update',
        [modelId],
      );
      const versions = unitOfWork.repository(ModelVersion);
      const same = await versions.findOne({ where: { modelId, contentHash: hash }, select: { id: true } });
      if (same) return { versionId: same.id, isNew: false };
      const now = this.clock.now();
      const number = (await versions.countBy({ modelId })) + 1;
      const customerId = model?.customer_id ?? null;
      const id = newId('mdv', now);
      await versions.insert({
        ...fields,
        artefacts: [...fields.artefacts],
        warmUp: fields.warmUp.map((row) => [...row]),
        metrics: [...fields.metrics],
        parentIds: [...(fields.parentIds ?? [])],
        derivation: fields.derivation ?? null,
        preparation: fields.preparation as ModelVersion['preparation'] & undefined,
        id,
        customerId,
        modelId,
        number,
        contentHash: hash,
        sizeBytes: String(fields.artefacts[0]!.sizeBytes),
        createdAt: now,
      });
      const { datasetVersionId, trainingJobId } = fields;
      const data: ModelVersionCreated = {
        modelId,
        number,
        contentHash: hash,
        datasetVersionId,
        trainingJobId,
      };
      await this.events.emit({ type: MODEL_VERSION_CREATED, customerId, subject: id, after: data, data });
      return { versionId: id, isNew: true };
    });
  }

  /** What serving needs of a version; undefined for an unknown one. */
  async servable(versionId: string): Promise<ServableVersion | undefined> {
    const where = { id: versionId };
    const version = await this.database.read.one(ModelVersion, {
      scope: SERVICE,
      where,
      selection: SERVABLE,
    });
    return version ?? undefined;
  }

  /** The artefact as an engine takes it. @throws DamagedArtefact when bytes are missing or no longer match their hash. */
  async artefactOf(
    version: Pick<ServableVersion, 'id' | 'inputWidth' | 'outputWidth' | 'artefacts'>,
  ): Promise<Artefact> {
    const files: ArtefactFile[] = [];
    for (const { format, hash } of version.artefacts) {
      try {
        await this.storeIfMissing(hash);
        files.push({ format, source: { path: await this.blobs.path(hash, 'PROCESS_ENDS') } });
      } catch (error) {
        throw damagedArtefact(version.id, format, error);
      }
    }
    const { id: versionId, inputWidth, outputWidth } = version;
    return { versionId, inputWidth, outputWidth, files };
  }

  /** The layers of a version that is nothing but dense layers; undefined for any other. @throws Error when bytes are damaged. */
  async denseNetworkOf({
    artefacts,
  }: Pick<ServableVersion, 'artefacts'>): Promise<readonly DenseLayer[] | undefined> {
    const bundle = artefacts.find(({ format }) => format === 'TFJS');
    return bundle && denseOfBundle(await this.blobs.get(bundle.hash));
  }
}

/** Equal hashes answer equally: the frozen numbers, how rows become numbers, and what the answers mean. */
function versionHash({
  artefacts,
  signature,
  preparation,
}: Pick<NewModelVersion, 'artefacts' | 'signature' | 'preparation'>): string {
  const files = Object.fromEntries(artefacts.map(({ format, hash }) => [format, hash]));
  return contentHash({ files, signature, preparation });
}
