export type { BlobStore } from './blob';
export { FolderBlobs } from './folder-blobs';
