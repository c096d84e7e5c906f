/**
 * Copies of blobs on this machine, for engines and trainers that read files. They are bounded: what was read longest ago makes
 * room, but for what was handed out within the hour, and what a living process keeps, which has a name of its own for the same
 * bytes. Nothing here is needed: a folder that is gone is filled again. It belongs to one machine, whose processes may share it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../kernel/clock';
import { sha256 } from '../../../kernel/hash';
import { isHash } from '../blob';
import { type Draft, ownName, removeAbandoned } from '../drafts';
import { sha256OfFile } from '../file-hash';

const HOUR_MS = 3_600_000;
/** What was deleted in the bucket is not to lie on other machines for good. */
const LONGEST_UNREAD_MS = 7 * 24 * HOUR_MS;

export class LocalCopies {
  /** By hash: files that this process keeps. */
  private readonly kept = new Map<string, string>();

  constructor(
    readonly folder: string,
    private readonly limitBytes: number,
  ) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeAbandoned(folder);
  }

  /** Undefined where there is none, or a damaged one, which goes. */
  async read(hash: string): Promise<Buffer | undefined> {
    const bytes = await fs.promises.readFile(this.place(hash)).catch(unlessMissing);
    if (!bytes || sha256(bytes) === hash) return bytes;
    await this.remove(hash);
    return undefined;
  }

  /** Path of the verified copy, good for an hour. Undefined where there is none, or a damaged one, which goes. */
  async path(hash: string): Promise<string | undefined> {
    const place = this.place(hash);
    const found = await sha256OfFile(place).catch(unlessMissing);
    if (found === hash) {
      const now = systemClock.now();
      const isThere = await fs.promises.utimes(place, now, now).then(() => true, unlessMissing);
      return isThere ? place : undefined;
    }
    if (found) await this.remove(hash);
    return undefined;
  }

  /** Path of the verified copy that this process keeps; undefined where it keeps none, or a damaged one. */
  async keptPath(hash: string): Promise<string | undefined> {
    const file = this.kept.get(hash);
    return file && (await sha256OfFile(file).catch(unlessMissing)) === hash ? file : undefined;
  }

  /** Keeps a copy for as long as this process lives. Answers its path. */
  async keep(hash: string): Promise<string> {
    const file = ownName('kept', this.folder);
    // Not every file system has second names.
    await fs.promises.link(this.place(hash), file).catch(() => fs.promises.copyFile(this.place(hash), file));
    // One that was handed out before stays as well: somebody may come back to it.
    this.kept.set(hash, file);
    return file;
  }

  /** Takes a draft of this folder in. */
  async adopt({ file, hash }: Draft): Promise<void> {
    await fs.promises.rename(file, this.place(hash));
    await this.makeRoom();
  }

  async remove(hash: string): Promise<void> {
    await fs.promises.rm(this.place(hash), { force: true });
  }

  private async makeRoom(): Promise<void> {
    const copies: { file: string; size: number; unreadMs: number }[] = [];
    for (const name of await fs.promises.readdir(this.folder)) {
      if (!isHash(name)) continue;
      const file = path.join(this.folder, name);
      const stat = await fs.promises.stat(file).catch(unlessMissing);
      // Who keeps one keeps its bytes: without this name they would take as much room.
      if (!stat || stat.nlink > 1) continue;
      copies.push({ file, size: stat.size, unreadMs: systemClock.millis() - stat.mtimeMs });
    }
    let bytes = copies.reduce((sum, { size }) => sum + size, 0);
    for (const { file, size, unreadMs } of copies.sort((one, other) => other.unreadMs - one.unreadMs)) {
      if (unreadMs < HOUR_MS || (bytes <= this.limitBytes && unreadMs < LONGEST_UNREAD_MS)) return;
      await fs.promises.rm(file, { force: true });
      bytes -= size;
    }
  }

  private place(hash: string): string {
    return path.join(this.folder, hash);
  }
}

/** Undefined for what is not there. @throws whatever else it is. */
function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
