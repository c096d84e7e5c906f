import { startWorld, type Person, type World } from '../support/world';
import { blobsOf, fullDisk } from './blobs';
import { ended, importCsv, importWages, upload, WAGES_CSV, WAGES_INPUT } from './wages';

const MEBIBYTE = 1024 * 1024;
/** As the operator may configure it; small, so that going beyond it costs little. */
const LIMIT = 16 * MEBIBYTE;

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld({ uploadBytes: LIMIT });
  staff = await world.staff('ANALYST');
});
afterAll(() => world.close());

async function versions(): Promise<number> {
  const { rows } = await world.app.platform.database.servicePool.query(
    'select count(*)::int as n from dataset_versions',
  );
  return rows[0].n;
}

test('a file is stored and named, whatever its content type', async () => {
  const response = await upload(world, staff.credential, 'a,b\n1,2\n');
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ uploadId: expect.stringMatching(/^upl_/), sizeBytes: 8 });
});

test('an upload beyond the configured limit is refused by its size, and the client hears why', async () => {
  const response = await upload(world, staff.credential, new Uint8Array(LIMIT + 1));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({
    error: { code: 'TOO_LARGE', message: expect.stringContaining('16 MiB') },
  });
});

test('an upload that does not tell its size is cut off at the limit, and leaves nothing behind', async () => {
  const chunk = new Uint8Array(MEBIBYTE);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (sent++ < 20 ? controller.enqueue(chunk) : controller.close()),
  });
  const response = await fetch(`${world.url}/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${staff.credential}`, 'content-type': 'text/csv' },
    body,
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(413);
  const { rows } = await world.app.platform.database.servicePool.query(
    'select count(*)::int as n from uploads where size_bytes > 1000000',
  );
  expect(rows[0].n).toBe(0);
});

test('strangers and customers may not upload', async () => {
  const owner = await world.customer();
  expect((await upload(world, undefined, 'a,b\n')).status).toBe(401);
  expect((await upload(world, owner.credential, 'a,b\n')).status).toBe(403);
});

test('an empty upload is refused', async () => {
  expect((await upload(world, staff.credential, '')).status).toBe(422);
});

test('the wages become a version with its columns, label and classes; the same file is the same version', async () => {
  const id = await importWages(world, staff);
  expect(await importWages(world, staff)).toBe(id);
  const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion {
    number rows source consentScope protectedAttributes contentHash badRowCount badRows { line }
    dataset { name owner { id } versions { totalCount nodes { id } } }
    label { column kind threshold labels classes }
    columns { name kind missing distinct min max mean standardDeviation topValues { value count } } } } }`;
  const { node } = await staff.client.ask<{ node: { columns: { name: string }[] } }>(query, { id });
  expect(node).toMatchObject({
    number: 1,
    rows: 534,
    source: 'UPLOAD',
    consentScope: [],
    protectedAttributes: ['gender', 'race'],
    badRowCount: 0,
    dataset: { name: 'wages', owner: null, versions: { totalCount: 1, nodes: [{ id }] } },
    label: { column: 'wage', kind: 'ABOVE_MEDIAN', threshold: 7.78, classes: [268, 266] },
  });
  expect(node.columns.find(({ name }) => name === 'gender')).toMatchObject({
    kind: 'CATEGORICAL',
    topValues: [
      { value: 'male', count: 289 },
      { value: 'female', count: 245 },
    ],
  });
  expect(node.columns.find(({ name }) => name === 'education')).toMatchObject({
    kind: 'NUMERIC',
    min: 2,
    max: 18,
    missing: 0,
  });
});

test('line ends, a byte order mark and quotation marks make no other version', async () => {
  const id = await importWages(world, staff);
  const dressed = `\ufeff${WAGES_CSV.trim()
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .map((field) => `"${field}"`)
        .join(','),
    )
    .join('\r\n')}`;
  expect((await importCsv(world, staff, dressed, WAGES_INPUT)).result).toEqual({ id });
});

test('another consent scope is another version: what people agreed to belongs to the data', async () => {
  const id = await importWages(world, staff);
  const { result } = await importCsv(world, staff, WAGES_CSV, { ...WAGES_INPUT, consentScope: ['TRAINING'] });
  expect(result!.id).not.toBe(id);
});

test.each([
  [
    'a broken row',
    WAGES_CSV.replace('\n9,0,female', '\n9,0,female,"x"\n9,0,female'),
    {},
    /line 3: 4 fields, but the header has 11/,
  ],
  ['a quotation mark that never closes', `${WAGES_CSV.trim()}\n"9,0`, {}, /quotation marks/],
  ['one row', 'a,b\n1,2\n', { label: 'b', protectedAttributes: [] }, /1 usable row; at least 20/],
  ['a huge number', WAGES_CSV.replace(',5.1,', ',1e300,'), {}, /line 2: 1e300 in wage is too large/],
  [
    'numbers mixed with texts',
    `a,b\n${Array.from({ length: 600 }, (_, i) => `${i % 2 ? i : `about ${i}`},${i % 3}`).join('\n')}`,
    { label: 'b', protectedAttributes: [], labelRule: 'CLASSES' },
    /a mixes 300 numbers with 300 texts, such as "about 0"/,
  ],
  [
    'a column of dates',
    `a,b\n${Array.from({ length: 40 }, (_, i) => `2026-01-${10 + (i % 20)},${i % 2}`).join('\n')}`,
    { label: 'b', protectedAttributes: [] },
    /a holds dates.*isDate/,
  ],
  ['NaN', WAGES_CSV.replace(',5.1,', ',NaN,'), {}, /line 2: NaN in wage/],
  ['one class', WAGES_CSV.replace(/,\d+(\.\d+)?(?=,\d+,[a-z]+,[a-z]+,)/g, ',5'), {}, /same label/],
  ['a missing label', WAGES_CSV, { label: 'salary', labelRule: 'EQUALS' }, /no column salary/],
  [
    'another encoding',
    Buffer.from('a,b\nM\xfcller,1\n', 'latin1'),
    { label: 'b', protectedAttributes: [] },
    /UTF-8/,
  ],
  ['an empty table', '\n\n', { label: 'b', protectedAttributes: [] }, /empty/],
  [
    'a table of 10,000 columns',
    `${Array.from({ length: 10_000 }, (_, at) => `c${at}`).join(',')}\n`,
    { label: 'c0', protectedAttributes: [] },
    /10000 columns; at most 500/,
  ],
  ['one JSON list', '[{"a": 1}]', { label: 'a', protectedAttributes: [] }, /Send JSONL/],
  ['a header alone', 'a,b\n', { label: 'b', protectedAttributes: [] }, /no rows/],
])('%s is refused with its reason, and nothing is stored', async (_, body, input, words) => {
  const before = await versions();
  const { status, error, result } = await importCsv(world, staff, body, {
    ...WAGES_INPUT,
    name: 'broken',
    ...input,
  });
  expect({ status, result, code: error?.code }).toEqual({
    status: 'FAILED',
    result: null,
    code: 'INVALID_INPUT',
  });
  expect(error!.message).toMatch(words);
  expect(await versions()).toBe(before);
});

