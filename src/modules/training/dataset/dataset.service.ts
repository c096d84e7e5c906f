/** Makes data of uploads: asks for the job, and keeps what the job has read as an immutable version. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { holdStandingJob, type Jobs } from '../../../platform/jobs';
import type { UploadService } from '../../models';
import type { ConsentPurpose } from '../../privacy';
import { DATASET_REFUSED, DATASET_VERSION_CREATED } from '../training.events';
import type { ImportWish } from './import-wish';
import type { ImportedTable } from './table-import';
import { type ColumnStatistics, DatasetSource } from './dataset.type';
import { DatasetVersion } from './dataset-version.entity';

export const DATASET_IMPORT = 'training.import-dataset';

export interface DatasetWish extends ImportWish {
  readonly uploadId: string;
  readonly name: string;
  readonly consentScope: readonly ConsentPurpose[];
}

/** Under which name and for what a table is kept. */
export type VersionWish = Pick<DatasetWish, 'name' | 'protectedAttributes' | 'consentScope'>;

export interface ReadDataset {
  readonly table: ImportedTable;
  readonly tableHash: string;
  /** Blob with the hashes of its rows. */
  readonly rowHashesHash: string;
  readonly sourceHash: string;
  /** Where its rows came from, when not from an upload alone. */
  readonly curated?: CuratedPart;
}

export interface CuratedPart {
  readonly baseVersionId: string | null;
  readonly rows: number;
  /** Keeps, with the version, which rows are in it. @throws Error when one may not be learned from any more. */
  keepUse(versionId: string): Promise<void>;
}

export class DatasetService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly uploads: Pick<UploadService, 'find'>,
    private readonly blobs: Pick<BlobStore, 'renew' | 'delete'>,
    private readonly clock: Clock,
  ) {}

  /** Answers the id of the job. @throws AppError NOT_FOUND for an unknown upload, INVALID_INPUT for a contradiction. */
  async requestImport(wish: DatasetWish): Promise<string> {
    if (!(await this.uploads.find(wish.uploadId))) throw notFound(['input', 'uploadId']);
    const torn = (wish.columns ?? []).findIndex(({ isDate, kind }) => isDate && kind && kind !== 'NUMERIC');
    if (torn >= 0) {
      const message = 'Dates become numbers. Leave the kind out, or isDate.';
      throw invalidInput(['input', 'columns', String(torn), 'kind'], message, 'dates');
    }
    const crossed = (wish.columns ?? []).findIndex(({ min, max }) => min != null && max != null && min > max);
    if (crossed >= 0) {
      const message = 'No number is both from min on and up to max: min lies above it. Change one of them.';
      throw invalidInput(['input', 'columns', String(crossed), 'min'], message, 'range');
    }
    return this.database.unitOfWork.run(SERVICE, () => this.jobs.enqueue(DATASET_IMPORT, wish));
  }

  /**
   * Adds a version to the data set of this name, or answers the one that has these very contents.
   * @param jobId of the import. @throws DOMException AbortError when it was cancelled, Error when it is to be tried again.
   */
  async addVersion(
    wish: VersionWish,
    { table, tableHash, rowHashesHash, sourceHash, curated }: ReadDataset,
    jobId: string,
  ): Promise<string> {
    const { unitOfWork } = this.database;
    const label = { ...table.label, classes: table.classes };
    const protectedAttributes = [...wish.protectedAttributes].sort();
    const consentScope = [...wish.consentScope].sort();
    const hash = contentHash({ tableHash, label, protectedAttributes, consentScope });
    return unitOfWork.run(SERVICE, async () => {
      await this.lockTables();
      await holdStandingJob(unitOfWork, jobId);
      for (const blob of [tableHash, rowHashesHash]) {
        if (!(await this.blobs.renew(blob)))
          throw new Error('Another import of these rows has just given them up.');
      }
      const datasetId = await this.lockDataset(wish.name);
      const versions = unitOfWork.repository(DatasetVersion);
      const same = await versions.findOneBy({ datasetId, contentHash: hash });
      if (same) {
        await curated?.keepUse(same.id);
        return same.id;
      }
      const createdAt = this.clock.now();
      const id = newId('dsv', createdAt);
      const number = (await versions.countBy({ datasetId })) + 1;
      const { rows, badRowCount } = table;
      await versions.insert({
        id,
        customerId: null,
        datasetId,
        number,
        rows,
        columns: table.columns.map(stored),
        label,
        protectedAttributes,
        contentHash: hash,
        source: curated ? DatasetSource.FEEDBACK : DatasetSource.UPLOAD,
        baseVersionId: curated?.baseVersionId ?? null,
        curatedRows: curated?.rows ?? 0,
        sourceHash,
        tableHash,
        consentScope,
        badRowCount,
        badRows: [...table.badRows],
        duplicateRows: table.duplicates,
        rowHashesHash,
        createdAt,
      });
      const data = { datasetId, number, rows, contentHash: hash, badRowCount, consentScope };
      await this.events.emit({ type: DATASET_VERSION_CREATED, subject: id, after: data, data });
      await curated?.keepUse(id);
      return id;
    });
  }

  /** Takes away what an import stored that came to no version, unless another one names it. */
  async giveUp(stored: readonly string[]): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await this.lockTables();
      const unnamed = await unitOfWork.sql<{ hash: string }>(
        `select hash from unnest($1::text[]) as hash
         where not exists (select from dataset_versions where hash in (table_hash, row_hashes_hash))`,
        [stored],
      );
      for (const { hash } of unnamed) await this.blobs.delete(hash);
    });
  }

  /** @param subject what was to be read: the upload, or the model whose corrections were accepted. */
  async noteRefusal(subject: string, code: string): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, () =>
      this.events.emit({ type: DATASET_REFUSED, subject, data: { code } }),
    );
  }

  /** Of two imports of equal rows, the one that gives up must not take away what the other has just stored. */
  private async lockTables(): Promise<void> {
    await this.database.unitOfWork.takeTurn(DATASET_IMPORT);
  }

  /** The data set of this name, made at the first mention and held: versions have numbers without gaps. */
  private async lockDataset(name: string): Promise<string> {
    const { unitOfWork } = this.database;
    const now = this.clock.now();
    await unitOfWork.sql(
      `insert into datasets (id, customer_id, name, created_at) values ($1, null, $2, $3)
       on conflict (customer_id, name) do nothing`,
      [newId('dst', now), name, now],
    );
    const [dataset] = await unitOfWork.sql<{ id: string }>(
      'select id from datasets where customer_id is null and name = $1 for update',
      [name],
    );
    return dataset!.id;
  }
}

function stored(column: ImportedTable['columns'][number]): ColumnStatistics {
  const { histogram, percentiles, topValues, values } = column;
  return {
    ...column,
    histogram: [...histogram],
    percentiles: [...percentiles],
    topValues: [...topValues],
    values: [...values],
  };
}
