export type { BlobStore } from './blob';
export { type BlobFigures, type BlobHolder, BlobSweep } from './blob-sweep';
export { FolderBlobs } from './folder-blobs';
