/**
 * Learns from the training part alone how rows become numbers: a mean that had seen the held-out rows would make the
 * model look better than it is. What serving accepts later (ranges, categories) comes from the same rows.
 */
import { composed, countUnspaced } from '../../../kernel/text';
import type { DType, TensorSpec } from '../../models';
import type { Cell, ColumnKindName } from '../dataset/column-profile';
import { medianOf } from '../dataset/label-rule';
import type { Table } from '../dataset/table-file';
import {
  type HashStep,
  type OneHotStep,
  type PixelStep,
  type PreparationStep,
  type StandardiseStep,
  type TablePreparation,
  widthOf,
} from './encode-row';
import { fitNumber } from './fit-number';
import { fitIdf, type NgramStep } from './ngrams';
import {
  DEFAULT_SIDE,
  type ColumnWish,
  type FillWish,
  isAugmentation,
  type NgramsWish,
  type PreparationRecipe,
  type SequenceWish,
} from './preparation-recipe';
import { concerns } from './recipe-columns';
import type { SequenceStep } from './sequence';
import { spreadOf } from './spread';

// The names alone: the process that trains must not load the module of models for an enum.
const FLOAT32 = 'FLOAT32' as DType;
const STRING = 'STRING' as DType;
const IMAGE = 'IMAGE' as DType;

/** How far beyond what was seen a number may lie, as a share of the range that was seen. */
const MARGIN = 0.5;
/** More categories than this are hashed rather than given a number each, unless a step says otherwise. */
export const MOST_CATEGORIES = 200;
export const DEFAULT_BUCKETS = 256;
export const DEFAULT_NGRAMS: NgramsWish = {
  kind: 'NGRAMS',
  unit: 'WORDS',
  shortest: 1,
  longest: 2,
  buckets: 2048,
  weighting: 'TF_IDF',
};
const LETTER = /\p{L}/gu;
/** So many texts tell how a column is written. */
const TEXTS_LOOKED_AT = 200;
/** Characters of a text that serving reads. */
const MOST_CHARACTERS = 100_000;

interface Values {
  readonly name: string;
  readonly present: readonly Cell[];
  /** Whether null was met in the training part. */
  readonly optional: boolean;
}

/**
 * @param columns Names of the columns to learn from. @param rows Indices of the training part.
 * @param recipe Checked before (`recipeFaults`); absent = numbers standardised, categories one number each.
 */
export function fitPreparation(
  table: Table,
  columns: readonly string[],
  rows: readonly number[],
  recipe?: PreparationRecipe | null,
): TablePreparation {
  const steps = columns.flatMap((name): PreparationStep[] => {
    const at = table.columns.findIndex((column) => column.name === name);
    const column = table.columns[at]!;
    const wishes = (recipe?.steps ?? []).filter(
      (step): step is ColumnWish => !isAugmentation(step) && concerns(step, column),
    );
    if (wishes.some(({ kind }) => kind === 'DROP')) return [];
    const values = rows.map((row) => table.rows[row]![at]!);
    const present = values.filter((value) => value !== null);
    return [fitColumn(column.kind, { name, present, optional: present.length < values.length }, wishes)];
  });
  const width = steps.reduce((sum, step) => sum + widthOf(step), 0);
  return { format: 1, steps, width };
}

function fitColumn(kind: ColumnKindName, values: Values, wishes: readonly ColumnWish[]): PreparationStep {
  switch (kind) {
    case 'NUMERIC': {
      if (wishes.length === 0) return standardise(values);
      const numbers = values.present as number[];
      const isClipped = wishes[0]!.kind === 'CLIP' || wishes[1]?.kind === 'CLIP';
      return fitNumber(specOf(values, isClipped ? {} : rangeOf(numbers)), numbers, wishes);
    }
    case 'IMAGE': {
      const side = wishes.find((wish) => wish.kind === 'PIXELS')?.side ?? DEFAULT_SIDE;
      return { kind: 'PIXELS', spec: { ...specOf(values), dtype: IMAGE }, side } satisfies PixelStep;
    }
    case 'TEXT':
    case 'CATEGORICAL':
      return fitText(kind, values, wishes);
  }
}

