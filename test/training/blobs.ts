/** What lies in the blob store, and a disk on which nothing more can lie. */
import fs from 'node:fs';
import path from 'node:path';
import type { World } from '../support/world';

/** Its files, drafts among them. */
export function blobsOf({ dataDir }: World): string[] {
  const folder = path.join(dataDir, 'blobs');
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile())
    .sort();
}

/**
 * What is written to the blob store goes to a device that refuses every byte, as the kernel does it on a full disk.
 * @param from the first blob from now on that finds no room. Answers what makes room again.
 */
export function fullDisk(from = 1): () => void {
  const { open } = fs.promises;
  let blobs = 0;
  const full = jest.spyOn(fs.promises, 'open').mockImplementation((file, flags, mode) => {
    const isBlob = path.basename(String(file)).startsWith('draft-');
    return isBlob && ++blobs >= from ? open('/dev/full', 'w') : open(file, flags, mode);
  });
  return () => full.mockRestore();
}
