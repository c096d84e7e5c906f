/**
 * What every method of explanation works with: a version, its named inputs in the columns of prepared rows, the number
 * that is explained, and rows of nobody that are like those it learned from.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { WarmVersion } from '../../deployments';
import { type InputColumns, inputColumnsOf, type Random } from '../../training';
import { askedRows, numbersOf } from '../prediction/inputs';
import type { Ask } from '../prediction/model-work';
import { type Feature, withFeatureFrom } from './feature';
import { type Target, valuesOf } from './target';

/** The explained number of each row. */
export type Score = (rows: Float32Array) => Promise<Float64Array>;

export function scoreBy(ask: Ask, target: Target, width: number): Score {
  return async (rows) => valuesOf(target, await ask(rows, rows.length / width));
}

/** @throws AppError where the inputs are no named values. */
export function columnsOf(version: WarmVersion, method: string): InputColumns[] {
  const columns = inputColumnsOf(version);
  if (columns) return columns;
  const message = `${method} needs a model of named values; this one takes a text or an image. Ask for OCCLUSION of a text.`;
  throw invalidInput(['input', 'method'], message, 'method');
}

/** The one row to explain, prepared. @throws AppError unless exactly one object was sent. */
export function singleRow(version: WarmVersion, rows: unknown): Float32Array {
  if (rows == null || Array.isArray(rows)) {
    const message = 'Send the one row to explain, as an object.';
    throw invalidInput(['input', 'rows'], message, 'object');
  }
  return numbersOf(version, askedRows(rows));
}

/** The rows sent, prepared; else those stored with the version. */
export function manyRows(version: WarmVersion, rows: unknown): Float32Array {
  if (rows == null) return backgroundOf(version);
  if (!Array.isArray(rows))
    throw invalidInput(['input', 'rows'], 'Send a list of rows, or none at all.', 'array');
  return numbersOf(version, askedRows(rows));
}

/** Rows that are nobody's: drawn input by input when the version was made. Zeros when none were stored. */
export function backgroundOf({ warmUp, inputWidth }: WarmVersion): Float32Array {
  return warmUp.length > 0 ? Float32Array.from(warmUp.flat()) : new Float32Array(inputWidth);
}

/** New rows whose inputs come each from any of the given rows. */
export function resampled(
  rows: Float32Array,
  width: number,
  features: readonly Feature[],
  count: number,
  random: Random,
): Float32Array {
  const given = rows.length / width;
  const drawn = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    for (const feature of features)
      withFeatureFrom(drawn, row * width, rows, Math.floor(random() * given) * width, feature);
  }
  return drawn;
}

export function tooManyRequests(needed: number, allowed: number): AppError {
  const message = `This explanation takes ${needed} requests of your quota, and maxRequests allows ${allowed}. Raise it, or ask for fewer samples or a smaller background.`;
  return invalidInput(['input', 'maxRequests'], message, 'max');
}
