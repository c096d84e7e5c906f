/** Blobs that nobody names any more go after a day; those that somebody names, or is about to name, stay. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { blobLines } from '../../src/app/commands/blobs';
import { BlobSweep } from '../../src/platform/blob';
import type { BlobsConfig } from '../../src/platform/config';
import { Metrics } from '../../src/platform/metrics';
import { made } from '../ethics/reports';
import { carriedOut, run } from '../privacy/data-requests';
import { FakeS3 } from '../support/fake-s3';
import { startWorld, type CustomerPerson, type Person, type World } from '../support/world';
import { blobsOf } from '../training/blobs';
import { importWages, train, upload } from '../training/wages';

const DAY_MS = 24 * 3_600_000;

/** What lies in the store of a world, seen from beside it. */
interface Shelf {
  readonly config?: BlobsConfig;
  hashes(): string[];
  isThere(hash: string): boolean;
  /** As if it had been stored so many days ago. */
  age(hash: string, days: number): void;
  close(): Promise<void>;
}

async function folderShelf(): Promise<Shelf> {
  const placeOf = (hash: string): string => path.join(world.dataDir, 'blobs', hash.slice(0, 2), hash);
  return {
    hashes: () => blobsOf(world).map((name) => path.basename(name)),
    isThere: (hash) => fs.existsSync(placeOf(hash)),
    age: (hash, days) => {
      const at = new Date(Date.now() - days * DAY_MS);
      fs.utimesSync(placeOf(hash), at, at);
    },
    close: async () => undefined,
  };
}

async function bucketShelf(): Promise<Shelf> {
  const fake = await FakeS3.start();
  // So that what is looked through does not end with the first page.
  fake.pageSize = 7;
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-cache-'));
  const keyOf = (hash: string): string => `blobs/${hash.slice(0, 2)}/${hash}`;
  return {
    config: fake.config(cache),
    hashes: () => [...fake.objects.keys()].map((key) => path.basename(key)),
    isThere: (hash) => fake.objects.has(keyOf(hash)),
    age: (hash, days) => void (fake.objects.get(keyOf(hash))!.modifiedMs = Date.now() - days * DAY_MS),
    close: async () => {
      await fake.close();
      fs.rmSync(cache, { recursive: true });
    },
  };
}

let world: World;
let staff: Person;
let owner: CustomerPerson;
let shelf: Shelf;

const sql = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
  (await world.app.platform.database.servicePool.query<R>(text, [...values])).rows;

const blobs = () => world.app.platform.blobs;
async function stored(text: string, days: number): Promise<string> {
  const { hash } = await blobs().put(Buffer.from(text));
  shelf.age(hash, days);
  return hash;
}

/** The night's job. */
const sweep = (): Promise<void> => run(world, 'blobs.sweep-unnamed');

function sweeper(holders = world.app.modules.manifests.flatMap(({ blobs: some = [] }) => some)): BlobSweep {
  return new BlobSweep({ ...world.app.platform, metrics: new Metrics(), holders });
}

/** Names of columns with hashes of something that is no blob, or that remember one without keeping it. */
const OF_SOMETHING_ELSE =
  `before_hash after_hash data_hash facts_hash leaf_hash root_hash hashes input_hash plan_hash rows_hash
  content_hash source_hash password_hash secret_hash refresh_hash token_hash email_hash card_hash text_hash
  recovery_hashes`.split(/\s+/);
const REMEMBERED = ['dataset_versions.source_hash', 'outbox_events.data'];

const columns = (condition: string): Promise<{ table: string; column: string }[]> =>
  sql(
    `select table_name as table, column_name as column from information_schema.columns c
     where table_schema = 'public' and ${condition} and exists (select from pg_class p
       where p.relnamespace = 'public'::regnamespace and p.relname = c.table_name and p.relkind in ('r', 'p') and not p.relispartition)`,
  );
const registered = (): string[] =>
  world.app.modules.manifests.flatMap(({ blobs: some = [] }) =>
    some.map(({ table, column }) => `${table}.${column}`),
  );

