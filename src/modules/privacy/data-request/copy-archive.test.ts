import { strFromU8, unzipSync } from 'fflate';
import { archiveOf, type CopiedTable } from './copy-archive';

const AT = new Date('2026-05-01T12:00:00Z');

function tableOf(table: string, pages: readonly (readonly Record<string, unknown>[])[]): CopiedTable {
  return {
    table,
    async *pages() {
      yield* pages;
    },
  };
}

async function unpacked(tables: readonly CopiedTable[]): Promise<Record<string, string>> {
  const parts: Uint8Array[] = [];
  for await (const part of archiveOf({ person: 'eus_1' }, tables, AT)) parts.push(part);
  const files = Object.entries(unzipSync(Buffer.concat(parts)));
  return Object.fromEntries(files.map(([name, bytes]) => [name, strFromU8(bytes)]));
}

test('a table is there for programs and for people, over many pages', async () => {
  const files = await unpacked([
    tableOf('feedback', [
      [{ id: 'a', at: AT, text: '=1+1, "quoted"', tags: ['x'] }],
      [{ id: 'b', at: AT, text: null, tags: [] }],
    ]),
  ]);
  expect(Object.keys(files)).toEqual(['contents.json', 'feedback.json', 'feedback.csv']);
  expect(JSON.parse(files['contents.json']!)).toEqual({ person: 'eus_1' });
  expect(JSON.parse(files['feedback.json']!)).toEqual([
    { id: 'a', at: '2026-05-01T12:00:00.000Z', text: '=1+1, "quoted"', tags: ['x'] },
    { id: 'b', at: '2026-05-01T12:00:00.000Z', text: null, tags: [] },
  ]);
  expect(files['feedback.csv']).toBe(
    'id,at,text,tags\r\na,2026-05-01T12:00:00.000Z,"\'=1+1, ""quoted""","[""x""]"\r\nb,2026-05-01T12:00:00.000Z,,[]\r\n',
  );
});

test('an empty table is an empty list', async () => {
  const files = await unpacked([tableOf('feedback', [])]);
  expect(JSON.parse(files['feedback.json']!)).toEqual([]);
  expect(files['feedback.csv']).toBe('');
});

test('a table that cannot be read breaks the archive, which is never taken for whole', async () => {
  const broken: CopiedTable = {
    table: 'feedback',
    pages: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }),
    }),
  };
  await expect(unpacked([tableOf('first', [[{ id: 1 }]]), broken])).rejects.toThrow('gone');
});
