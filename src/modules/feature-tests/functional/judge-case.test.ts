import { type Answer, failuresOf } from './judge-case';
import { type TestCase, type TestCheck, TestCheckKind } from './test-case.type';

const check = (fields: Partial<TestCheck> & Pick<TestCheck, 'kind'>): TestCheck => ({
  field: null,
  value: null,
  tolerance: null,
  minimum: null,
  maximum: null,
  changes: null,
  ...fields,
});

const ANSWER: Answer = { output: { label: 'yes', probability: 0.7, words: ['a', 'b'] } };

async function failures(
  checks: readonly TestCheck[],
  answer: Answer = ANSWER,
  then: Answer = ANSWER,
): Promise<string[]> {
  const testCase: TestCase = { key: 'k', input: { age: 40 }, checks: [...checks], mustPass: false, tags: [] };
  return failuresOf(testCase, answer, () => Promise.resolve(then));
}

const { EQUALS, CONTAINS, NEAR, BETWEEN, REFUSED, UNCHANGED, MOVES_UP, MOVES_DOWN } = TestCheckKind;

test.each<[string, Partial<TestCheck> & Pick<TestCheck, 'kind'>]>([
  ['the same text', { kind: EQUALS, field: 'label', value: 'yes' }],
  ['the same list', { kind: EQUALS, field: 'words', value: ['a', 'b'] }],
  ['a part of a text', { kind: CONTAINS, field: 'label', value: 'es' }],
  ['an item of a list', { kind: CONTAINS, field: 'words', value: 'b' }],
  ['a number that is near', { kind: NEAR, field: 'probability', value: 0.75, tolerance: 0.06 }],
  ['a number that is between', { kind: BETWEEN, field: 'probability', minimum: 0.7, maximum: 0.7 }],
  ['a number over a minimum', { kind: BETWEEN, field: 'probability', minimum: 0.5 }],
])('%s passes', async (_, fields) => {
  expect(await failures([check(fields)])).toEqual([]);
});

test.each<[Partial<TestCheck> & Pick<TestCheck, 'kind'>, string]>([
  [{ kind: EQUALS, field: 'label', value: 'no' }, 'label is "yes", not "no".'],
  [{ kind: CONTAINS, field: 'words', value: 'c' }, 'words is ["a","b"], without "c".'],
  [
    { kind: NEAR, field: 'probability', value: 0.9, tolerance: 0.1 },
    'probability is 0.7, more than 0.1 from 0.9.',
  ],
  [{ kind: BETWEEN, field: 'probability', maximum: 0.5 }, 'probability is 0.7, not 0.5 or less.'],
  [{ kind: BETWEEN, field: 'label', minimum: 0 }, 'label is "yes", not 0 or more.'],
  [{ kind: EQUALS, field: 'score', value: 1 }, 'The answer has no score; it has label, probability, words.'],
  [
    { kind: REFUSED },
    'It was to be refused and answered {"label":"yes","probability":0.7,"words":["a","b"]}.',
  ],
])('%j fails in words', async (fields, words) => {
  expect(await failures([check(fields)])).toEqual([words]);
});

test('a refusal passes where it is expected, and is told where it is not', async () => {
  const refusal: Answer = { refusal: 'age must be a number.' };
  expect(await failures([check({ kind: REFUSED })], refusal)).toEqual([]);
  expect(await failures([check({ kind: EQUALS, field: 'label', value: 'yes' })], refusal)).toEqual([
    'It was refused: age must be a number.',
  ]);
});

test('a change that must not matter does not, and one that must moves the answer its way', async () => {
  const changes = { age: 41 };
  const more: Answer = { output: { label: 'yes', probability: 0.8 } };
  const about = { field: 'probability', changes };
  expect(await failures([check({ kind: UNCHANGED, field: 'label', changes })], ANSWER, more)).toEqual([]);
  expect(await failures([check({ kind: UNCHANGED, ...about, tolerance: 0.2 })], ANSWER, more)).toEqual([]);
  expect(await failures([check({ kind: MOVES_UP, ...about })], ANSWER, more)).toEqual([]);
  expect(await failures([check({ kind: UNCHANGED, ...about })], ANSWER, more)).toEqual([
    'With {"age":41}, probability goes from 0.7 to 0.8; it was to stay within 0.',
  ]);
  expect(await failures([check({ kind: MOVES_DOWN, ...about })], ANSWER, more)).toEqual([
    'With {"age":41}, probability goes from 0.7 to 0.8; it was to move down.',
  ]);
  expect(await failures([check({ kind: MOVES_UP, ...about })], ANSWER, ANSWER)).toHaveLength(1);
  expect(await failures([check({ kind: MOVES_UP, ...about })], ANSWER, { refusal: 'too old.' })).toEqual([
    'With the changes it was refused: too old.',
  ]);
});

test('every check that does not hold is told', async () => {
  const wrong = check({ kind: EQUALS, field: 'label', value: 'no' });
  expect(await failures([wrong, wrong])).toHaveLength(2);
});
