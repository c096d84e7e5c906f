export type { BlobStore } from './blob';
export { BlobStoreError, isAway } from './blob-store-error';
export { type BlobFigures, type BlobHolder, BlobSweep } from './blob-sweep';
export { FolderBlobs } from './folder-blobs';
export type { Notes } from './notes';
export { blobsReport, type OpenBlobs, openBlobs } from './open-blobs';
