/**
 * Whether a preparation fits the data and the network behind it, told before a training is queued, all faults at once and
 * each at its path.
 */
import { type AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import type { TableColumn } from '../dataset/table-file';
import type { LayerSpec } from '../trainer/network/layer';
import type { Recipe } from '../trainer/recipe';
import type { PreparationRecipe, SequenceWish } from './preparation-recipe';
import { concerns, recipeFaults } from './recipe-columns';

const PATH = ['input', 'preparation'] as const;

/** @throws AppErrors with every fault. */
export function checkPreparation(
  { preparation, layers, excludedColumns, objective }: Recipe,
  {
    columns,
    label,
  }: { readonly columns: readonly TableColumn[]; readonly label: { readonly column: string } },
): void {
  const leftOut = [label.column, ...excludedColumns];
  const learned = columns.filter(({ name }) => !leftOut.includes(name));
  const isRegression = objective === 'REGRESSION';
  const faults = [
    ...(preparation ? recipeFaults(preparation, learned, { isRegression, path: PATH }) : []),
    ...sequenceFaults(preparation, learned, layers),
    ...togetherFaults(preparation, columns, label.column),
  ];
  if (faults.length > 0) throw new AppErrors(faults);
}

/** By which column rows hang together: one that is there, also where it is not learned from, and says nothing of the answer. */
function togetherFaults(
  recipe: PreparationRecipe | null,
  columns: readonly TableColumn[],
  label: string,
): AppError[] {
  const { groupColumn, timeColumn } = recipe?.split ?? {};
  const path = [...PATH, 'split'];
  if (groupColumn != null && timeColumn != null)
    return [invalidInput([...path, 'timeColumn'], 'Divide by groups or by time, not by both.', 'split')];
  const fault = (field: string, message: string): AppError[] => [
    invalidInput([...path, field], message, 'column'),
  ];
  const field = groupColumn != null ? 'groupColumn' : 'timeColumn';
  const name = groupColumn ?? timeColumn;
  if (name == null) return [];
  const column = columns.find((one) => one.name === name);
  if (!column) {
    const known = columns.slice(0, 30).map((one) => one.name);
    return fault(field, `The data has no column ${name}. Its columns are: ${known.join(', ')}.`);
  }
  if (name === label)
    return fault(field, 'Rows are not divided by what is to be learned. Name another column.');
  if (field === 'timeColumn' && column.kind !== 'NUMERIC')
    return fault(field, `${name} is ${column.kind}; time is a column of numbers or dates.`);
  return [];
}

/**
 * Whole numbers that stand for words are names, not amounts: only an embedding can learn from them, and it can learn from
 * nothing else, because it looks up every number of a row.
 */
function sequenceFaults(
  recipe: PreparationRecipe | null,
  columns: readonly TableColumn[],
  [first]: readonly LayerSpec[],
): AppError[] {
  const steps = recipe?.steps ?? [];
  const kept = columns.filter(
    (column) => !steps.some((step) => step.kind === 'DROP' && concerns(step, column)),
  );
  if (first?.kind !== 'EMBEDDING') {
    const at = steps.findIndex(({ kind }) => kind === 'SEQUENCE');
    if (at < 0) return [];
    const message = 'A sequence is for a NETWORK that begins with an embedding. Add one, or take ngrams.';
    return [invalidInput([...PATH, 'steps', String(at)], message, 'embedding')];
  }
  const sequences = steps.filter(isSequence);
  const others = kept.filter((column) => !sequences.some((step) => concerns(step, column)));
  const faults: AppError[] = [];
  if (others.length > 0) {
    const listed = others
      .slice(0, 10)
      .map(({ name }) => name)
      .join(', ');
    const message = `The embedding looks up whole numbers, and ${listed} would have none. Give texts the step sequence, and drop the other columns.`;
    faults.push(invalidInput(PATH, message, 'embedding'));
  }
  const largest = Math.max(0, ...sequences.map(({ vocabulary }) => vocabulary));
  if (largest > first.vocabulary) {
    const message = `The embedding has ${first.vocabulary} entries, and a sequence has numbers up to ${largest - 1}. Give it a vocabulary of ${largest}.`;
    faults.push(
      invalidInput(['input', 'recipe', 'network', 'layers', '0', 'embedding'], message, 'vocabulary'),
    );
  }
  return faults;
}

function isSequence(step: PreparationRecipe['steps'][number]): step is SequenceWish {
  return step.kind === 'SEQUENCE';
}
