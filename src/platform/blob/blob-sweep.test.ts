import { sha256 } from '../../kernel/hash';
import type { Log } from '../log';
import { Metrics } from '../metrics';
import { BlobSweep, type SweepDoors } from './blob-sweep';

const DAY_MS = 24 * 3_600_000;

test('a store of more blobs than memory holds is gone through some thousands at a time', async () => {
  const COUNT = 25_001;
  const asked: number[] = [];
  const deleted: string[] = [];
  const named = (hashes: string[]): { hash: string }[] =>
    hashes.flatMap((hash) => (hash.startsWith('0') ? [] : [{ hash }]));
  const doors = {
    blobs: {
      list: async function* () {
        for (let i = 0; i < COUNT; i++) yield { hash: sha256(`blob ${i}`), sizeBytes: 1, idleMs: 2 * DAY_MS };
      },
      deleteIdle: async (hash: string) => deleted.push(hash) > 0,
    },
    database: {
      unitOfWork: {
        run: (_: unknown, work: () => unknown) => work(),
        sql: async (_: string, [hashes]: [string[] | null]) => {
          asked.push(hashes?.length ?? Infinity);
          return named(hashes ?? []);
        },
      },
    },
    log: { info: () => undefined } as unknown as Log,
    metrics: new Metrics(),
    holders: [{ table: 'kept', column: 'hash' }],
  } as unknown as SweepDoors;
  const figures = await new BlobSweep(doors).run({ deletes: true });
  expect(figures).toMatchObject({
    blobs: COUNT,
    bytes: COUNT,
    unnamed: deleted.length,
    deleted: deleted.length,
  });
  expect(deleted.length).toBeGreaterThan(COUNT / 20);
  expect(Math.max(...asked)).toBeLessThanOrEqual(10_000);
});
