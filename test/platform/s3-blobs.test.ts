/** Blobs in a bucket: what goes wrong on the way to it, who is told what, and what stays whole meanwhile. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/kernel/hash';
import { BlobStoreError, openBlobs } from '../../src/platform/blob';
import { S3Blobs } from '../../src/platform/blob/s3/s3-blobs';
import type { S3Timing } from '../../src/platform/blob/s3/s3-client';
import type { S3Config } from '../../src/platform/config';
import type { Log } from '../../src/platform/log';
import { FakeS3 } from '../support/fake-s3';

const HOUR_MS = 3_600_000;
const TIMING = { silenceMs: 200, pauseMs: 2 };
const BYTES = Buffer.from('bytes of a model'.repeat(1000));
const HASH = sha256(BYTES);
const KEY = `blobs/${HASH.slice(0, 2)}/${HASH}`;

let fake: FakeS3;
let folder: string;
let opened: S3Blobs[];
beforeAll(async () => void (fake = await FakeS3.start()));
afterAll(() => fake.close());
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-s3-'));
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
  fake.calm();
  fake.objects.clear();
  fs.rmSync(folder, { recursive: true });
});

/** A process of its own, with an empty cache. */
function process(overrides: Partial<S3Config> = {}, timing: Partial<S3Timing> = TIMING): S3Blobs {
  const store = new S3Blobs(fake.config(path.join(folder, `cache${opened.length}`), overrides), timing);
  opened.push(store);
  return store;
}
const drafts = (): string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /draft-/.test(name));
const sent = (method: string, key = KEY): number =>
  fake.calls.filter((call) => call.method === method && call.key === key).length;
const age = (hours: number): void => void (fake.objects.get(KEY)!.modifiedMs -= hours * HOUR_MS);

describe('whoever sets it up is told what to mend', () => {
  const bucket = (more: object): Partial<S3Config> => ({ bucket: { ...fake.config('').bucket, ...more } });
  const keys = (more: object): Partial<S3Config> => ({ keys: { ...fake.config('').keys, ...more } });

  test.each<[string, () => Partial<S3Config>, RegExp]>([
    [
      'a bucket that is not there',
      () => bucket({ name: 'other', url: `${fake.endpoint}/other` }),
      /There is no bucket other at .*make it, or set S3_BUCKET.*NoSuchBucket/,
    ],
    [
      'an unknown key',
      () => keys({ accessKeyId: 'AKIAOTHER' }),
      /does not know the keys: check S3_ACCESS_KEY_ID/,
    ],
    [
      'a wrong secret',
      () => keys({ secretAccessKey: 'guessed' }),
      /check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/,
    ],
    [
      'a wrong region',
      () => bucket({ region: 'us-east-1' }),
      /not in us-east-1: set S3_REGION to eu-central-1/,
    ],
  ])('%s', async (_what, overrides, words) => {
    const told = await process(overrides()).check().catch(String);
    expect(told).toMatch(words);
    expect(told).not.toMatch(/guessed|AKIA/);
    expect(fake.calls).toHaveLength(1);
  });

  test('keys without the permission, and what they may not do', async () => {
    const store = process();
    fake.trouble({ status: 403, code: 'AccessDenied' }, 1, ({ method }) => method === 'PUT');
    await expect(store.put(BYTES)).rejects.toThrow(/may not PUT in the bucket .* docs\/operations\.md/);
    expect(fake.calls).toHaveLength(1);
    expect(drafts()).toEqual([]);
  });

  test('a clock that is wrong', async () => {
    fake.aheadMs = HOUR_MS;
    await expect(process().check()).rejects.toThrow('The clock of this machine is wrong');
  });

  test('a start is refused where the bucket refuses, and goes on where it does not answer', async () => {
    const said: string[] = [];
    const log = { error: (_: object, words: string) => said.push(words) } as unknown as Log;
    const config = fake.config(path.join(folder, 'cache'));
    fake.trouble({ status: 403, code: 'AccessDenied' }, 1);
    await expect(openBlobs(config, log)).rejects.toThrow(BlobStoreError);
    fake.trouble({ status: 503, code: 'SlowDown' }, 9);
    const { close } = await openBlobs(config, log, TIMING);
    close();
    expect(said).toEqual([expect.stringMatching(/SlowDown.*starts without it/)]);
  });
});

