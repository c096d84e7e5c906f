/** Notes in a bucket: what the register of decisions rests on where there is no folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { S3Blobs } from '../../src/platform/blob/s3/s3-blobs';
import { FakeS3 } from '../support/fake-s3';

let fake: FakeS3;
let folder: string;
const stores: S3Blobs[] = [];
beforeAll(async () => {
  fake = await FakeS3.start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-s3-notes-'));
});
afterAll(async () => {
  for (const store of stores) store.close();
  fs.rmSync(folder, { recursive: true });
  await fake.close();
});

/** As a process of its own has it. */
function opened(): S3Blobs {
  const store = new S3Blobs(fake.config(path.join(folder, `cache${stores.length}`)));
  stores.push(store);
  return store;
}

test('a note is read as it was written, listed by its name, and gone once it was removed', async () => {
  const { notes } = opened();
  const listed = async (after: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const name of notes.names(after)) names.push(name);
    return names;
  };
  await notes.write('2026-10/eus_1.erased', 'sealed');
  await notes.write('2026-11/eus_2.erased', 'sealed too');
  expect(await opened().notes.read('2026-10/eus_1.erased')).toBe('sealed');
  expect(await listed('2026-11')).toEqual(['2026-11/eus_2.erased']);
  for (let times = 0; times < 2; times++) await notes.remove('2026-10/eus_1.erased');
  expect(await notes.read('2026-10/eus_1.erased')).toBeUndefined();
  expect(await listed('0000-00')).toEqual(['2026-11/eus_2.erased']);
});
