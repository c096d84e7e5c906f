/**
 * Learns from the training part alone how rows become numbers: a mean that had seen the held-out rows would make the
 * model look better than it is. What serving accepts later (ranges, categories) comes from the same rows.
 */
import type { DType, TensorSpec } from '../../models';
import { medianOf } from '../dataset/label-rule';
import type { Table } from '../dataset/table-file';
import type { OneHotStep, TablePreparation, PreparationStep, StandardiseStep } from './encode-row';

/** How far beyond what was seen a number may lie, as a share of the range that was seen. */
const MARGIN = 0.5;

/** @param columns Names of the columns to learn from. @param rows Indices of the training part. */
export function fitPreparation(
  table: Table,
  columns: readonly string[],
  rows: readonly number[],
): TablePreparation {
  const steps = columns.map((name): PreparationStep => {
    const at = table.columns.findIndex((column) => column.name === name);
    const values = rows.map((row) => table.rows[row]![at]!);
    const present = values.filter((value) => value !== null);
    const optional = present.length < values.length;
    return table.columns[at]!.kind === 'NUMERIC'
      ? standardise(name, present as number[], optional)
      : oneHot(name, present as string[], optional);
  });
  const width = steps.reduce((sum, step) => sum + (step.kind === 'ONE_HOT' ? step.categories.length : 1), 0);
  return { format: 1, steps, width };
}

function standardise(name: string, values: readonly number[], optional: boolean): StandardiseStep {
  const n = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  // A column that never varies says nothing; dividing by 1 makes it 0 instead of infinite.
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  const spec: TensorSpec = { name, dtype: 'FLOAT32' as DType, ...rangeOf(values), optional };
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

function oneHot(name: string, values: readonly string[], optional: boolean): OneHotStep {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const categories = [...counts.keys()].sort();
  const fill = categories.reduce(
    (best, value) => (counts.get(value)! > counts.get(best)! ? value : best),
    categories[0] ?? '',
  );
  const spec: TensorSpec = { name, dtype: 'STRING' as DType, categories, optional };
  return { kind: 'ONE_HOT', spec, fill, categories };
}
