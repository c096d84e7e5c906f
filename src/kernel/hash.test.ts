import { canonicalJson, contentHash } from './hash';

test('equal contents have equal hashes, whatever the order of their keys', () => {
  expect(contentHash({ b: 1, a: { d: [1, 2], c: null } })).toBe(
    contentHash({ a: { c: null, d: [1, 2] }, b: 1 }),
  );
});

test('different contents have different hashes', () => {
  expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
});

test('big integers and instants have one canonical text', () => {
  expect(canonicalJson({ n: 12n, at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z","n":"12"}');
});

test('canonical JSON is what JSON.stringify would say of the same value with its keys in order', () => {
  const value = { a: [undefined, NaN, () => 1, 'é"\n'], b: { c: null, d: true, e: -1.5e-7 }, f: new Date(1) };
  expect(canonicalJson(value)).toBe(JSON.stringify(value));
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  expect(canonicalJson('text')).toBe('"text"');
});

test('keys stand in the order of their letters, numbers too', () => {
  expect(canonicalJson({ 9: 1, 10: 2, a: 3 })).toBe('{"10":2,"9":1,"a":3}');
});
