/** Holds versions of data against each other, and hands out what their columns looked like as a reference for drift. */
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import type { TrainingLoaders } from '../training.loader';
import { DatasetVersion } from './dataset-version.entity';
import { type FeatureReference, referenceOf } from './feature-reference';
import { compareRows, holdsRow, type RowsShared } from './row-hashes';
import { linesOfRow } from './row-line';
import { columnDifferences, haveSameColumns } from './version-difference';
import type { DatasetVersionDifference } from './version-difference.type';

/** Versions of a data set in which a row is looked for. */
const MOST_SEARCHED = 50;

export class DatasetComparisonService {
  constructor(
    private readonly database: Database,
    private readonly loaders: TrainingLoaders,
    private readonly blobs: BlobStore,
  ) {}

  /** Null when the caller may not see both. */
  async compare(
    beforeId: string,
    afterId: string,
    context: RequestContext,
  ): Promise<DatasetVersionDifference | null> {
    const versions = this.loaders.datasetVersionById(context);
    const [before, after] = await Promise.all([versions.load(beforeId), versions.load(afterId)]);
    if (!before || !after) return null;
    const rows = haveSameColumns(before, after) ? await this.rowsOf(before, after) : null;
    return { before, after, rows, columns: columnDifferences(before, after) };
  }

  /** One for each column of numbers or categories that the data has, the label among them; empty for unknown data. */
  async referencesOf(datasetVersionId: string): Promise<FeatureReference[]> {
    const where = { id: datasetVersionId };
    const version = await this.database.read.one(DatasetVersion, { scope: SERVICE, where });
    return (version?.columns ?? []).flatMap((column) => referenceOf(column, version!.rows) ?? []);
  }

  /**
   * The versions that hold a row, among those of a data set that the caller may see; the newest first.
   * @param row Its values by column; a version whose columns are others does not hold it.
   */
  async holding(
    datasetId: string,
    row: Readonly<Record<string, unknown>>,
    { scope }: RequestContext,
  ): Promise<DatasetVersion[]> {
    const versions = await this.database.read.list(DatasetVersion, {
      scope,
      where: { datasetId },
      orderBy: [{ property: 'number', direction: 'DESC' }],
      limit: MOST_SEARCHED,
    });
    const found: DatasetVersion[] = [];
    // One after the other: each reads eight bytes for every row of the version.
    for (const version of versions) {
      const lines = linesOfRow(version.columns, row);
      if (lines.length === 0 || !version.rowHashesHash) continue;
      const hashes = await this.blobs.get(version.rowHashesHash);
      if (lines.some((line) => holdsRow(hashes, line))) found.push(version);
    }
    return found;
  }

  private async rowsOf(before: DatasetVersion, after: DatasetVersion): Promise<RowsShared | null> {
    if (!before.rowHashesHash || !after.rowHashesHash) return null;
    const [old, next] = await Promise.all(
      [before.rowHashesHash, after.rowHashesHash].map((hash) => this.blobs.get(hash)),
    );
    return compareRows(old!, next!);
  }
}
