/** A table made ready to learn from: split by the seed, prepared by what the training part shows, as matrices. */
import { labelOf, type LabelRule } from '../dataset/label-rule';
import type { Table } from '../dataset/table-file';
import { augment, MOST_NUMBERS } from '../preparation/augment';
import { encodeRow, type TablePreparation } from '../preparation/encode-row';
import { fitPreparation } from '../preparation/fit-preparation';
import { type Split, splitRows } from '../preparation/split';
import { splitByGroup } from '../preparation/split-by-group';
import { splitByTime } from '../preparation/split-by-time';
import type { Recipe } from './recipe';
import { TrainingRefused } from './process/trainer-message';

export interface Examples {
  /** `count` rows of `width` numbers, one after the other. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** What decides how the rows of a training are divided. */
export type Division = Pick<
  Recipe,
  'seed' | 'validationShare' | 'heldOutShare' | 'groupColumn' | 'timeColumn'
>;

export interface TrainingData {
  readonly preparation: TablePreparation;
  readonly split: Split;
  readonly training: Examples;
  readonly validation: Examples;
  readonly heldOut: Examples;
}

/** @throws TrainingRefused when the recipe excludes what is not there, or everything. */
export function prepareTrainingData(table: Table, label: LabelRule, recipe: Recipe): TrainingData {
  const names = table.columns.map(({ name }) => name);
  const unknown = recipe.excludedColumns.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TrainingRefused(
      `The data has no column ${unknown} to exclude. Its columns are: ${names.join(', ')}.`,
    );
  }
  const features = names.filter((name) => name !== label.column && !recipe.excludedColumns.includes(name));
  if (features.length === 0)
    throw new TrainingRefused('Every column is excluded, so there is nothing to learn from.');
  const labelAt = names.indexOf(label.column);
  const classes = table.rows.map((row) => labelOf(label, row[labelAt]!));
  const labels = recipe.objective === 'REGRESSION' ? numbersOf(table, labelAt) : classes;
  const split = divided(table, classes, recipe);
  const preparation = fitPreparation(table, features, split.training, recipe.preparation);
  if (preparation.width === 0)
    throw new TrainingRefused(
      'No column has a value in the training part, so there is nothing to learn from.',
    );
  if (table.rows.length * preparation.width > MOST_NUMBERS) {
    throw new TrainingRefused(
      `${table.rows.length} rows of ${preparation.width} numbers are more than the ${MOST_NUMBERS} that a training holds. Use fewer buckets, or exclude columns.`,
    );
  }
  const at = new Map(names.map((name, index) => [name, index]));
  const examples = (rows: readonly number[]): Examples => {
    const { width } = preparation;
    const matrix = new Float32Array(rows.length * width);
    rows.forEach((row, index) => {
      encodeRow(preparation, (name) => table.rows[row]![at.get(name)!], matrix, index * width);
    });
    return {
      features: matrix,
      labels: Float32Array.from(rows, (row) => labels[row]!),
      count: rows.length,
      width,
    };
  };
  return {
    preparation,
    split,
    training: augmented(examples(split.training), preparation, recipe),
    validation: examples(split.validation),
    heldOut: examples(split.heldOut),
  };
}

/**
 * Who learns and who is held out, by the recipe alone. A regression is split by the classes too: each part then has its
 * share of large and small numbers.
 */
export function splitOf(
  classes: ArrayLike<number>,
  { validationShare, heldOutShare, seed, groupColumn, timeColumn }: Division,
  valuesOf: (column: string) => readonly unknown[],
): Split {
  const shares = { validation: validationShare, heldOut: heldOutShare };
  if (groupColumn) return splitByGroup(classes, valuesOf(groupColumn), shares, seed);
  if (timeColumn) return splitByTime(valuesOf(timeColumn), shares);
  return splitRows(classes, shares, seed);
}

export function valuesIn({ columns, rows }: Table, column: string): unknown[] {
  const at = columns.findIndex(({ name }) => name === column);
  return rows.map((row) => row[at] ?? null);
}

/** @throws TrainingRefused when rows hang together so much that nothing can be held out. */
function divided(table: Table, classes: ArrayLike<number>, recipe: Recipe): Split {
  try {
    return splitOf(classes, recipe, (column) => valuesIn(table, column));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const column = recipe.groupColumn ?? recipe.timeColumn;
    throw new TrainingRefused(
      `The rows cannot be divided by ${column}: ${error.message}. Choose another column, or upload data in which it has more values.`,
    );
  }
}

/** @throws TrainingRefused when the copies are more than a training holds. */
function augmented(rows: Examples, preparation: TablePreparation, recipe: Recipe): Examples {
  try {
    return augment(rows, preparation, recipe.preparation, recipe.seed);
  } catch (error) {
    throw error instanceof RangeError ? new TrainingRefused(error.message) : error;
  }
}

/** @throws TrainingRefused when the label's column holds texts. */
function numbersOf(table: Table, at: number): number[] {
  const { name, kind } = table.columns[at]!;
  if (kind !== 'NUMERIC')
    throw new TrainingRefused(
      `The label ${name} holds texts, so there is no number to learn. Train a classification.`,
    );
  return table.rows.map((row) => Number(row[at]));
}
