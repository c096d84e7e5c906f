/**
 * Asks for a version of data with the corrections that reviewers accepted, and works out what it is made of. A base that has
 * such rows itself is taken back to its upload: what was taken back since is in no later version by any way.
 */
import { conflict, notFound } from '../../../../kernel/errors';
import { type Database, SERVICE } from '../../../../platform/database';
import type { Jobs } from '../../../../platform/jobs';
import { Model, ModelVersion } from '../../../models';
import { DatasetVersion } from '../dataset-version.entity';
import { DatasetSource } from '../dataset.type';
import type { CuratedRowPlace, CuratedRows } from './curated-row-source';
import { type CuratedTarget, targetOfBase, targetOfOrigin, targetOfSignature } from './curated-target';

export const DATASET_GATHER = 'training.gather-dataset';

export interface GatherWish {
  readonly name: string;
  readonly modelId: string;
  readonly baseVersionId?: string | null;
  readonly customerId?: string | null;
  readonly maxBadRows: number;
}

export interface Gathering {
  readonly places: readonly CuratedRowPlace[];
  /** The upload whose rows come first. */
  readonly root: DatasetVersion | null;
  readonly target: CuratedTarget;
}

export class CuratedDatasetService {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly curated: CuratedRows,
  ) {}

  /** Answers the id of the job. @throws AppError NOT_FOUND for what is unknown, CONFLICT when nothing was accepted. */
  async request(wish: GatherWish): Promise<string> {
    const where = { id: wish.modelId };
    if (!(await this.database.read.one(Model, { scope: SERVICE, where })))
      throw notFound(['input', 'modelId']);
    await this.gathering(wish);
    return this.database.unitOfWork.run(SERVICE, () => this.jobs.enqueue(DATASET_GATHER, wish));
  }

  /** What there is to be gathered now. @throws AppError like `request`. */
  async gathering({ modelId, baseVersionId, customerId }: GatherWish): Promise<Gathering> {
    const base = baseVersionId ? await this.data(baseVersionId) : null;
    if (baseVersionId && !base) throw notFound(['input', 'baseVersionId']);
    const question = { modelId, customerId: customerId ?? null, alsoIn: base?.id ?? null };
    const places = await this.curated.source.standing(question);
    if (places.length === 0) throw nothingAccepted();
    const root = base?.source === DatasetSource.FEEDBACK ? await this.data(base.baseVersionId) : base;
    // Ids are sorted by time.
    const newest = places
      .map(({ modelVersionId }) => modelVersionId)
      .sort()
      .at(-1)!;
    const version = (await this.database.read.one(ModelVersion, { scope: SERVICE, where: { id: newest } }))!;
    return { places, root, target: await this.targetOf(version, base) };
  }

  private async targetOf(version: ModelVersion, base: DatasetVersion | null): Promise<CuratedTarget> {
    if (base) return targetOfBase(base, version);
    const origin = await this.data(version.datasetVersionId);
    return origin ? targetOfOrigin(origin, version) : targetOfSignature(version);
  }

  private async data(id: string | null): Promise<DatasetVersion | null> {
    return id === null ? null : this.database.read.one(DatasetVersion, { scope: SERVICE, where: { id } });
  }
}

function nothingAccepted(): Error {
  const message =
    'There are no accepted corrections of this model to learn from. Accept some with feedbackCurate; those whose person took back the word or the consent do not count.';
  return conflict(message, ['input', 'modelId']);
}
