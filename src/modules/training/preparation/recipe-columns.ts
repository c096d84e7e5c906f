/**
 * Which columns each step of a recipe concerns, and what is wrong with a recipe for a certain table: seen before a
 * training is queued, all faults at once.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { ColumnKindName } from '../dataset/column-profile';
import type { TableColumn } from '../dataset/table-file';
import { DEFAULT_SIDE, isAugmentation, type PreparationRecipe, type RecipeStep } from './preparation-recipe';

/** The kinds of columns that each step takes. */
const SUITS: Readonly<Record<RecipeStep['kind'], readonly ColumnKindName[]>> = {
  FILL: ['NUMERIC', 'CATEGORICAL', 'TEXT'],
  CLIP: ['NUMERIC'],
  NORMALISE: ['NUMERIC'],
  STANDARDISE: ['NUMERIC'],
  ONE_HOT: ['CATEGORICAL'],
  HASH: ['CATEGORICAL', 'TEXT'],
  NGRAMS: ['TEXT', 'CATEGORICAL'],
  SEQUENCE: ['TEXT', 'CATEGORICAL'],
  PIXELS: ['IMAGE'],
  DROP: ['NUMERIC', 'CATEGORICAL', 'TEXT', 'IMAGE'],
  BALANCE: [],
  NOISE: ['NUMERIC'],
  FLIP: ['IMAGE'],
  ROTATE: ['IMAGE'],
  SCALE: ['IMAGE'],
  SHIFT: ['IMAGE'],
};
/** What a step takes when it names no column: of two kinds the first, because the other is the exception. */
const UNNAMED: Partial<Record<RecipeStep['kind'], readonly ColumnKindName[]>> = {
  FILL: ['NUMERIC', 'CATEGORICAL'],
  HASH: ['CATEGORICAL'],
  NGRAMS: ['TEXT'],
  SEQUENCE: ['TEXT'],
};
const ENCODINGS: readonly RecipeStep['kind'][] = ['ONE_HOT', 'HASH', 'NGRAMS', 'SEQUENCE', 'PIXELS'];

export function concerns(step: RecipeStep, { name, kind }: TableColumn): boolean {
  const named = 'columns' in step ? step.columns : undefined;
  if (named) return named.includes(name);
  return (UNNAMED[step.kind] ?? SUITS[step.kind]).includes(kind);
}

/** @param columns Those to learn from, without the label. `path` leads to the recipe. */
export function recipeFaults(
  { steps, split }: PreparationRecipe,
  columns: readonly TableColumn[],
  { isRegression, path }: { readonly isRegression: boolean; readonly path: readonly string[] },
): AppError[] {
  const faults = steps.flatMap((step, index) => {
    const at = [...path, 'steps', String(index)];
    return [
      ...columnFaults(step, columns, at),
      ...valueFaults(step, columns, isRegression, at),
      ...shiftFaults(step, steps, columns, at),
    ];
  });
  for (const { name } of columns) {
    const encodings = steps.flatMap((step, index) =>
      ENCODINGS.includes(step.kind) &&
      concerns(
        step,
        columns.find((one) => one.name === name)!,
      )
        ? [index]
        : [],
    );
    if (encodings.length > 1) {
      const message = `Two steps make numbers of ${name} (${encodings.map((index) => steps[index]!.kind).join(' and ')}). Keep one.`;
      faults.push(invalidInput([...path, 'steps', String(encodings[1])], message, 'encoding'));
    }
  }
  const firstAugmentation = steps.findIndex(isAugmentation);
  const late = steps.findIndex(
    (step, index) => firstAugmentation >= 0 && index > firstAugmentation && !isAugmentation(step),
  );
  if (late >= 0) {
    const message = 'Augmentation works on prepared rows. Put the steps that prepare columns before it.';
    faults.push(invalidInput([...path, 'steps', String(late)], message, 'order'));
  }
  if (
    columns.length > 0 &&
    columns.every((column) => steps.some((step) => step.kind === 'DROP' && concerns(step, column)))
  )
    faults.push(
      invalidInput(
        [...path, 'steps'],
        'Every column is dropped, so there is nothing to learn from.',
        'columns',
      ),
    );
  if (split && split.validationShare + split.heldOutShare > 0.8) {
    const message = 'At least a fifth of the rows must be left to learn from. Lower the shares.';
    faults.push(invalidInput([...path, 'split'], message, 'shares'));
  }
  return faults;
}