test('bad rows that are allowed are left out and reported by line', async () => {
  const broken = WAGES_CSV.replace(',5.1,', ',NaN,');
  const { result } = await importCsv(world, staff, broken, {
    ...WAGES_INPUT,
    name: 'tolerant',
    maxBadRows: 3,
  });
  const query =
    'query ($id: ID!) { node(id: $id) { ... on DatasetVersion { rows badRowCount badRows { line reason } } } }';
  const { node } = await staff.client.ask<{ node: object }>(query, { id: result!.id });
  expect(node).toEqual({
    rows: 533,
    badRowCount: 1,
    badRows: [{ line: 2, reason: 'NaN in wage is not a number that can be learned from' }],
  });
});

test('what is odd is kept and noted: line breaks in quotation marks, a column that never varies, dates as days', async () => {
  const day = (i: number): string => `2026-01-${10 + (i % 20)}`;
  const rows = Array.from({ length: 40 }, (_, i) => `"note\n${i % 4}",7,${day(i)},${i % 2}`);
  const columns = [{ name: 'hired', isDate: true }];
  const input = { name: 'odd', label: 'y', positive: '1', columns };
  const { result } = await importCsv(world, staff, `note,one,hired,y\n${rows.join('\n')}`, input);
  const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion {
    dataset { id } notes columns { name kind unit min topValues { value } } } } }`;
  interface Odd {
    node: { dataset: { id: string }; notes: string[]; columns: { name: string }[] };
  }
  const { node } = await staff.client.ask<Odd>(query, { id: result!.id });
  expect(node.columns).toMatchObject([
    { name: 'note', topValues: expect.arrayContaining([{ value: 'note\n0' }]) as object },
    { name: 'one', kind: 'NUMERIC' },
    { name: 'hired', kind: 'NUMERIC', unit: 'days since 1970-01-01', min: 20_463 },
    { name: 'y', unit: null },
  ]);
  expect(node.notes.join(' ')).toMatch(/one is the same in every row.*hired holds days since 1970-01-01/);
  // A row is looked for as it was in the file.
  const holding =
    'query ($id: ID!, $row: JSON!) { datasetVersionsHolding(datasetId: $id, row: $row) { id } }';
  const row = { note: 'note\n1', one: 7, hired: '2026-01-11', y: 1 };
  expect(await staff.client.ask(holding, { id: node.dataset.id, row })).toEqual({
    datasetVersionsHolding: [{ id: result!.id }],
  });
  const { uploadId } = (await (await upload(world, staff.credential, 'a')).json()) as { uploadId: string };
  for (const [column, field] of [
    [{ isDate: true, kind: 'TEXT' }, 'kind'],
    [{ min: 10, max: 5, outOfRange: 'CLAMP' }, 'min'],
  ] as const) {
    const torn = { uploadId, ...input, columns: [{ name: 'hired', ...column }] };
    const { errors } = await staff.client.attempt('datasetUpload', 'DatasetUploadInput!', torn);
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'columns', '0', field] }]);
  }
});

test('a disk that is full during an import is told in words, and nothing of it is kept', async () => {
  const { uploadId } = (await (await upload(world, staff.credential, WAGES_CSV)).json()) as {
    uploadId: string;
  };
  const before = blobsOf(world);
  // The second blob of an import: the table was stored before it.
  const mend = fullDisk(2);
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'datasetUpload',
    'DatasetUploadInput!',
    { uploadId, ...WAGES_INPUT, name: 'full', consentScope: ['TRAINING', 'ANALYTICS'], dropDuplicates: true },
    'job { id }',
  );
  const { status, error } = await ended(world, staff, job.id);
  mend();
  expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code: 'OVERLOADED' });
  expect(error!.message).toContain('no room left on the disk');
  expect(blobsOf(world)).toEqual(before);
});

test('an upload that nobody made does not exist', async () => {
  const input = { uploadId: 'upl_00000000000000000000000000', name: 'x', label: 'y' };
  const { errors } = await staff.client.attempt('datasetUpload', 'DatasetUploadInput!', input);
  expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'uploadId'] }]);
});
