/**
 * How many numbers a training will hold, from the statistics of the data alone: what is too large is refused before it is
 * queued rather than after everything was loaded. It counts only what is sure to be there, so that nothing is refused that
 * fits; `prepareTrainingData` looks again at what it has made.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { ColumnFigures, ColumnKindName } from '../dataset/column-profile';
import { MOST_NUMBERS } from '../preparation/augment';
import { DEFAULT_BUCKETS, DEFAULT_NGRAMS, MOST_CATEGORIES } from '../preparation/fit-preparation';
import {
  type ColumnWish,
  DEFAULT_SIDE,
  isAugmentation,
  type PreparationRecipe,
} from '../preparation/preparation-recipe';
import { concerns } from '../preparation/recipe-columns';
import type { Recipe } from './recipe';
import type { Division } from './training-data';

export interface SizedData {
  readonly rows: number;
  readonly columns: readonly (Pick<ColumnFigures, 'values'> & {
    readonly name: string;
    readonly kind: ColumnKindName;
  })[];
  readonly label: { readonly column: string; readonly classes: readonly number[] };
}

type SizedColumn = SizedData['columns'][number];
type SizedRecipe = Pick<Recipe, 'preparation' | 'excludedColumns' | keyof Omit<Division, 'seed'>>;

/** A category counts as met in the training part when the split leaves it out with a smaller chance than this. */
const UNLIKELY = 1e-9;
/** Columns that a refusal names: the widest. */
const NAMED = 3;

/** What cannot be held, in words that say what to change; undefined when nothing speaks against it. */
export function sizeFault(data: SizedData, recipe: SizedRecipe): AppError | undefined {
  const widths = widthsOf(data, recipe).sort((a, b) => b.width - a.width);
  const width = sumOf(widths);
  const rows = Math.max(data.rows, trainingRows(data, recipe));
  if (rows * width <= MOST_NUMBERS) return undefined;
  const widest = widths.slice(0, NAMED).map((column) => `${column.name} (${column.width})`);
  const copies = rows > data.rows ? 'make fewer copies, ' : '';
  const message = `${rows} rows of ${width} numbers are more than the ${MOST_NUMBERS} that a training holds. The widest columns are ${widest.join(', ')}. Drop columns, give them fewer numbers (HASH with fewer buckets, ONE_HOT with \`most\`), ${copies}or upload a sample of the rows.`;
  return invalidInput(['input', 'preparation'], message, 'size');
}

/** Numbers of a prepared row; undefined where that hangs on which rare categories the split leaves in the training part. */
export function certainWidth(data: SizedData, recipe: SizedRecipe): number | undefined {
  const widths = widthsOf(data, recipe);
  return widths.every(({ isCertain }) => isCertain) ? sumOf(widths) : undefined;
}

/** The same at least. */
export function leastWidth(data: SizedData, recipe: SizedRecipe): number {
  return sumOf(widthsOf(data, recipe));
}

interface Width {
  /** At least. */
  readonly width: number;
  readonly isCertain: boolean;
}

function widthsOf(data: SizedData, recipe: SizedRecipe): (Width & { readonly name: string })[] {
  const { preparation, excludedColumns, validationShare, heldOutShare } = recipe;
  // Where rows hang together, a category that is met often may be that of one group, or of one time.
  const leftOut = hangsTogether(recipe) ? 1 : validationShare + heldOutShare;
  return data.columns
    .filter(({ name }) => name !== data.label.column && !excludedColumns.includes(name))
    .map((column) => ({
      name: column.name,
      ...widthOf(column, wishesFor(column, preparation), leftOut),
    }));
}

function sumOf(widths: readonly Width[]): number {
  return widths.reduce((sum, { width }) => sum + width, 0);
}

function wishesFor(column: SizedColumn, recipe: PreparationRecipe | null): ColumnWish[] {
  return (recipe?.steps ?? []).filter(
    (step): step is ColumnWish => !isAugmentation(step) && concerns(step, column),
  );
}

/** As `fitPreparation` decides it. */
function widthOf(column: SizedColumn, wishes: readonly ColumnWish[], leftOut: number): Width {
  if (wishes.some(({ kind }) => kind === 'DROP')) return certainly(0);
  switch (column.kind) {
    case 'NUMERIC':
      return certainly(1);
    case 'IMAGE':
      return certainly((wishes.find((wish) => wish.kind === 'PIXELS')?.side ?? DEFAULT_SIDE) ** 2);
    case 'TEXT':
    case 'CATEGORICAL': {
      const encoding = wishes.find(({ kind }) => kind !== 'FILL');
      if (encoding?.kind === 'HASH' || encoding?.kind === 'NGRAMS') return certainly(encoding.buckets);
      if (encoding?.kind === 'SEQUENCE') return certainly(encoding.length);
      if (column.kind === 'TEXT') return certainly(DEFAULT_NGRAMS.buckets);
      const met = column.values.filter(({ count }) => leftOut ** count < UNLIKELY).length;
      // More are not counted.
      const isCertain = met === column.values.length && met <= MOST_CATEGORIES;
      if (encoding?.kind === 'ONE_HOT') {
        const most = encoding.most ?? Infinity;
        return met >= most ? certainly(most) : { width: met, isCertain };
      }
      return { width: met > MOST_CATEGORIES ? DEFAULT_BUCKETS : met, isCertain };
    }
  }
}

function hangsTogether({ groupColumn, timeColumn }: SizedRecipe): boolean {
  return Boolean(groupColumn ?? timeColumn);
}

function certainly(width: number): Width {
  return { width, isCertain: true };
}

/** Rows of the training part with all that augmentation adds to them, at least. */
function trainingRows({ label: { classes } }: SizedData, recipe: SizedRecipe): number {
  const { preparation, validationShare, heldOutShare } = recipe;
  // One group may be nearly all.
  if (hangsTogether(recipe)) return 0;
  // Each part is rounded by itself, which takes one row of a class at most.
  let parts = classes.map((rows) => Math.max(0, Math.floor(rows * (1 - validationShare - heldOutShare)) - 1));
  for (const step of (preparation?.steps ?? []).filter(isAugmentation)) {
    const largest = Math.max(...parts);
    parts = parts.map((rows) => (step.kind === 'BALANCE' ? largest : rows * (1 + step.copies)));
  }
  return parts.reduce((sum, rows) => sum + rows, 0);
}