function columnFaults(
  step: RecipeStep,
  columns: readonly TableColumn[],
  path: readonly string[],
): AppError[] {
  const named = ('columns' in step ? step.columns : undefined) ?? [];
  const unsuited = named.flatMap((name): AppError[] => {
    const column = columns.find((one) => one.name === name);
    if (!column) {
      const known = columns.slice(0, 30).map((one) => one.name);
      const message = `The data has no column ${name} to learn from. Its columns are: ${known.join(', ')}.`;
      return [invalidInput(path, message, 'column')];
    }
    if (SUITS[step.kind].includes(column.kind)) return [];
    const message = `${step.kind} is not for ${name}, which is ${column.kind}; it is for ${SUITS[step.kind].join(' and ')}.`;
    return [invalidInput(path, message, 'kind')];
  });
  const isIdle =
    named.length === 0 && SUITS[step.kind].length > 0 && !columns.some((column) => concerns(step, column));
  if (!isIdle) return unsuited;
  const message = `${step.kind} is for ${SUITS[step.kind].join(' and ')}, and the data has no such column. Leave the step out.`;
  return [...unsuited, invalidInput(path, message, 'columns')];
}

/** Moved by more than half of its side, an image may hold nothing of what it showed. */
function shiftFaults(
  step: RecipeStep,
  steps: readonly RecipeStep[],
  columns: readonly TableColumn[],
  path: readonly string[],
): AppError[] {
  if (step.kind !== 'SHIFT') return [];
  const sides = columns
    .filter((column) => column.kind === 'IMAGE' && concerns(step, column))
    .map((column) => {
      const pixels = steps.find((one) => one.kind === 'PIXELS' && concerns(one, column));
      return pixels?.kind === 'PIXELS' ? pixels.side : DEFAULT_SIDE;
    });
  const most = Math.floor(Math.min(...sides) / 2);
  if (step.pixels <= most) return [];
  return [invalidInput(path, `Move images by at most half of their side, ${most} pixels here.`, 'pixels')];
}

function valueFaults(
  step: RecipeStep,
  columns: readonly TableColumn[],
  isRegression: boolean,
  path: readonly string[],
): AppError[] {
  const fault = (message: string, constraint: string): AppError[] => [
    invalidInput(path, message, constraint),
  ];
  switch (step.kind) {
    case 'CLIP':
      if (step.quantile == null && step.min == null && step.max == null)
        return fault('Give min, max or quantile.', 'bounds');
      if (step.quantile != null && (step.min != null || step.max != null))
        return fault('Give bounds or a quantile, not both.', 'bounds');
      return step.min != null && step.max != null && step.min >= step.max
        ? fault('min must be below max.', 'bounds')
        : [];
    case 'FILL': {
      if (step.rule !== 'CONSTANT') return [];
      if (step.value == null) return fault('CONSTANT needs a value.', 'value');
      const isNumber = step.value.trim() !== '' && Number.isFinite(Number(step.value));
      const numeric = columns.find((column) => column.kind === 'NUMERIC' && concerns(step, column));
      return numeric && !isNumber
        ? fault(`${numeric.name} holds numbers, and "${step.value}" is none. Name the columns.`, 'number')
        : [];
    }
    case 'NGRAMS':
      return step.shortest > step.longest ? fault('`shortest` must not be above `longest`.', 'length') : [];
    case 'FLIP':
      return step.horizontal || step.vertical ? [] : fault('Flip horizontally, vertically, or both.', 'axis');
    case 'SCALE':
      return step.smallest > step.largest ? fault('`smallest` must not be above `largest`.', 'factor') : [];
    case 'BALANCE':
      return isRegression
        ? fault('A regression has no classes to balance. Leave the step out.', 'classes')
        : [];
    default:
      return [];
  }
}
