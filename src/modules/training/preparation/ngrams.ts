/**
 * A text as hashed n-grams: each sequence of words or characters counts in the bucket of its hash, with a sign from the
 * same hash, so that what collides cancels out on average (Weinberger et al. 2009). No vocabulary is kept, so nothing
 * that people wrote stays in the version.
 */
import type { TensorSpec } from '../../models';
import { quickHash } from '../dataset/quick-hash';
import type { NgramUnit, NgramWeighting } from './preparation-recipe';

export interface NgramStep {
  readonly kind: 'NGRAMS';
  readonly spec: TensorSpec;
  readonly unit: NgramUnit;
  /** Shortest and longest sequence. */
  readonly shortest: number;
  readonly longest: number;
  readonly buckets: number;
  readonly weighting: NgramWeighting;
  /** Marks belong to the letters that they are written with; absent in what was fitted before they did. */
  readonly marks?: true;
  /** TF_IDF: the weight of each bucket, from the texts of the training part. */
  readonly idf?: readonly number[];
}

export type NgramShape = Pick<NgramStep, 'unit' | 'shortest' | 'longest' | 'buckets' | 'marks'>;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu;
/** Of versions that learned when marks parted words: they go on as they learned, in Hindi too, where most vowels are marks. */
const WORD_WITHOUT_MARKS = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
const SEPARATOR = '\u0001';
/** Beyond the sign's bit, so that sign and bucket are independent for any number of buckets below 2^31. */
const SIGN_SEED = 0x5bd1e995;

/** Writes `buckets` numbers of length 1 together (all zero for a text without words). */
export function encodeNgrams(step: NgramStep, text: string, target: Float32Array, offset: number): void {
  const counts = countNgrams(step, text);
  target.fill(0, offset, offset + step.buckets);
  let squares = 0;
  for (const [bucket, count] of counts) {
    const size = step.weighting === 'COUNT' ? count : Math.sign(count) * Math.log1p(Math.abs(count));
    const value = step.weighting === 'TF_IDF' ? size * step.idf![bucket]! : size;
    target[offset + bucket] = value;
    squares += value * value;
  }
  // A long text must not weigh more than a short one that says the same.
  if (squares > 0) {
    const length = Math.sqrt(squares);
    for (const bucket of counts.keys()) target[offset + bucket]! /= length;
  }
}

/** ln((1 + texts) / (1 + texts with the bucket)) + 1, by bucket (the smoothed form of Spärck Jones 1972). */
export function fitIdf(shape: NgramShape, texts: readonly string[]): number[] {
  const holding = new Uint32Array(shape.buckets);
  for (const text of texts) for (const bucket of countNgrams(shape, text).keys()) holding[bucket]!++;
  return Array.from(holding, (n) => Number((Math.log((1 + texts.length) / (1 + n)) + 1).toFixed(6)));
}

function countNgrams(
  { unit, shortest, longest, buckets, marks }: NgramShape,
  text: string,
): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (gram: string): void => {
    const bucket = quickHash(gram) % buckets;
    const sign = quickHash(gram, SIGN_SEED) & 1 ? 1 : -1;
    counts.set(bucket, (counts.get(bucket) ?? 0) + sign);
  };
  const units = unitsOf(unit, text, marks);
  const separator = unit === 'WORDS' ? SEPARATOR : '';
  for (let length = shortest; length <= longest; length++)
    for (let at = 0; at + length <= units.length; at++) add(units.slice(at, at + length).join(separator));
  return counts;
}

/**
 * The words of a text, or its characters with blanks as one; case and forms of the apostrophe make no difference, nor does
 * whether ü is one sign or two.
 */
export function unitsOf(unit: NgramUnit, text: string, marks?: true): string[] {
  const lower = (marks ? text.normalize('NFC') : text).toLowerCase().replaceAll('’', "'");
  const word = marks ? WORD : WORD_WITHOUT_MARKS;
  return unit === 'WORDS' ? (lower.match(word) ?? []) : [...lower.replace(/\s+/g, ' ').trim()];
}
