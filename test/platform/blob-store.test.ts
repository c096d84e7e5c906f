/** What every store of blobs promises, whatever it keeps them in: a folder, or a bucket. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/kernel/hash';
import { FolderBlobs } from '../../src/platform/blob';
import type { BlobStore, StoredBlob } from '../../src/platform/blob/blob';
import { S3Blobs } from '../../src/platform/blob/s3/s3-blobs';
import { FakeS3 } from '../support/fake-s3';
import { fullDisk } from '../training/blobs';

const HOUR_MS = 3_600_000;

interface Shelf {
  readonly store: BlobStore;
  /** Another process with the same store. */
  readonly other: BlobStore;
  /** Everything that lies in it, and what is being written on this machine. */
  names(): string[];
  age(hash: string, hours: number): void;
  damage(hash: string): void;
  close(): Promise<void>;
}

const newFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-blobs-'));
const filesIn = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile());

async function folderShelf(): Promise<Shelf> {
  const folder = newFolder();
  const place = (hash: string): string => path.join(folder, hash.slice(0, 2), hash);
  return {
    store: new FolderBlobs(folder),
    other: new FolderBlobs(folder),
    names: () => filesIn(folder).sort(),
    age: (hash, hours) => {
      const at = new Date(Date.now() - hours * HOUR_MS);
      fs.utimesSync(place(hash), at, at);
    },
    damage: (hash) => {
      const bytes = fs.readFileSync(place(hash));
      bytes[bytes.length - 1]! ^= 1;
      fs.writeFileSync(place(hash), bytes);
    },
    close: async () => fs.rmSync(folder, { recursive: true }),
  };
}

async function bucketShelf(): Promise<Shelf> {
  const [fake, folder, others] = [await FakeS3.start(), newFolder(), newFolder()];
  fake.pageSize = 2;
  const [store, other] = [new S3Blobs(fake.config(folder)), new S3Blobs(fake.config(others))];
  const key = (hash: string): string => `blobs/${hash.slice(0, 2)}/${hash}`;
  return {
    store,
    other,
    names: () =>
      [...fake.objects.keys(), ...filesIn(folder).filter((name) => name.startsWith('draft-'))].sort(),
    age: (hash, hours) => void (fake.objects.get(key(hash))!.modifiedMs -= hours * HOUR_MS),
    damage: (hash) => {
      const object = fake.objects.get(key(hash))!;
      object.bytes = Buffer.from(object.bytes);
      object.bytes[object.bytes.length - 1]! ^= 1;
      for (const place of [folder, others]) fs.rmSync(path.join(place, hash), { force: true });
    },
    close: async () => {
      store.close();
      other.close();
      await fake.close();
      for (const place of [folder, others]) fs.rmSync(place, { recursive: true });
    },
  };
}

