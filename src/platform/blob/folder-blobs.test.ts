import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FolderBlobs } from './folder-blobs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-blobs-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => jest.restoreAllMocks());

const blobs = new FolderBlobs(folder);
const files = (): string[] => fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

test('a full disk is told in words, and leaves nothing behind', async () => {
  const open = fs.promises.open;
  jest.spyOn(fs.promises, 'open').mockImplementation(() => open('/dev/full', 'w'));
  const before = files();
  await expect(blobs.put(Buffer.from('some bytes'))).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: expect.stringContaining('no room left'),
  });
  expect(files()).toEqual(before);
});

test('a stream that breaks leaves nothing behind', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first');
    throw new Error('gone');
  };
  await expect(blobs.put(broken())).rejects.toThrow('gone');
  expect(files()).toEqual([]);
});

test('a path is handed out only for bytes that are still the ones that were stored', async () => {
  const { hash } = await blobs.put(Buffer.alloc(3_000_000, 'x'));
  const place = await blobs.path(hash);
  fs.writeSync(fs.openSync(place, 'r+'), 'y', 2_999_999);
  await expect(blobs.path(hash)).rejects.toThrow('changed on disk');
});

test('drafts of processes that were killed are gone after the next start, those of the living stay', async () => {
  let write = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (write = resolve));
  const writing = blobs.put(
    (async function* () {
      yield Buffer.from('one half');
      await waiting;
      yield Buffer.from(' and the other');
    })(),
  );
  const drafts = (): string[] => files().filter((name) => name.startsWith('draft-'));
  while (drafts().length === 0) await new Promise(setImmediate);
  const [own = ''] = drafts();
  const [machine = '', start = ''] = [own.split('-')[1], own.split('-')[3]];
  const { pid: dead } = spawnSync('true');
  const left = (name: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, 'half');
    return file;
  };
  left(`draft-${machine}-${dead}-${start}-of-a-dead-process`);
  left(`draft-${machine}-${process.pid}-00000000-of-an-earlier-start-with-this-id`);
  left('draft-00000000-1-00000000-of-another-machine');
  const longAgo = new Date('2026-01-01');
  fs.utimesSync(left('draft-of-before-they-named-their-writer'), longAgo, longAgo);
  new FolderBlobs(folder);
  expect(drafts().sort()).toEqual(['draft-00000000-1-00000000-of-another-machine', own].sort());
  write();
  const { hash } = await writing;
  expect((await blobs.get(hash)).toString()).toBe('one half and the other');
});
