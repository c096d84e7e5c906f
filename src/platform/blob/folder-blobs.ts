/** Blobs in a folder: written beside their place, synced, renamed; verified at every read. */
import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../kernel/clock';
import { sha256 } from '../../kernel/hash';
import { type BlobStore, isHash, type StoredBlob } from './blob';
import { placeDraft, removeAbandoned, writeDraft } from './drafts';
import { sha256OfFile } from './file-hash';

const SHELF = /^[0-9a-f]{2}$/;
/** Names of blobs that are about to be deleted. */
const ASIDE = 'aside-';

export class FolderBlobs implements BlobStore {
  constructor(private readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeAbandoned(folder);
    // Of a process that was killed while it looked at one.
    for (const name of fs.readdirSync(folder))
      if (name.startsWith(ASIDE)) putBack(path.join(folder, name), this.place(name.slice(ASIDE.length)));
  }

  async put(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    limitBytes = Infinity,
  ): Promise<{ hash: string; sizeBytes: number }> {
    const { file, hash, sizeBytes } = await writeDraft(this.folder, bytes, limitBytes);
    await placeDraft(file, this.place(hash));
    return { hash, sizeBytes };
  }

  async get(hash: string): Promise<Buffer> {
    const bytes = await fs.promises.readFile(this.place(hash));
    if (sha256(bytes) !== hash) throw changed(hash);
    return bytes;
  }

  async path(hash: string): Promise<string> {
    const place = this.place(hash);
    if ((await sha256OfFile(place)) !== hash) throw changed(hash);
    return place;
  }

  async renew(hash: string): Promise<boolean> {
    const now = systemClock.now();
    return fs.promises.utimes(this.place(hash), now, now).then(() => true, isMissing);
  }

  async delete(hash: string): Promise<void> {
    await fs.promises.rm(this.place(hash), { force: true });
  }

  async *list(): AsyncGenerator<StoredBlob> {
    for (const shelf of await fs.promises.readdir(this.folder)) {
      if (!SHELF.test(shelf)) continue;
      for (const hash of await fs.promises.readdir(path.join(this.folder, shelf))) {
        if (!isHash(hash)) continue;
        // It may have gone meanwhile.
        const file = await fs.promises.stat(this.place(hash)).catch(() => undefined);
        if (file) yield { hash, sizeBytes: file.size, idleMs: idleMsOf(file) };
      }
    }
  }

  /** Out of reach first and looked at then: whoever stores or renews it meanwhile has done so before, or finds that it is gone. */
  async deleteIdle(hash: string, idleMs: number): Promise<boolean> {
    const place = this.place(hash);
    const aside = path.join(this.folder, `${ASIDE}${hash}`);
    const found = fs.statSync(place, { throwIfNoEntry: false });
    if (!found || idleMsOf(found) < idleMs) return false;
    try {
      fs.renameSync(place, aside);
    } catch (error) {
      return isMissing(error);
    }
    if (idleMsOf(fs.statSync(aside)) < idleMs) {
      putBack(aside, place);
      return false;
    }
    fs.rmSync(aside, { force: true });
    return true;
  }

  private place(hash: string): string {
    if (!isHash(hash)) throw new Error(`not a SHA-256: ${hash}`);
    return path.join(this.folder, hash.slice(0, 2), hash);
  }
}

function idleMsOf({ mtimeMs }: fs.Stats): number {
  // The time of a file is the machine's, whatever clock the product runs by.
  return systemClock.millis() - mtimeMs;
}

/** False for what is not there. @throws whatever else it is. */
function isMissing(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  throw error;
}

/** Where one was stored anew meanwhile it holds the same bytes. */
function putBack(aside: string, place: string): void {
  try {
    fs.renameSync(aside, place);
  } catch (error) {
    // Another process has put it back.
    isMissing(error);
  }
}

function changed(hash: string): Error {
  return new Error(`blob ${hash} was changed on disk: restore it from a backup`);
}
