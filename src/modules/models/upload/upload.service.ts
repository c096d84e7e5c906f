/** Takes files in as a stream: never more than the limit reaches the disk, and a broken upload leaves nothing. */
import type { Readable } from 'node:stream';
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { UPLOAD_RECEIVED } from '../models.events';
import { Upload } from './upload.entity';
import { emptyUpload, uploadTooLarge } from './upload.errors';

export interface ReceivedUpload {
  readonly uploadId: string;
  readonly sizeBytes: number;
}

export class UploadService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
    private readonly limitBytes: number,
  ) {}

  /** @throws AppError TOO_LARGE or INVALID_INPUT; the stream is left open, so that the refusal can still be sent. */
  async receive(
    body: Readable,
    declaredBytes: number | undefined,
    principal: Principal,
  ): Promise<ReceivedUpload> {
    if (declaredBytes !== undefined && declaredBytes > this.limitBytes) throw uploadTooLarge(this.limitBytes);
    const { hash, sizeBytes } = await this.blobs.put(limited(body, this.limitBytes));
    if (sizeBytes === 0) throw emptyUpload();
    const createdAt = this.clock.now();
    const uploadId = newId('upl', createdAt);
    await this.database.unitOfWork.run(SERVICE, async () => {
      await this.database.unitOfWork.repository(Upload).insert({
        id: uploadId,
        blobHash: hash,
        sizeBytes: String(sizeBytes),
        createdBy: actorOf(principal),
        createdAt,
      });
      const data = { sizeBytes, hash };
      await this.events.emit({ type: UPLOAD_RECEIVED, subject: uploadId, actor: principal, data });
    });
    return { uploadId, sizeBytes };
  }

  /** Null for an id that nobody was answered with. */
  find(id: string): Promise<Upload | null> {
    return this.database.read.one(Upload, { scope: SERVICE, where: { id } });
  }
}

/** The body as far as the limit. Leaving the loop must not destroy the request: its answer is still to be sent. */
async function* limited(body: Readable, limitBytes: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw uploadTooLarge(limitBytes);
    yield chunk;
  }
}
