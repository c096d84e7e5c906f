/**
 * Blobs in a bucket of an S3-compatible store, for processes on several machines. A blob is first written to a file, since its name
 * is its hash; then it is sent in one request, which the bucket checks against that hash and shows whole or not at all. What is read
 * is verified as it arrives, and kept on this machine for a while.
 */
import fs from 'node:fs';
import { systemClock } from '../../../kernel/clock';
import type { S3Config } from '../../config';
import { type BlobStore, isHash, type PathUse, type StoredBlob } from '../blob';
import { BlobStoreError } from '../blob-store-error';
import { type Draft, writeDraft } from '../drafts';
import { DELETION_SECONDS, DeletionMarks } from './deletion-marks';
import { LocalCopies } from './local-copies';
import { errorOf, listOf } from './s3-answer';
import { S3Client, type S3Timing, textOf, timeOf } from './s3-client';
import { S3Notes } from './s3-notes';
import { refusedBy } from './s3-refusal';

/** Of one request, at every store. */
const LARGEST_BYTES = 5 * 2 ** 30;
const SECOND_MS = 1000;

export class S3Blobs implements BlobStore {
  readonly notes: S3Notes;
  private readonly client: S3Client;
  private readonly marks: DeletionMarks;
  private readonly copies: LocalCopies;
  /** By hash: however many ask for one at once, it is fetched once. */
  private readonly fetching = new Map<string, Promise<void>>();

  constructor(
    private readonly config: S3Config,
    timing?: Partial<S3Timing>,
  ) {
    this.client = new S3Client(config.bucket, config.keys, timing);
    this.marks = new DeletionMarks(this.client, config.prefix);
    this.copies = new LocalCopies(config.cacheFolder, config.cacheBytes);
    this.notes = new S3Notes(this.client, config, () => this.encryption());
  }

  /** Looks whether the bucket is there and may be read. @throws BlobStoreError in words. */
  async check(): Promise<void> {
    const query = { 'list-type': '2', 'max-keys': '1', prefix: this.config.prefix };
    await this.client.send({ method: 'GET', query }, async (answer) => listOf(await textOf(answer)));
  }

  close(): void {
    this.client.close();
  }

  async put(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    limitBytes = LARGEST_BYTES,
  ): Promise<{ hash: string; sizeBytes: number }> {
    const draft = await writeDraft(this.copies.folder, bytes, Math.min(limitBytes, LARGEST_BYTES));
    try {
      await this.store(draft);
      await this.copies.adopt(draft);
    } catch (error) {
      await fs.promises.rm(draft.file, { force: true });
      throw error;
    }
    return { hash: draft.hash, sizeBytes: draft.sizeBytes };
  }

  async get(hash: string): Promise<Buffer> {
    let bytes = await this.copies.read(this.named(hash));
    if (bytes) return bytes;
    await this.fetch(hash);
    bytes = await this.copies.read(hash);
    if (!bytes) throw damagedHere(hash);
    return bytes;
  }

  async path(hash: string, until: PathUse = 'READ'): Promise<string> {
    const kept = until === 'PROCESS_ENDS' ? await this.copies.keptPath(this.named(hash)) : undefined;
    if (kept) return kept;
    let place = await this.copies.path(this.named(hash));
    if (!place) {
      await this.fetch(hash);
      place = await this.copies.path(hash);
    }
    if (!place) throw damagedHere(hash);
    return until === 'READ' ? place : this.copies.keep(hash);
  }

  /** Copied onto itself, which every store does by itself, and which sets its time. */
  async renew(hash: string): Promise<boolean> {
    const key = this.key(hash);
    const headers = {
      'x-amz-copy-source': `/${this.config.bucket.name}/${key}`,
      // Without a change of its metadata S3 refuses to copy an object onto itself.
      'x-amz-metadata-directive': 'REPLACE',
      ...this.encryption(),
    };
    const isCopied = await this.client.send({ method: 'PUT', key, headers }, async (answer) => {
      // A copy takes its time, so its answer begins before it is known how it ends.
      const error = errorOf(await textOf(answer));
      if (error) throw refusedBy(this.config.bucket, { ...error, method: 'PUT', status: 500 });
      return true;
    });
    if (!isCopied) return false;
    return (await this.marks.passed(hash)) ? (await this.idleMs(hash)) !== undefined : true;
  }

  async delete(hash: string): Promise<void> {
    await this.client.send({ method: 'DELETE', key: this.key(hash) }, () => undefined);
    await this.copies.remove(hash);
  }

