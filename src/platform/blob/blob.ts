/** Large immutable contents, named by their hash: artefacts, data sets, reports. A folder by default. */
export interface BlobStore {
  /** Stores bytes under their SHA-256 and answers it. Storing the same bytes twice is one blob. */
  put(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    limitBytes?: number,
  ): Promise<{ hash: string; sizeBytes: number }>;
  /** @throws Error when the blob is missing or its bytes no longer match the hash. */
  get(hash: string): Promise<Buffer>;
  /** Path of the verified blob on this machine, for child processes. */
  path(hash: string): Promise<string>;
  has(hash: string): Promise<boolean>;
  delete(hash: string): Promise<void>;
}
