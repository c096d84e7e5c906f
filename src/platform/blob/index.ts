export type { BlobStore } from './blob';
export { type BlobHolder, BlobSweep } from './blob-sweep';
export { FolderBlobs } from './folder-blobs';
