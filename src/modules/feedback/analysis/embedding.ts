/**
 * Vectors of texts as they are kept: of length 1, each number in one byte, which keeps a cosine to two places in an eighth of the
 * room of doubles; and their sketch, one bit a number, by which a database finds the likely neighbours of a vector without opening
 * any other. Of random hyperplanes, the share of bits in which two sketches differ is their angle over π (M. Charikar, Similarity
 * estimation techniques from rounding algorithms, STOC 2002); who is near is then decided by the vectors themselves.
 */
const SCALE = 127;

/** The mean direction of the pieces of a text, the longer ones weighing more, of length 1; null when there is none. */
export function meanDirection(
  vectors: readonly (readonly number[] | Float32Array)[],
  weights: readonly number[],
): Float32Array | null {
  const [first] = vectors;
  if (!first) return null;
  const sum = new Float32Array(first.length);
  vectors.forEach((vector, i) => {
    for (let at = 0; at < sum.length; at++) sum[at]! += vector[at]! * weights[i]!;
  });
  return ofLengthOne(sum);
}

/** Null for a vector without a direction. */
export function ofLengthOne(vector: Float32Array): Float32Array | null {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : null;
}

/** One signed byte a number, as large as they go: only the direction of a vector is kept. */
export function bytesOf(vector: Float32Array): Buffer {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Buffer.from(Int8Array.from(vector, (value) => Math.round((value / largest) * SCALE)).buffer);
}

export function vectorOf(bytes: Uint8Array): Float32Array {
  const numbers = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ofLengthOne(Float32Array.from(numbers)) ?? new Float32Array(numbers.length);
}

/** `1` where a number is not negative, as PostgreSQL reads a bit string. */
export function sketchOf(vector: Float32Array): string {
  return Array.from(vector, (value) => (value >= 0 ? '1' : '0')).join('');
}

/**
 * −1 to 1, of vectors of length 1. Four sums that do not wait for each other: topics are made of millions of these. Begun by a pattern
 * (`[one, two, three, four] = …`) they are kept out of the registers, which takes three times as long.
 */
export function cosine(a: Float32Array, b: Float32Array): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  const whole = a.length - (a.length % 4);
  let at = 0;
  for (; at < whole; at += 4) {
    one += a[at]! * b[at]!;
    two += a[at + 1]! * b[at + 1]!;
    three += a[at + 2]! * b[at + 2]!;
    four += a[at + 3]! * b[at + 3]!;
  }
  for (; at < a.length; at++) one += a[at]! * b[at]!;
  return one + two + three + four;
}
