import { textFaults } from './input-text';

const pathsOf = (value: unknown): string[] => textFaults(value).map(({ path }) => path!.join('.'));

test('half a surrogate pair is found wherever it stands, a whole character is none', () => {
  const value = { input: { text: 'a\ud800b', fine: '😀 ä \0', list: ['x', '\udc00'], '\ud801': 1 } };
  expect(pathsOf(value)).toEqual(['input.text', 'input.list.1', 'input']);
});

test('values that nest too deep are refused without going all the way down', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(pathsOf({ input: { rows: deep } })).toEqual(['input.rows.0']);
});