  async *list(): AsyncGenerator<StoredBlob> {
    let next: string | undefined;
    do {
      const more = next === undefined ? undefined : { 'continuation-token': next };
      const query = { 'list-type': '2', prefix: this.config.prefix, ...more };
      const page = await this.client.send({ method: 'GET', query }, async (answer) => ({
        ...listOf(await textOf(answer)),
        now: timeOf(answer).getTime(),
      }));
      for (const found of page?.objects ?? []) {
        const hash = found.key.slice(-64);
        const idleMs = page!.now - found.modifiedAt.getTime();
        if (isHash(hash) && found.key === this.key(hash)) yield { hash, sizeBytes: found.sizeBytes, idleMs };
        else if (this.marks.isAbandoned(found, page!.now)) await this.marks.clear(found);
      }
      next = page?.next;
    } while (next !== undefined);
  }

  /** Marked first and looked at then: whoever stores or renews it meanwhile sees the mark, or is seen. */
  async deleteIdle(hash: string, idleMs: number): Promise<boolean> {
    if (!this.isIdle(await this.idleMs(hash), idleMs)) return false;
    const mark = await this.marks.set(hash);
    const startedAt = systemClock.monotonic();
    const isWanted = !this.isIdle(await this.idleMs(hash), idleMs);
    if (!isWanted) {
      const validFor = { from: mark.setAt, seconds: DELETION_SECONDS };
      try {
        await this.client.send({ method: 'DELETE', key: this.key(hash), validFor }, () => undefined);
      } catch (error) {
        // Whether it was carried out is not known, so the mark stays until it means nothing any more.
        const isLate = systemClock.monotonic() - startedAt > DELETION_SECONDS * SECOND_MS;
        if (isLate && error instanceof BlobStoreError) return false;
        throw error;
      }
      await this.copies.remove(hash);
    }
    await this.marks.clear(mark);
    return !isWanted;
  }

  private isIdle(found: number | undefined, idleMs: number): boolean {
    return found !== undefined && found >= idleMs;
  }

  /** Since it was stored or renewed, by the bucket's clock; undefined where there is none. */
  private idleMs(hash: string): Promise<number | undefined> {
    return this.client.send({ method: 'HEAD', key: this.key(hash) }, (answer) => {
      const modifiedAt = new Date(answer.headers['last-modified'] ?? '').getTime();
      if (Number.isNaN(modifiedAt)) throw new Error('the bucket does not tell when the blob was stored');
      return timeOf(answer).getTime() - modifiedAt;
    });
  }

  private async store(draft: Draft): Promise<void> {
    const request = {
      method: 'PUT',
      key: this.key(draft.hash),
      file: draft,
      headers: this.encryption(),
    } as const;
    // Stored again where a deletion may have met it.
    do await this.client.send(request, () => undefined);
    while (await this.marks.passed(draft.hash));
  }

  private fetch(hash: string): Promise<void> {
    let fetching = this.fetching.get(hash);
    if (!fetching) {
      fetching = this.download(hash).finally(() => this.fetching.delete(hash));
      this.fetching.set(hash, fetching);
    }
    return fetching;
  }

  private async download(hash: string): Promise<void> {
    const draft = await this.client.send({ method: 'GET', key: this.key(hash) }, (answer) =>
      writeDraft(this.copies.folder, answer as AsyncIterable<Buffer>, LARGEST_BYTES),
    );
    if (!draft) throw new Error(`blob ${hash} is missing in the bucket ${this.config.bucket.name}`);
    if (draft.hash === hash) return this.copies.adopt(draft);
    await fs.promises.rm(draft.file, { force: true });
    throw new Error(
      `blob ${hash} was changed in the bucket ${this.config.bucket.name}: restore it from a backup`,
    );
  }

  private encryption(): Record<string, string> {
    const { encryption } = this.config;
    if (!encryption) return {};
    return {
      'x-amz-server-side-encryption': encryption.algorithm,
      ...(encryption.keyId && { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyId }),
    };
  }

  private key(hash: string): string {
    return `${this.config.prefix}${hash.slice(0, 2)}/${this.named(hash)}`;
  }

  private named(hash: string): string {
    if (!isHash(hash)) throw new Error(`not a SHA-256: ${hash}`);
    return hash;
  }
}

function damagedHere(hash: string): Error {
  return new Error(`the copy of blob ${hash} on this machine was changed as soon as it was written`);
}
