import { LONGEST_SCHEMA, valueCheckOf, type ValueCheck } from './value-schema';

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

function checkOf(schema: unknown): ValueCheck {
  const check = valueCheckOf(schema);
  if (typeof check === 'string') throw new Error(check);
  return check;
}

test('a value that fulfils its schema has no fault', () => {
  const check = checkOf({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...banner });
  expect(check({ title: 'Hello', colour: 'red', link: 'https://example.com/', steps: [1, 2] })).toEqual([]);
});

test('every fault is told, each at its place in the value', () => {
  const faults = checkOf(banner)({ colour: 'green', link: 'no', 'a/b~c': '1', steps: [1, 0.5], more: true });
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
])('%s is no schema, and why is said', (_what, schema) => {
  expect(valueCheckOf(schema)).toEqual(expect.stringMatching(/\.$/));
});

test('schemas may name themselves alike, and do not meet', () => {
  const one = checkOf({ $id: 'https://example.com/banner', type: 'number' });
  const other = checkOf({ $id: 'https://example.com/banner', type: 'string' });
  expect([one(1), other('text')]).toEqual([[], []]);
});

test('a schema that refers to itself is followed', () => {
  const tree = checkOf({
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#' } } },
    additionalProperties: false,
  });
  expect(tree({ children: [{ children: [] }] })).toEqual([]);
  expect(tree({ children: [{ child: 1 }] })[0]!.path).toEqual(['children', '0']);
});

test('a pattern that would never end is given up, once', () => {
  const slow = checkOf({ type: 'string', pattern: '^(a+)+$' });
  expect(slow('aaa')).toEqual([]);
  const endless = `${'a'.repeat(60)}!`;
  const fault = [{ path: [], message: expect.stringContaining('within 500 ms') }];
  expect(slow(endless)).toEqual(fault);
  const startedAt = performance.now();
  for (let i = 0; i < 20; i++) expect(slow(endless)).toEqual(fault);
  expect(performance.now() - startedAt).toBeLessThan(400);
});
