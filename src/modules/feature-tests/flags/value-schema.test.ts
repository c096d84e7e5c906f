import { LONGEST_SCHEMA, valueCheckOf, type ValueFault } from './value-schema';

const banner = {
  type: 'object',
  properties: {
    title: { type: 'string', maxLength: 20 },
    colour: { enum: ['red', 'blue'] },
    link: { type: 'string', format: 'uri' },
    'a/b~c': { type: 'number' },
    steps: { type: 'array', items: { type: 'integer', minimum: 1 } },
  },
  required: ['title'],
  additionalProperties: false,
};

/** What checks one value by this schema. */
async function checkOf(schema: unknown): Promise<(value: unknown) => ValueFault[]> {
  const check = await valueCheckOf(schema);
  if (typeof check === 'string') throw new Error(check);
  return (value) => check([value])[0]!;
}

test('a value that fulfils its schema has no fault', async () => {
  const check = await checkOf({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...banner });
  expect(check({ title: 'Hello', colour: 'red', link: 'https://example.com/', steps: [1, 2] })).toEqual([]);
});

test('every fault is told, each at its place in the value', async () => {
  const check = await checkOf(banner);
  const faults = check({ colour: 'green', link: 'no', 'a/b~c': '1', steps: [1, 0.5], more: true });
  expect(faults.map(({ path }) => path.join('|')).sort()).toEqual([
    '',
    '',
    'a/b~c',
    'colour',
    'link',
    'steps|1',
    'steps|1',
  ]);
  expect(faults.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      `By the schema of the flag it must have required property 'title'.`,
      'By the schema of the flag it must NOT have additional properties ("more").',
      'By the schema of the flag it must be equal to one of the allowed values (["red","blue"]).',
    ]),
  );
});

test.each([
  ['no object', 'text'],
  ['a list', [banner]],
  ['a type that is none', { type: 'banner' }],
  ['a word that nobody knows', { type: 'object', propertys: {} }],
  ['a schema from elsewhere', { $ref: 'https://example.com/schema.json' }],
  ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' }],
  ['one that answers later', { $async: true, type: 'object' }],
  ['a pattern that is none', { type: 'string', pattern: '(' }],
  ['too many letters', { description: 'x'.repeat(LONGEST_SCHEMA) }],
])('%s is no schema, and why is said', async (_what, schema) => {
  expect(await valueCheckOf(schema)).toEqual(expect.stringMatching(/\.$/));
});

test('schemas may name themselves alike, and do not meet', async () => {
  const one = await checkOf({ $id: 'https://example.com/banner', type: 'number' });
  const other = await checkOf({ $id: 'https://example.com/banner', type: 'string' });
  expect([one(1), other('text')]).toEqual([[], []]);
});

test('a schema that refers to itself is followed', async () => {
  const tree = await checkOf({
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#' } } },
    additionalProperties: false,
  });
  expect(tree({ children: [{ children: [] }] })).toEqual([]);
  expect(tree({ children: [{ child: 1 }] })[0]!.path).toEqual(['children', '0']);
});

const SLOW = { type: 'string', pattern: '^(a+)+$' };

test('a pattern that would never end is given up, once for all values', async () => {
  const check = await valueCheckOf(SLOW);
  if (typeof check === 'string') throw new Error(check);
  const endless = `${'a'.repeat(60)}!`;
  const fault = [{ path: [], message: expect.stringContaining('within 500 ms') }];
  expect(check(['aaa', ...Array<string>(20).fill(endless)])).toEqual([[], ...Array(20).fill(fault)]);
});

test('values that each take some time share it', async () => {
  // Half a minute of work for some seconds of time: whatever else runs meanwhile, one of them fits and all do not.
  const check = await valueCheckOf(SLOW, 3000);
  if (typeof check === 'string') throw new Error(check);
  const value = `${'a'.repeat(19)}!`;
  expect(check([value])).toEqual([[{ path: [], message: expect.stringContaining('must match pattern') }]]);
  const faults = check(Array<string>(16_384).fill(value));
  expect(faults.at(-1)).toEqual([{ path: [], message: expect.stringContaining('within 3000 ms') }]);
});

test('a part that is referred to over and over is understood in no time', async () => {
  const properties = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`p${n}`, { type: 'string' }]));
  const schema = {
    $defs: { part: { properties } },
    allOf: Array.from({ length: 200 }, () => ({ $ref: '#/$defs/part' })),
  };
  const before = process.cpuUsage();
  const check = await valueCheckOf(schema);
  // Of the processor and not of the clock: it took seven seconds when each part was written out, and takes no tenth of one.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3);
  if (typeof check === 'string') throw new Error(check);
  expect(check([{ p0: 'text' }, { p0: 1 }]).map((faults) => faults.length > 0)).toEqual([false, true]);
});
