/** Notes in the bucket, beside the blobs. None of them is kept on this machine: they are read when something went wrong elsewhere. */
import fs from 'node:fs';
import type { S3Config } from '../../config';
import { writeDraft } from '../drafts';
import { isNoteName, type Notes, noteName } from '../notes';
import { listOf } from './s3-answer';
import { type S3Client, textOf } from './s3-client';

const LARGEST_BYTES = 64 * 1024;

export class S3Notes implements Notes {
  private readonly prefix: string;

  constructor(
    private readonly client: S3Client,
    private readonly config: Pick<S3Config, 'prefix' | 'cacheFolder'>,
    private readonly encryption: () => Readonly<Record<string, string>>,
  ) {
    this.prefix = `${config.prefix}notes/`;
  }

  async write(name: string, text: string): Promise<void> {
    const key = this.key(name);
    const draft = await writeDraft(this.config.cacheFolder, Buffer.from(text), LARGEST_BYTES);
    try {
      const request = { method: 'PUT', key, file: draft, headers: this.encryption() } as const;
      await this.client.send(request, () => undefined);
    } finally {
      await fs.promises.rm(draft.file, { force: true });
    }
  }

  async read(name: string): Promise<string | undefined> {
    return this.client.send({ method: 'GET', key: this.key(name) }, textOf);
  }

  async remove(name: string): Promise<void> {
    await this.client.send({ method: 'DELETE', key: this.key(name) }, () => undefined);
  }

  async *names(after: string): AsyncGenerator<string> {
    const first = { 'list-type': '2', prefix: this.prefix, 'start-after': `${this.prefix}${after}` };
    let next: string | undefined;
    do {
      const more = next === undefined ? undefined : { 'continuation-token': next };
      const page = await this.client.send({ method: 'GET', query: { ...first, ...more } }, async (answer) =>
        listOf(await textOf(answer)),
      );
      for (const { key } of page?.objects ?? []) {
        const name = key.slice(this.prefix.length);
        if (isNoteName(name) && name > after) yield name;
      }
      next = page?.next;
    } while (next !== undefined);
  }

  private key(name: string): string {
    return `${this.prefix}${noteName(name)}`;
  }
}
