import { bytesOf, cosine, meanDirection, ofLengthOne, sketchOf, vectorOf } from './embedding';

/** Lehmer's generator: the same numbers at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const random = seeded(7);
const drawn = (): Float32Array => ofLengthOne(Float32Array.from({ length: 512 }, () => random() - 0.5))!;

test('a byte a number keeps a cosine to two places', () => {
  for (let i = 0; i < 50; i++) {
    const [a, b] = [drawn(), drawn()];
    const near = ofLengthOne(a.map((value, at) => value + 0.5 * b[at]!))!;
    expect(cosine(vectorOf(bytesOf(a)), vectorOf(bytesOf(near)))).toBeCloseTo(cosine(a, near), 2);
    expect(cosine(vectorOf(bytesOf(a)), vectorOf(bytesOf(a)))).toBeCloseTo(1, 6);
  }
});

test('sketches of vectors differ in as many bits as their angle is of a half turn', () => {
  const a = drawn();
  for (const weight of [0.2, 0.5, 1, 2]) {
    const other = drawn();
    const b = ofLengthOne(a.map((value, at) => value + weight * other[at]!))!;
    const [one, two] = [sketchOf(a), sketchOf(b)];
    const differing = [...one].filter((bit, at) => bit !== two[at]).length / one.length;
    expect(Math.abs(differing - Math.acos(cosine(a, b)) / Math.PI)).toBeLessThan(0.07);
  }
});

test('pieces of a text weigh by their length, and what has no direction has no vector', () => {
  const mean = meanDirection([new Float32Array([1, 0]), new Float32Array([0, 1])], [3, 1])!;
  expect(mean[0]! / mean[1]!).toBeCloseTo(3);
  expect(cosine(mean, mean)).toBeCloseTo(1);
  expect(meanDirection([], [])).toBeNull();
  expect(meanDirection([new Float32Array([1, 0]), new Float32Array([-1, 0])], [1, 1])).toBeNull();
});
