import { type Database, UnreachableError } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { MeteringService } from '../../billing';
import type { InferenceRecord } from './inference-record';
import type { InferenceRepository } from './inference.repository';
import { InferenceWriter } from './inference-writer.service';

const BAD = 'inf_bad';

/** A writer over a database that refuses every commit with the bad record in it, and how many commits it was asked for. */
function refusing(): { readonly writer: InferenceWriter; readonly commits: () => number } {
  let commits = 0;
  const sent = async (send: () => readonly Promise<unknown>[]): Promise<readonly unknown[]> => {
    commits++;
    return Promise.all(send());
  };
  const insert = (records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, object>> =>
    records.some(({ id }) => id === BAD)
      ? Promise.reject(new Error('it cannot be held'))
      : Promise.resolve(new Map(records.map(({ id }) => [id, {}])));
  const writer = new InferenceWriter(
    { unitOfWork: { sent } } as unknown as Database,
    { announce: () => Promise.resolve() } as unknown as Events,
    { settle: () => Promise.resolve() } as unknown as MeteringService,
    { insert } as unknown as InferenceRepository,
  );
  return { writer, commits: () => commits };
}

test.each([0, 41, 99])(
  'a record that cannot be written costs the hundred beside it a few commits, not one each, wherever it stands (%i)',
  async (place) => {
    const { writer, commits } = refusing();
    const ids = Array.from({ length: 100 }, (_, index) => (index === place ? BAD : `inf_${index}`));
    const written = await Promise.allSettled(
      ids.map((id) => writer.write({ id, assignments: [] } as unknown as InferenceRecord)),
    );
    const refused = ids.filter((_id, index) => written[index]!.status === 'rejected');
    expect(refused).toEqual([BAD]);
    expect(commits()).toBeLessThan(20);
  },
);

test.each([0, 1, 2, 3, 4, 5])(
  'a record that comes just when the one before it was written is not left waiting (%i calls away)',
  async (calls) => {
    const { writer } = refusing();
    const write = (id: string): Promise<unknown> =>
      writer.write({ id, assignments: [] } as unknown as InferenceRecord);
    const from = async (away: number): Promise<unknown> =>
      away === 0 ? write('inf_1') : await from(away - 1);
    let isWritten = false;
    void from(calls).then(() => write('inf_2').then(() => (isWritten = true)));
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(true);
  },
);

/** A writer without patience, whose commits fail in these ways, one after the other, and then succeed; and what was sent in each. */
function failing(failures: Error[]): { readonly writer: InferenceWriter; readonly sent: () => string[][] } {
  const sent: string[][] = [];
  const writer = new InferenceWriter(
    {
      unitOfWork: {
        sent: async (send: () => readonly Promise<unknown>[]) => {
          const results = await Promise.all(send());
          const failure = failures.shift();
          if (failure) throw failure;
          return results;
        },
      },
    } as unknown as Database,
    { announce: () => Promise.resolve() } as unknown as Events,
    { settle: () => Promise.resolve(), settledBefore: () => undefined } as unknown as MeteringService,
    {
      insert: (records: readonly InferenceRecord[]) => {
        sent.push(records.map(({ id }) => id));
        return Promise.resolve(new Map(records.map(({ id }) => [id, {}])));
      },
      standing: () => Promise.resolve(new Map()),
    } as unknown as InferenceRepository,
    0,
  );
  return { writer, sent: () => sent };
}

const record = (id: string): InferenceRecord => ({ id, assignments: [] }) as unknown as InferenceRecord;
const BROKEN = new Error('Connection terminated unexpectedly');
const AWAY = new UnreachableError('There is no connection.');

test('what was sent to a connection that broke is written until that is known, however long; what came behind is refused at once', async () => {
  const { writer, sent } = failing([BROKEN, AWAY, AWAY]);
  const first = writer.write(record('inf_sent'));
  while (sent().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const behind = writer.write(record('inf_behind'));
  await expect(behind).rejects.toBe(AWAY);
  expect(await first).toEqual({});
  expect(sent()).toEqual(Array(4).fill(['inf_sent']));
});

test('what was never sent is refused once patience ends, and what is too late when its turn comes is not written', async () => {
  const { writer, sent } = failing([AWAY, AWAY]);
  const late = writer.write(record('inf_late'), performance.now() - 1);
  await expect(late).rejects.toBeInstanceOf(UnreachableError);
  await expect(writer.write(record('inf_never'))).rejects.toBe(AWAY);
  expect(sent().flat()).not.toContain('inf_late');
});