describe('what does not arrive is sent again', () => {
  test.each<[string, Parameters<FakeS3['trouble']>[0]]>([
    ['is put off', { status: 503, code: 'SlowDown' }],
    ['fails inside', { status: 500, code: 'InternalError' }],
    ['asks for patience', { status: 429, code: 'TooManyRequests' }],
    ['loses against another writer', { status: 409, code: 'OperationAborted' }],
    ['is cut off', 'RESET'],
    ['is left in silence', 'SILENCE'],
  ])('when it %s', async (_what, trouble) => {
    const store = process();
    fake.trouble(trouble, 2);
    expect(await store.put(BYTES)).toEqual({ hash: HASH, sizeBytes: BYTES.length });
    expect(sent('PUT')).toBe(3);
    expect(fake.objects.get(KEY)!.bytes.equals(BYTES)).toBe(true);
    fake.trouble(trouble, 2);
    expect((await process().get(HASH)).equals(BYTES)).toBe(true);
  });

  test('also a download that breaks in the middle, which leaves nothing behind', async () => {
    await process().put(BYTES);
    fake.trouble('CUT', 2);
    const place = await process().path(HASH);
    expect(fs.readFileSync(place).equals(BYTES)).toBe(true);
    expect(sent('GET')).toBe(3);
    expect(drafts()).toEqual([]);
  });

  test('also a copy that fails after it was begun', async () => {
    const store = process();
    await store.put(BYTES);
    age(5);
    fake.trouble('ERROR_AFTER_200', 1, ({ method }) => method === 'PUT');
    expect(await store.renew(HASH)).toBe(true);
    expect(await store.deleteIdle(HASH, HOUR_MS)).toBe(false);
  });

  test('but not for ever, and a blob that did not arrive is not there, nor half of it', async () => {
    const store = process({}, { ...TIMING, attempts: 4 });
    fake.trouble('RESET', 99);
    await expect(store.put(BYTES)).rejects.toMatchObject({
      isPassing: true,
      message: expect.stringContaining('ECONNRESET'),
    });
    expect(sent('PUT')).toBe(4);
    // Whoever comes next does not wait as long for what was just found to be away.
    await expect(store.put(BYTES)).rejects.toThrow('ECONNRESET');
    expect(sent('PUT')).toBe(5);
    expect([fake.objects.size, drafts()]).toEqual([0, []]);
  });

  test('no sooner than the bucket says', async () => {
    const store = process();
    fake.trouble({ status: 503, code: 'SlowDown', headers: { 'retry-after': '1' } }, 1);
    const startedAt = performance.now();
    await store.check();
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  test('and not after the process ends', async () => {
    const store = process({}, { silenceMs: 60_000, pauseMs: 60_000 });
    fake.trouble('SILENCE', 1);
    const silent = store.check();
    fake.meanwhile(
      () => true,
      () => setImmediate(() => store.close()),
    );
    await expect(silent).rejects.toThrow('cannot be reached');
    await expect(store.check()).rejects.toThrow('cannot be reached');
  });
});

describe('a blob that is deleted and wanted at once', () => {
  const isDeletion = ({ method, key }: { method: string; key: string }): boolean =>
    method === 'DELETE' && key === KEY;
  const left = (): string[] => [...fake.objects.keys()];

  beforeEach(async () => {
    await process().put(BYTES);
    age(48);
  });

  test('stays when it is renewed after the first look at it', async () => {
    const [sweeper, other] = [process(), process()];
    fake.meanwhile(
      ({ method, key }) => method === 'PUT' && key.includes('going/'),
      async () => {
        expect(await other.renew(HASH)).toBe(true);
      },
    );
    expect(await sweeper.deleteIdle(HASH, HOUR_MS)).toBe(false);
    expect(left()).toEqual([KEY]);
  });

  test('is stored anew by whoever stores it after the last look', async () => {
    const [sweeper, other] = [process(), process()];
    let storing: Promise<unknown> | undefined;
    fake.meanwhile(isDeletion, async () => {
      storing = other.put(BYTES);
      // Stored before it is deleted, and looked for in the list of marks.
      while (sent('PUT') < 2) await new Promise(setImmediate);
    });
    expect(await sweeper.deleteIdle(HASH, HOUR_MS)).toBe(true);
    await storing;
    expect(left()).toEqual([KEY]);
    expect((await process().get(HASH)).equals(BYTES)).toBe(true);
  });

  test('is not promised to whoever renews it after the last look', async () => {
    const [sweeper, other] = [process(), process()];
    let renewing: Promise<boolean> | undefined;
    fake.meanwhile(isDeletion, async () => {
      renewing = other.renew(HASH);
      while (sent('PUT') < 2) await new Promise(setImmediate);
    });
    expect(await sweeper.deleteIdle(HASH, HOUR_MS)).toBe(true);
    expect(await renewing).toBe(false);
    expect(left()).toEqual([]);
  });

  test('stays when the deletion arrives late, of a process that slept', async () => {
    fake.meanwhile(isDeletion, () => (fake.aheadMs += 30_000));
    await expect(process().deleteIdle(HASH, HOUR_MS)).rejects.toThrow('Request has expired');
    // With the mark: whether the deletion was carried out is not known to whoever sent it.
    expect(left()).toEqual([KEY, expect.stringMatching(`^blobs/going/${HASH}/`)]);
  });

  test('is waited for as long as its deletion is under way, whose mark nobody else takes away', async () => {
    const key = `blobs/going/${HASH}/of-another-process`;
    fake.objects.set(key, { bytes: Buffer.alloc(0), modifiedMs: Date.now(), headers: {} });
    let isRenewed = false;
    const renewing = process()
      .renew(HASH)
      .then((answer) => (isRenewed = answer));
    renewing.catch(() => undefined);
    while (sent('GET', '') < 3) await new Promise(setImmediate);
    expect([isRenewed, left().includes(key)]).toEqual([false, true]);
    fake.objects.delete(key);
    expect(await renewing).toBe(true);
  });

  test('is not waited for when whoever deleted it was killed', async () => {
    const key = `blobs/going/${HASH}/of-a-killed-process`;
    fake.objects.set(key, { bytes: Buffer.alloc(0), modifiedMs: Date.now() - HOUR_MS, headers: {} });
    expect(await process().renew(HASH)).toBe(true);
    expect(left()).toEqual([KEY]);
  });

  test('leaves no marks of killed processes in the list, nor in the bucket after it', async () => {
    const key = `blobs/going/${sha256('another')}/of-a-killed-process`;
    fake.objects.set(key, { bytes: Buffer.alloc(0), modifiedMs: Date.now() - HOUR_MS, headers: {} });
    const found = [];
    for await (const { hash } of process().list()) found.push(hash);
    expect([found, left()]).toEqual([[HASH], [KEY]]);
  });
});

test('only what is ours is listed', async () => {
  const store = process();
  await store.put(BYTES);
  for (const key of [`blobs/xx/${HASH}`, 'blobs/readme.txt', `others/${HASH.slice(0, 2)}/${HASH}`])
    fake.objects.set(key, { bytes: BYTES, modifiedMs: 0, headers: {} });
  const found = [];
  for await (const { hash } of store.list()) found.push(hash);
  expect(found).toEqual([HASH]);
});

test('however many ask for a blob at once, it is fetched once; and one that was read is not fetched again', async () => {
  await process().put(BYTES);
  const store = process();
  await Promise.all([store.path(HASH), store.path(HASH), store.get(HASH), store.path(HASH, 'PROCESS_ENDS')]);
  await store.get(HASH);
  expect(sent('GET')).toBe(1);
});

test('a copy that was damaged on this machine is fetched anew', async () => {
  const store = process();
  await store.put(BYTES);
  const [read, kept] = [await store.path(HASH), await store.path(HASH, 'PROCESS_ENDS')];
  expect(read).not.toBe(kept);
  fs.writeSync(fs.openSync(kept, 'r+'), 'changed');
  for (const until of ['READ', 'PROCESS_ENDS'] as const)
    expect(sha256(fs.readFileSync(await store.path(HASH, until)))).toBe(HASH);
  expect(sent('GET')).toBe(1);
});

test('encryption is asked for when a blob is stored and when it is renewed', async () => {
  const store = process({ encryption: { algorithm: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/2' } });
  const headers = {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/2',
  };
  await store.put(BYTES);
  expect(fake.objects.get(KEY)!.headers).toMatchObject(headers);
  await store.renew(HASH);
  expect(fake.objects.get(KEY)!.headers).toMatchObject(headers);
});
