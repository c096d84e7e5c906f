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
