/**
 * The data of a task, kept for the next one: trials of a search learn from the same rows, and a large table is read and prepared
 * once for all of them.
 */
import type { Table } from '../dataset/table-file';
import { readTable } from '../dataset/table-file';
import type { TrainingTask } from './process/trainer-message';
import { prepareTrainingData, type TrainingData } from './training-data';

export interface Prepared {
  readonly table: Table;
  readonly data: TrainingData;
}

let last: { readonly key: string; readonly prepared: Prepared } | undefined;

/** @throws TrainingRefused when the recipe excludes what is not there, or everything. */
export function preparedFor({
  tablePath,
  label,
  recipe,
}: Pick<TrainingTask, 'tablePath' | 'label' | 'recipe'>): Prepared {
  // How rows hang together is a part of the preparation.
  const { objective, seed, validationShare, heldOutShare, preparation, excludedColumns } = recipe;
  const decisive = { objective, seed, validationShare, heldOutShare, preparation, excludedColumns };
  const key = JSON.stringify([tablePath, label, decisive]);
  if (last?.key !== key) {
    // Two tables at a time may be more than the process holds.
    last = undefined;
    const table = readTable(tablePath);
    last = { key, prepared: { table, data: prepareTrainingData(table, label, recipe) } };
  }
  return last.prepared;
}
