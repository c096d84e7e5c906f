/** The store of blobs that the configuration asks for. What a bucket needs is loaded only where one is configured. */
import fs from 'node:fs';
import path from 'node:path';
import type { BlobsConfig } from '../config';
import type { Log } from '../log';
import type { BlobStore } from './blob';
import { BlobStoreError, isAway } from './blob-store-error';
import type { S3Timing } from './s3/s3-client';
import { FolderBlobs } from './folder-blobs';
import { FolderNotes } from './folder-notes';
import type { Notes } from './notes';

export interface OpenBlobs {
  readonly store: BlobStore;
  readonly notes: Notes;
  close(): void;
}

/**
 * @throws BlobStoreError when the folder cannot be written, or the bucket is missing or refuses. One that does not answer does not keep the process from starting: what
 * lies on this machine is served meanwhile.
 */
export async function openBlobs(
  config: BlobsConfig,
  log: Log,
  timing?: Partial<S3Timing>,
): Promise<OpenBlobs> {
  if (config.kind === 'FOLDER') {
    usablePlace(config.folder);
    const [store, notes] = [new FolderBlobs(config.folder), new FolderNotes(config.folder)];
    return { store, notes, close: () => undefined };
  }
  const { S3Blobs } = await import('./s3/s3-blobs');
  const store = new S3Blobs(config, timing);
  try {
    await store.check();
  } catch (error) {
    if (!isAway(error)) {
      store.close();
      throw error;
    }
    log.error({}, `${(error as Error).message} The service starts without it.`);
  }
  return { store, notes: store.notes, close: () => store.close() };
}

/** What `doctor` says of the store. @throws BlobStoreError in words. */
export async function blobsReport(config: BlobsConfig): Promise<string[]> {
  if (config.kind === 'FOLDER') {
    const { bavail, bsize } = fs.statfsSync(usablePlace(config.folder));
    return [
      `in ${config.folder}: processes on other machines need this folder too, or a bucket (S3_BUCKET)`,
      `${((bavail * bsize) / 2 ** 30).toFixed(1)} GB are free there`,
    ];
  }
  const { S3Blobs } = await import('./s3/s3-blobs');
  const store = new S3Blobs(config);
  try {
    await store.check();
  } finally {
    store.close();
  }
  return [
    `the bucket ${config.bucket.name} answers at ${config.bucket.url}`,
    `copies in ${config.cacheFolder}`,
  ];
}

/** The folder, or the one in which it will be made. @throws BlobStoreError when this user may not write there. */
function usablePlace(folder: string): string {
  let place = folder;
  while (!fs.existsSync(place)) place = path.dirname(place);
  try {
    fs.accessSync(place, fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new BlobStoreError(
      `The folder ${folder} cannot be written: give it to the user that runs this, or set FLYWHEEL_DATA_DIR.`,
      false,
    );
  }
  return place;
}
