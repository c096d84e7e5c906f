import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../kernel/clock';
import { createLog } from '../log';
import { FolderBlobs } from './folder-blobs';
import { blobsReport, openBlobs } from './open-blobs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-blobs-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => jest.restoreAllMocks());

const blobs = new FolderBlobs(folder);
const files = (): string[] => fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

test('a path is handed out only for bytes that are still the ones that were stored', async () => {
  const { hash } = await blobs.put(Buffer.alloc(3_000_000, 'x'));
  const place = await blobs.path(hash);
  fs.writeSync(fs.openSync(place, 'r+'), 'y', 2_999_999);
  await expect(blobs.path(hash)).rejects.toThrow('changed on disk');
});

test('a place that cannot be written is refused at the start, and told by doctor', async () => {
  // Not even by root: a file is in the way.
  const file = path.join(folder, 'in-the-way');
  fs.writeFileSync(file, '', { mode: 0o600 });
  const config = { kind: 'FOLDER', folder: path.join(file, 'blobs') } as const;
  await expect(blobsReport(config)).rejects.toThrow(
    'in-the-way/blobs cannot be written: give it to the user',
  );
  await expect(openBlobs(config, createLog({ logLevel: 'silent' }))).rejects.toThrow('cannot be written');
  fs.rmSync(file);
  expect((await blobsReport(config)).join()).toMatch(/in-the-way\/blobs.*\d GB are free there/);
});

describe('one that nobody needs any more', () => {
  const HOUR_MS = 3_600_000;
  const idle = async (text: string, hours: number): Promise<{ hash: string; place: string }> => {
    const { hash } = await blobs.put(Buffer.from(text));
    const place = path.join(folder, hash.slice(0, 2), hash);
    const at = new Date(systemClock.millis() - hours * HOUR_MS);
    fs.utimesSync(place, at, at);
    return { hash, place };
  };

  test('stays when it is stored anew between the look at it and its end', async () => {
    const { hash, place } = await idle('just in time', 2);
    const rename = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementationOnce((from, to) => {
      fs.writeFileSync(place, 'just in time');
      rename(from, to);
    });
    expect(await blobs.deleteIdle(hash, HOUR_MS)).toBe(false);
    expect((await blobs.get(hash)).toString()).toBe('just in time');
  });

  test('is back after a start, when the process was killed in the middle', async () => {
    const { hash } = await idle('half gone', 2);
    jest.spyOn(fs, 'rmSync').mockImplementation(() => {
      throw new Error('killed');
    });
    await expect(blobs.deleteIdle(hash, HOUR_MS)).rejects.toThrow('killed');
    jest.restoreAllMocks();
    expect((await new FolderBlobs(folder).get(hash)).toString()).toBe('half gone');
    expect(files().filter((name) => name.startsWith('aside-'))).toEqual([]);
  });
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