async function* inPieces(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe.each([
  ['a folder', folderShelf],
  ['a bucket', bucketShelf],
])('%s', (_name, open) => {
  let shelf: Shelf;
  beforeEach(async () => void (shelf = await open()));
  afterEach(async () => {
    jest.restoreAllMocks();
    await shelf.close();
  });

  const listed = async (): Promise<StoredBlob[]> => {
    const found: StoredBlob[] = [];
    for await (const blob of shelf.store.list()) found.push(blob);
    return found;
  };
  const stored = async (text: string, hours = 0): Promise<string> => {
    const { hash } = await shelf.store.put(Buffer.from(text));
    shelf.age(hash, hours);
    return hash;
  };

  test('the same bytes, stored by two processes at once, are one blob under their hash', async () => {
    const [one, two] = await Promise.all([
      shelf.store.put(inPieces('the same', ' bytes')),
      shelf.other.put(Buffer.from('the same bytes')),
    ]);
    expect(one).toEqual({ hash: sha256('the same bytes'), sizeBytes: 14 });
    expect(two).toEqual(one);
    expect(shelf.names()).toHaveLength(1);
  });

  test('what one process stored the other reads, as bytes and as a file', async () => {
    const { hash, sizeBytes } = await shelf.store.put(inPieces('x'.repeat(2_000_000), 'y'.repeat(1_000_000)));
    expect(sizeBytes).toBe(3_000_000);
    expect(sha256(await shelf.other.get(hash))).toBe(hash);
    for (const until of ['READ', 'PROCESS_ENDS'] as const)
      expect(sha256(fs.readFileSync(await shelf.other.path(hash, until)))).toBe(hash);
  });

  test('nothing at all is a blob, too', async () => {
    const { hash } = await shelf.store.put(Buffer.alloc(0));
    expect(await shelf.other.get(hash)).toHaveLength(0);
  });

  test('what is over the limit is refused in words and leaves nothing behind', async () => {
    await expect(shelf.store.put(inPieces('four', 'five'), 7)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(shelf.names()).toEqual([]);
  });

  test('a stream that breaks leaves nothing behind', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      throw new Error('gone');
    };
    await expect(shelf.store.put(broken())).rejects.toThrow('gone');
    expect(shelf.names()).toEqual([]);
  });

  test('a full disk is told in words, and leaves nothing behind', async () => {
    fullDisk();
    await expect(shelf.store.put(Buffer.from('some bytes'))).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: expect.stringContaining('no room left'),
    });
    expect(shelf.names()).toEqual([]);
  });

  test('bytes that are no longer the ones that were stored are handed out to nobody', async () => {
    const hash = await stored('as it was');
    shelf.damage(hash);
    await expect(shelf.store.path(hash)).rejects.toThrow(/was changed .* restore it from a backup/);
    await expect(shelf.other.get(hash)).rejects.toThrow(/was changed .* restore it from a backup/);
    await stored('as it was');
    expect((await shelf.other.get(hash)).toString()).toBe('as it was');
  });

  test('what is not there is told so, and what is no hash names nothing', async () => {
    const hash = sha256('never stored');
    await expect(shelf.store.get(hash)).rejects.toThrow(/ENOENT|is missing/);
    await expect(shelf.store.path(hash)).rejects.toThrow(/ENOENT|is missing/);
    expect([await shelf.store.renew(hash), await shelf.store.deleteIdle(hash, 0)]).toEqual([false, false]);
    await shelf.store.delete(hash);
    await expect(shelf.store.get('../../etc/passwd')).rejects.toThrow('not a SHA-256');
  });

  test('all are listed, however many there are, with their size and their age', async () => {
    const hashes: string[] = [];
    for (let size = 1; size <= 5; size++) hashes.push(await stored('a'.repeat(size), size));
    const found = await listed();
    expect(found.map(({ hash }) => hash).sort()).toEqual([...hashes].sort());
    for (const { hash, sizeBytes, idleMs } of found) {
      expect(sizeBytes).toBe(hashes.indexOf(hash) + 1);
      expect(Math.round(idleMs / HOUR_MS)).toBe(sizeBytes);
    }
  });

  test('one that nobody needs any more is deleted when it is old enough, and then it is gone', async () => {
    const hash = await stored('old', 2);
    expect(await shelf.store.deleteIdle(hash, 3 * HOUR_MS)).toBe(false);
    expect(await shelf.store.deleteIdle(hash, HOUR_MS)).toBe(true);
    expect([await shelf.store.deleteIdle(hash, HOUR_MS), await shelf.store.renew(hash)]).toEqual([
      false,
      false,
    ]);
    expect(shelf.names()).toEqual([]);
    await expect(shelf.store.get(hash)).rejects.toThrow(/ENOENT|is missing/);
  });

  test.each([
    ['stored again', (bytes: Buffer) => shelf.other.put(bytes)],
    ['renewed', (bytes: Buffer) => shelf.other.renew(sha256(bytes))],
  ])('one that is old stays when it is %s', async (_what, again) => {
    const hash = await stored('wanted again', 2);
    await again(Buffer.from('wanted again'));
    expect(await shelf.store.deleteIdle(hash, HOUR_MS)).toBe(false);
    expect((await shelf.store.get(hash)).toString()).toBe('wanted again');
  });

  test('deleting takes it away from this process at once', async () => {
    const hash = await stored('gone');
    await shelf.store.delete(hash);
    await expect(shelf.store.get(hash)).rejects.toThrow(/ENOENT|is missing/);
    expect(shelf.names()).toEqual([]);
  });
});
