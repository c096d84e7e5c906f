/** The way from rows to a version that every import goes: what was stored on it and came to no version goes with it. */
import { AppError } from '../../../kernel/errors';
import type { BlobStore } from '../../../platform/blob';
import type { DatasetService, ReadDataset, VersionWish } from './dataset.service';
import type { TableImport } from './table-import';

interface Kept {
  readonly jobId: string;
  /** What is told to have been refused. */
  readonly subject: string;
  readonly wish: VersionWish;
  /** Where the rows came from, once they are read. */
  origin(): Pick<ReadDataset, 'sourceHash' | 'curated'>;
}

/** Answers the id of the version. @throws AppError INVALID_INPUT that says what is wrong with the rows. */
export async function keepTable(
  { datasets, blobs }: { readonly datasets: DatasetService; readonly blobs: Pick<BlobStore, 'put'> },
  rows: TableImport,
  { jobId, subject, wish, origin }: Kept,
): Promise<string> {
  const stored: string[] = [];
  const store = async (bytes: Parameters<BlobStore['put']>[0]): Promise<string> => {
    const { hash } = await blobs.put(bytes);
    stored.push(hash);
    return hash;
  };
  try {
    const { table, written: tableHash } = await rows.run(store);
    const rowHashesHash = await store(table.rowHashes);
    return await datasets.addVersion(wish, { table, tableHash, rowHashesHash, ...origin() }, jobId);
  } catch (error) {
    if (stored.length > 0) await datasets.giveUp(stored);
    if (error instanceof AppError) await datasets.noteRefusal(subject, error.code);
    throw error;
  }
}