describe.each([
  ['a folder', folderShelf],
  ['a bucket', bucketShelf],
])('in %s', (_name, open) => {
  beforeAll(async () => {
    shelf = await open();
    world = await startWorld(shelf.config && { blobs: shelf.config });
    staff = await world.staff();
    owner = await world.customer();
    // Of each kind of blob one at least.
    const datasetVersionId = await importWages(world, staff);
    await train(world, staff, { datasetVersionId, recipe: { kind: 'LINEAR', epochs: 2 } });
    await carriedOut(world, await world.endUser(owner), { kind: 'ACCESS' });
    await made(world, staff, { kind: 'MODELS' });
    await world.settle();
  });
  afterAll(async () => {
    await world?.close();
    await shelf?.close();
  });

  test('every column of hashes that may be of blobs is named by its module', async () => {
    const found = await columns(`(column_name like '%hash' or column_name like '%hashes')`);
    const unknown = found.filter(({ column }) => !OF_SOMETHING_ELSE.includes(column));
    expect(unknown.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(
      registered()
        .filter((name) => name !== 'model_versions.artefacts')
        .sort(),
    );
  });

  test('every column in which the name of a blob stands is named by its module', async () => {
    const names = shelf.hashes();
    const all = await columns(`data_type in ('text', 'jsonb', 'ARRAY')`);
    const found: string[] = [];
    for (const { table, column } of all) {
      const text = `select from "${table}" as t, unnest($1::text[]) as blob (name) where position(blob.name in t."${column}"::text) > 0 limit 1`;
      if ((await sql(text, [names])).length > 0) found.push(`${table}.${column}`);
    }
    const checkpoints = ['training_jobs.checkpoint_hash', 'training_trials.scored_checkpoint_hash'];
    expect(found.filter((name) => !REMEMBERED.includes(name)).sort()).toEqual(
      registered()
        .filter((name) => !checkpoints.includes(name))
        .sort(),
    );
  });

  test('what nobody names is gone after a day, and everything that somebody names stays, however old', async () => {
    const named = shelf.hashes();
    expect(named.length).toBeGreaterThanOrEqual(8);
    for (const hash of named) shelf.age(hash, 400);
    const [old, young] = [await stored('of a cancelled job', 2), await stored('of a running one', 0.9)];
    await sweep();
    expect([shelf.isThere(old), shelf.isThere(young)]).toEqual([false, true]);
    expect(named.filter((hash) => !shelf.isThere(hash))).toEqual([]);
    expect(await world.app.platform.metrics.text()).toContain('flywheel_blobs_swept_total 1');
  });

  test('a dry run tells what would go, and leaves it', async () => {
    const hash = await stored('still there', 3);
    const figures = await sweeper().run({ deletes: false });
    expect(figures).toMatchObject({ unnamed: 1, unnamedBytes: 11, deleted: 0, refused: null });
    expect(figures.blobs).toBe(shelf.hashes().length);
    expect(shelf.isThere(hash)).toBe(true);
    expect(await sweeper().run({ deletes: true })).toMatchObject({ unnamed: 1, deleted: 1 });
  });

  test('what is named while it is swept stays', async () => {
    const [hash, other] = [await stored('named just in time', 3), await stored('stored just in time', 3)];
    const { deleteIdle } = blobs();
    jest.spyOn(blobs(), 'deleteIdle').mockImplementationOnce(async (first, idleMs) => {
      for (const one of [hash, other]) await blobs().renew(one);
      return deleteIdle.call(blobs(), first, idleMs);
    });
    expect(await sweeper().run({ deletes: true })).toMatchObject({ unnamed: 2, deleted: 0 });
    jest.restoreAllMocks();
    expect([shelf.isThere(hash), shelf.isThere(other)]).toEqual([true, true]);
    for (const one of [hash, other]) await blobs().delete(one);
  });

  test('an upload goes when its month is over, and what was made of it stays', async () => {
    const { uploadId } = (await (await upload(world, staff.credential, 'a,b\n1,2\n')).json()) as {
      uploadId: string;
    };
    const [{ hash }] = (await sql<{ hash: string }>('select blob_hash as hash from uploads where id = $1', [
      uploadId,
    ])) as [{ hash: string }];
    shelf.age(hash, 40);
    await sweep();
    expect(shelf.isThere(hash)).toBe(true);
    world.clock.advance(31 * DAY_MS);
    await run(world, 'privacy.retain');
    await sweep();
    expect(shelf.isThere(hash)).toBe(false);
    expect(await sql('select from dataset_versions')).toHaveLength(1);
  });

  test('the register of what people decided is no blob, and stays however old it is', async () => {
    const { notes } = world.app.platform;
    for (const month of ['2020-01', '2020-02']) await notes.write(`${month}/eus_1.erased`, 'sealed');
    await notes.write('2020-02/eus_1.erased', 'sealed anew');
    await sweep();
    const names: string[] = [];
    for await (const name of notes.names('2020-02')) if (name.startsWith('2020')) names.push(name);
    expect(names).toEqual(['2020-02/eus_1.erased']);
    expect(await notes.read('2020-02/eus_1.erased')).toBe('sealed anew');
    expect([await notes.read('2020-01/eus_1.erased'), await notes.read('2020-03/none')]).toEqual([
      'sealed',
      undefined,
    ]);
    await expect(notes.write('../outside', '')).rejects.toThrow('not the name of a note');
  });

  test('a store of which most is named by nobody is taken for that of another database, and left as it is', async () => {
    const others: string[] = [];
    for (let i = 0; i < 40; i++) others.push(await stored(`of another database ${i}`, 3));
    const { refused, deleted } = await sweeper().run({ deletes: true });
    expect([refused, deleted]).toEqual([expect.stringContaining('is it the one that they belong to?'), 0]);
    expect(others.every(shelf.isThere)).toBe(true);
    const looked = await sweeper().run({ deletes: false });
    expect(blobLines(looked, 'here', false).at(-1)).toContain('is it the one that they belong to?');
    expect((await sweeper().run({ deletes: true, isSure: true })).deleted).toBeGreaterThanOrEqual(40);
  });
});
