/** Large immutable contents, named by their hash: artefacts, data sets, reports. A folder by default, or a bucket. */
export interface BlobStore {
  /** Stores bytes under their SHA-256 and answers it. Storing the same bytes twice is one blob, stored now. */
  put(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    limitBytes?: number,
  ): Promise<{ hash: string; sizeBytes: number }>;
  /** @throws Error when the blob is missing or its bytes no longer match the hash. */
  get(hash: string): Promise<Buffer>;
  /**
   * Path of the verified blob on this machine, for child processes. It is good for an hour, or as long as this process lives: a
   * copy on this machine that nobody reads makes room for others.
   */
  path(hash: string, until?: PathUse): Promise<string>;
  /**
   * Answers whether it is there, and counts as storing it again: whoever is about to name a blob that was stored before does this
   * first, so that it is not swept away meanwhile.
   */
  renew(hash: string): Promise<boolean>;
  delete(hash: string): Promise<void>;
  /** All blobs, in no order. */
  list(): AsyncIterable<StoredBlob>;
  /** Deletes one unless it was stored or renewed within so many milliseconds, up to this very moment. Answers whether it did. */
  deleteIdle(hash: string, idleMs: number): Promise<boolean>;
}

export type PathUse = 'READ' | 'PROCESS_ENDS';

export interface StoredBlob {
  readonly hash: string;
  readonly sizeBytes: number;
  /** Since it was last stored or renewed. */
  readonly idleMs: number;
}

/** Whether it is the name of a blob: a SHA-256, hexadecimal. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
