/** Whether a preparation fits the data, told before a training is queued, all faults at once and each at its path. */
import { AppErrors } from '../../../kernel/errors';
import type { TableColumn } from '../dataset/table-file';
import type { PreparationRecipe } from './preparation-recipe';
import { recipeFaults } from './recipe-columns';

export interface PreparedFor {
  readonly columns: readonly TableColumn[];
  /** The label and what is excluded from learning. */
  readonly leftOut: readonly string[];
  readonly isRegression: boolean;
}

/** @throws AppErrors with every fault. */
export function checkPreparation(
  recipe: PreparationRecipe | null | undefined,
  { columns, leftOut, isRegression }: PreparedFor,
): void {
  if (!recipe) return;
  const learned = columns.filter(({ name }) => !leftOut.includes(name));
  const faults = recipeFaults(recipe, learned, { isRegression, path: ['input', 'preparation'] });
  if (faults.length > 0) throw new AppErrors(faults);
}
