/**
 * Two-sided care for a blob that is about to be deleted. S3 cannot delete "unless it was stored anew": a condition on the ETag
 * does not see it, since equal bytes have equal ETags. So whoever deletes sets a mark first and looks at the blob then; whoever stores
 * or renews looks for marks afterwards, and where there is one waits and looks whether the blob is still there. Buckets read what was
 * written, so that one of the two sees the other (Dekker's argument). The deletion itself is signed for some seconds of the bucket's
 * own clock: one that arrives late, of a process that slept, is refused.
 */
import { randomUUID } from 'node:crypto';
import { listOf, type ListedObject } from './s3-answer';
import { type S3Client, textOf, timeOf } from './s3-client';

/** How long a deletion is good for, from its mark on. */
export const DELETION_SECONDS = 20;
/** Older marks are of processes that were killed; servers of one store may differ in their clocks by the rest. */
const ABANDONED_MS = 60_000;
const LOOK_PAUSES = 5;

export interface DeletionMark {
  readonly key: string;
  /** By the bucket's clock. */
  readonly setAt: Date;
}

export class DeletionMarks {
  constructor(
    private readonly client: S3Client,
    private readonly prefix: string,
  ) {}

  async set(hash: string): Promise<DeletionMark> {
    const key = `${this.of(hash)}${randomUUID()}`;
    const setAt = await this.client.send({ method: 'PUT', key }, timeOf);
    if (!setAt) throw new Error(`the bucket has no place for ${key}`);
    return { key, setAt };
  }

  async clear({ key }: Pick<DeletionMark, 'key'>): Promise<void> {
    await this.client.send({ method: 'DELETE', key }, () => undefined);
  }

  /** Waits until no deletion of this blob is under way. Answers whether one was. */
  async passed(hash: string): Promise<boolean> {
    for (let looked = false; ; looked = true) {
      const { marks, now } = await this.find(hash);
      if (marks.length === 0) return looked;
      for (const mark of marks) if (now - mark.modifiedAt.getTime() > ABANDONED_MS) await this.clear(mark);
      await this.client.pause(this.client.timing.pauseMs * LOOK_PAUSES);
    }
  }

  /** Whether the key is of a mark so old that it means nothing any more. */
  isAbandoned({ key, modifiedAt }: ListedObject, now: number): boolean {
    return key.startsWith(this.of('')) && now - modifiedAt.getTime() > ABANDONED_MS;
  }

  private async find(hash: string): Promise<{ marks: readonly ListedObject[]; now: number }> {
    const query = { 'list-type': '2', prefix: this.of(hash) };
    const found = await this.client.send({ method: 'GET', query }, async (answer) => ({
      marks: listOf(await textOf(answer)).objects,
      now: timeOf(answer).getTime(),
    }));
    return found ?? { marks: [], now: 0 };
  }

  private of(hash: string): string {
    return `${this.prefix}going/${hash && `${hash}/`}`;
  }
}