function fitText(kind: ColumnKindName, values: Values, wishes: readonly ColumnWish[]): PreparationStep {
  const fill = wishes.find((wish): wish is FillWish => wish.kind === 'FILL');
  const filled: Values = fill ? { ...values, optional: true } : values;
  const encoding = wishes.find(({ kind: name }) => name !== 'FILL');
  if (encoding?.kind === 'HASH') return hash(filled, encoding.buckets, fill);
  if (encoding?.kind === 'ONE_HOT') return oneHot(filled, encoding.most, fill);
  if (encoding?.kind === 'SEQUENCE') return sequence(filled, encoding);
  if (encoding?.kind === 'NGRAMS' || kind === 'TEXT')
    return ngrams(filled, encoding?.kind === 'NGRAMS' ? encoding : usualNgrams(filled));
  return new Set(values.present).size > MOST_CATEGORIES
    ? hash(filled, DEFAULT_BUCKETS, fill)
    : oneHot(filled, null, fill);
}

function specOf({ name, optional }: Values, more: Partial<TensorSpec> = {}): TensorSpec {
  return { name, dtype: FLOAT32, ...more, optional };
}

function standardise(column: Values): StandardiseStep {
  const values = column.present as number[];
  const { mean, deviation } = spreadOf(values);
  // A column that never varies says nothing; dividing by 1 makes it 0 instead of infinite.
  const scale = deviation || 1;
  const spec = specOf(column, rangeOf(values));
  return { kind: 'STANDARDISE', spec, fill: values.length > 0 ? medianOf(values) : 0, mean, scale };
}

/** Somewhat beyond what was seen, but not below zero where nothing was; two values are a switch, which has no beyond. */
function rangeOf(values: readonly number[]): { min: number | null; max: number | null } {
  if (values.length === 0) return { min: null, max: null };
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const margin = new Set(values).size <= 2 ? 0 : (max - min) * MARGIN;
  const lower = min - margin;
  return { min: min >= 0 ? Math.max(0, lower) : lower, max: max + margin };
}

/** With `most`, what is rarer than the most frequent categories is none of them, and may be sent all the same. */
function oneHot(column: Values, most?: number | null, wish?: FillWish): OneHotStep {
  // Data from before texts had one form may hold a category in two.
  const counts = countsOf((column.present as string[]).map(composed));
  const all = [...counts.keys()].sort();
  const byCount = [...all].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const categories = most == null || most >= all.length ? all : byCount.slice(0, most).sort();
  const accepted = categories.length < all.length ? {} : { categories };
  const spec = specOf(column, { dtype: STRING, ...accepted });
  return { kind: 'ONE_HOT', spec, fill: wish?.value ?? byCount[0] ?? '', categories };
}

function hash(column: Values, buckets: number, wish?: FillWish): HashStep {
  const counts = countsOf(column.present as string[]);
  const frequent = [...counts.keys()].sort().sort((a, b) => counts.get(b)! - counts.get(a)!);
  const spec = specOf(column, { dtype: STRING });
  return { kind: 'HASH', spec, fill: wish?.value ?? frequent[0] ?? '', buckets, composed: true };
}

/** A sentence of Chinese, Japanese or Thai is one word to whoever looks for blanks. */
function usualNgrams({ present }: Values): NgramsWish {
  const texts = present.slice(0, TEXTS_LOOKED_AT).join(' ');
  const isUnspaced = 2 * countUnspaced(texts) > (texts.match(LETTER)?.length ?? 0);
  return isUnspaced ? { ...DEFAULT_NGRAMS, unit: 'CHARACTERS' } : DEFAULT_NGRAMS;
}

function ngrams(column: Values, { unit, shortest, longest, buckets, weighting }: NgramsWish): NgramStep {
  const shape = { unit, shortest, longest, buckets, marks: true as const };
  const spec = specOf(column, { dtype: STRING, maxLength: MOST_CHARACTERS });
  const idf = weighting === 'TF_IDF' && { idf: fitIdf(shape, column.present as string[]) };
  return { kind: 'NGRAMS', spec, ...shape, weighting, ...idf };
}

function sequence(column: Values, { unit, length, vocabulary }: SequenceWish): SequenceStep {
  const spec = specOf(column, { dtype: STRING, maxLength: MOST_CHARACTERS });
  return { kind: 'SEQUENCE', spec, unit, length, vocabulary, marks: true };
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
