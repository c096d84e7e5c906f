import { CsvReader, type CsvRecord } from './csv-reader';
import { openText } from './file-text';

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Uint8Array, size = 7): Promise<CsvRecord[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const records: CsvRecord[] = [];
  const { head, pieces } = await openText(chunks(bytes, size));
  const reader = new CsvReader(head);
  for await (const piece of pieces) records.push(...reader.take(piece));
  return [...records, ...reader.end()];
}

const fields = async (text: string): Promise<(readonly string[])[]> =>
  (await read(text)).map((row) => row.fields);

test.each([
  ['LF', 'a,b\n1,2\n3,4\n'],
  ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
  ['CR', 'a,b\r1,2\r3,4'],
  ['a byte order mark', '\ufeffa,b\n1,2\n3,4'],
  ['semicolons', 'a;b\n1;2\n3;4\n'],
  ['tabs', 'a\tb\n1\t2\n3\t4\n'],
  ['bars', 'a|b\n1|2\n3|4\n'],
  ['a first line that names the delimiter', 'sep=;\r\na;b\r\n1;2\r\n3;4\r\n'],
  ['that line in quotation marks', '\ufeff"SEP=|"\n"a"|b\n1|2\n3|4\n'],
  ['empty lines and blanks around values', 'a, b\n\n 1,2 \n\n3,4\n\n'],
])('reads the same table with %s', async (_, text) => {
  expect(await fields(text)).toEqual([
    ['a', 'b'],
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('a record is named by the line it starts on, also after line breaks in quotation marks', async () => {
  const records = await read('a,b\n"one\ntwo",2\n\n"say ""so""",4\n5\n');
  expect(records).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['one\ntwo', '2'] },
    { line: 5, fields: ['say "so"', '4'] },
    { line: 6, fields: ['5'] },
  ]);
});

test('a character that is cut by the border of two chunks stays whole', async () => {
  const table = 'name\nŽofie\n漢字\n😀\n';
  for (const size of [1, 2, 3, 4])
    expect((await read(table, size)).map((row) => row.fields[0])).toEqual(['name', 'Žofie', '漢字', '😀']);
});

test('a delimiter inside quotation marks is text', async () => {
  expect(await fields('a,b\n"x,y",2\n')).toEqual([
    ['a', 'b'],
    ['x,y', '2'],
  ]);
});

test('delimiters in the quotation marks of the header do not settle which one it is', async () => {
  expect(await fields('"income, a year, net";"age, years"\n1;2\n')).toEqual([
    ['income, a year, net', 'age, years'],
    ['1', '2'],
  ]);
});

test('an empty file has no records', async () => {
  expect(await read('')).toEqual([]);
});

test.each([
  ['Latin-1', Buffer.from('a\nM\xfcller\n', 'latin1'), 'not UTF-8'],
  ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'not UTF-8'],
  ['binary', Buffer.from('a,b\n1,\0\n'), 'binary'],
  ['an unclosed quotation mark', Buffer.from('a,b\n1,"2\n3,4\n'), 'quotation marks'],
  ['a stray quotation mark', Buffer.from('a,b\n1,2"3\n'), 'quotation marks'],
])('%s is refused in words', async (_, bytes, words) => {
  await expect(read(bytes)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(words),
  });
});

test('a bar in a name parts no columns where another delimiter does; lines are counted from the first, whatever it tells', async () => {
  expect(await fields('a|b|c,d\n1,2\n')).toEqual([
    ['a|b|c', 'd'],
    ['1', '2'],
  ]);
  expect((await read('sep=,\na,b\n1,2\n')).map(({ line }) => line)).toEqual([2, 3]);
});
