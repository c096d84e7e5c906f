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
