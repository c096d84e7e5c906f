/**
 * How far a model's numbers are from the truth on rows that it has never seen. Root mean squared error and mean absolute
 * error are in the unit of what was learned; R² compares with always answering the mean of these rows.
 */
import type { Metric } from '../../../models';
import { spreadOf } from '../../preparation/spread';
import { average } from './evaluate';

export function evaluateRegression(answers: ArrayLike<number>, truths: ArrayLike<number>): Metric[] {
  const rows = Array.from({ length: truths.length }, (_, row) => row);
  const errors = rows.map((row) => answers[row]! - truths[row]!);
  const squared = average(
    'rmse',
    errors.map((error) => error ** 2),
  );
  const variance = spreadOf(truths).deviation ** 2;
  const rmse = {
    ...squared,
    value: Math.sqrt(squared.value),
    interval: squared.interval && squared.interval.map(Math.sqrt),
  };
  const mae = average('mae', errors.map(Math.abs));
  // Where the truth never varies there is nothing to explain.
  if (variance === 0) return [rmse, mae];
  // The interval is that of the error, with the variance of these rows as it is.
  const explained = (error: number): number => 1 - error / variance;
  const r2 = {
    ...squared,
    name: 'r2',
    value: explained(squared.value),
    interval: squared.interval && squared.interval.map(explained).reverse(),
  };
  return [rmse, mae, r2];
}
