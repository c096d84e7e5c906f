/** Notes in a folder beside the shelves of the blobs: written to a draft, synced, renamed. */
import fs from 'node:fs';
import path from 'node:path';
import { placeDraft, writeDraft } from './drafts';
import { isNoteName, type Notes, noteName } from './notes';

const LARGEST_BYTES = 64 * 1024;

export class FolderNotes implements Notes {
  private readonly notes: string;

  constructor(private readonly folder: string) {
    this.notes = path.join(folder, 'notes');
  }

  async write(name: string, text: string): Promise<void> {
    const place = this.place(name);
    const { file } = await writeDraft(this.folder, Buffer.from(text), LARGEST_BYTES);
    await placeDraft(file, place);
  }

  read(name: string): Promise<string | undefined> {
    return fs.promises.readFile(this.place(name), 'utf8').catch(missing);
  }

  remove(name: string): Promise<void> {
    return fs.promises.rm(this.place(name), { force: true });
  }

  async *names(after: string): AsyncGenerator<string> {
    for (const shelf of (await fs.promises.readdir(this.notes).catch(missing)) ?? []) {
      // Of a whole shelf that comes before nothing need be read, and what is no shelf is not ours.
      if (!isNoteName(`${shelf}/a`) || `${shelf}0` <= after) continue;
      for (const one of await fs.promises.readdir(path.join(this.notes, shelf))) {
        const name = `${shelf}/${one}`;
        if (isNoteName(name) && name > after) yield name;
      }
    }
  }

  private place(name: string): string {
    return path.join(this.notes, noteName(name));
  }
}

/** Undefined for what is not there. @throws whatever else it is. */
function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
