/**
 * The door through which a version is made from another one: compressed, trained further, or with another threshold. What is not
 * said anew (the signature, the preparation, the warm-up rows, the data) is the parent's, so that whoever calls the one can call
 * the other.
 */
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { ModelService, NewModelVersion } from '../model.service';
import { ModelVersion } from '../model-version.entity';
import type { Derivation } from './derivation.type';

/** The first artefact is the one that is served, as in `NewModelVersion`. */
export interface NewChildVersion
  extends
    Pick<NewModelVersion, 'artefacts' | 'metrics' | 'evaluation' | 'trainingJobId'>,
    Partial<
      Pick<
        NewModelVersion,
        | 'exportDifference'
        | 'engine'
        | 'signature'
        | 'preparation'
        | 'warmUp'
        | 'inputWidth'
        | 'outputWidth'
        | 'datasetVersionId'
      >
    > {
  /** Sizes are read from the artefacts. */
  readonly derivation: Omit<Derivation, 'size'>;
  /** Of another model than the parent's, for a version that is trained further for a task of its own. */
  readonly modelId?: string;
}

export class DerivedVersionService {
  constructor(
    private readonly database: Database,
    private readonly models: Pick<ModelService, 'addVersion' | 'servable'>,
  ) {}

  /**
   * Adds the child, or answers the version that has these very contents. Joins the caller's unit of work.
   * @throws AppError NOT_FOUND for an unknown parent.
   */
  async add(parentId: string, child: NewChildVersion): Promise<{ versionId: string; isNew: boolean }> {
    const parent = await this.models.servable(parentId);
    if (!parent) throw notFound(['parentId']);
    const origin = await this.database.read.one(ModelVersion, {
      scope: SERVICE,
      where: { id: parentId },
      selection: { sizeBytes: true, datasetVersionId: true, exportDifference: true },
    });
    const { derivation, modelId, ...fields } = child;
    const size = { bytes: String(child.artefacts[0]!.sizeBytes), parentBytes: origin!.sizeBytes };
    return this.models.addVersion(modelId ?? parent.modelId, {
      engine: parent.engine,
      signature: parent.signature,
      preparation: parent.preparation,
      warmUp: parent.warmUp,
      inputWidth: parent.inputWidth,
      outputWidth: parent.outputWidth,
      datasetVersionId: origin!.datasetVersionId,
      exportDifference: origin!.exportDifference,
      ...fields,
      parentIds: [parentId],
      derivation: { ...derivation, size },
    });
  }
}
