/**
 * What a search may choose of a recipe: for each dimension a list of values, or a range of numbers. A trial is one choice for
 * each dimension; what the space does not name stays as the base recipe has it.
 */
import { type AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import type { LayerSpec } from '../trainer/network/layer';
import type { OptimizerSettings } from '../trainer/network/optimizer';
import type { Schedule } from '../trainer/network/schedule';
import { completeRecipe, type Recipe, type RecipeKind, type RecipeWish } from '../trainer/recipe';

/** Dimension → what one value of it is. */
export interface DimensionValues {
  readonly learningRate: number;
  readonly l2: number;
  readonly dropout: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly treeDepth: number;
  readonly treeLeafRows: number;
  readonly hiddenUnits: readonly number[];
  readonly networks: { readonly layers: readonly LayerSpec[]; readonly inputShape: readonly number[] | null };
  readonly optimizers: OptimizerSettings;
  readonly schedules: Schedule;
}

export type DimensionName = keyof DimensionValues;

export type Scale = 'LINEAR' | 'LOGARITHMIC';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly scale: Scale;
  /** GRID: into so many values the range is cut, its ends among them. */
  readonly points: number | null;
}

export interface Dimension<Name extends DimensionName = DimensionName> {
  readonly name: Name;
  /** Either these, each once, or the range of a number. */
  readonly values: readonly DimensionValues[Name][] | null;
  readonly range: NumberRange | null;
}

export interface Choice<Name extends DimensionName = DimensionName> {
  readonly dimension: Name;
  readonly value: DimensionValues[Name];
}

interface Rule {
  /** Kinds of recipe that have it. */
  readonly kinds: readonly RecipeKind[];
  /** Of a number: what it may be. */
  readonly least?: number;
  readonly most?: number;
  readonly isWhole?: boolean;
}

const DENSE: readonly RecipeKind[] = ['DENSE_NETWORK'];
const LEARNING: readonly RecipeKind[] = ['DENSE_NETWORK', 'NETWORK', 'LINEAR'];
const TREE: readonly RecipeKind[] = ['DECISION_TREE'];

const RULES: Readonly<Record<DimensionName, Rule>> = {
  learningRate: { kinds: LEARNING, least: 1e-7, most: 1 },
  l2: { kinds: LEARNING, least: 0, most: 1 },
  dropout: { kinds: DENSE, least: 0, most: 0.9 },
  batchSize: { kinds: LEARNING, least: 1, most: 4096, isWhole: true },
  epochs: { kinds: LEARNING, least: 1, most: 500, isWhole: true },
  treeDepth: { kinds: TREE, least: 1, most: 20, isWhole: true },
  treeLeafRows: { kinds: TREE, least: 1, most: 100_000, isWhole: true },
  hiddenUnits: { kinds: DENSE },
  networks: { kinds: ['NETWORK'] },
  optimizers: { kinds: LEARNING },
  schedules: { kinds: LEARNING },
};

export function isWhole(name: DimensionName): boolean {
  return RULES[name].isWhole === true;
}

/** @throws AppErrors with every fault of the space, each at its path. */
export function checkSpace(space: readonly Dimension[], kind: RecipeKind): void {
  const faults =
    space.length === 0
      ? [refused([], 'The space is empty. Name at least one dimension, e.g. learningRate.')]
      : space.flatMap((dimension) => faultsOf(dimension, kind));
  if (faults.length > 0) throw new AppErrors(faults);
}

function faultsOf({ name, values, range }: Dimension, kind: RecipeKind): AppError[] {
  const { kinds, least, most } = RULES[name];
  if (!kinds.includes(kind)) {
    const message = `A ${kind} has no ${name}. It is a dimension of: ${kinds.join(', ')}.`;
    return [refused([name], message)];
  }
  const faults: AppError[] = [];
  if (values?.length === 0) faults.push(refused([name], `Give at least one value for ${name}.`));
  if (values && new Set(values.map((value) => JSON.stringify(value))).size < values.length)
    faults.push(refused([name], `A value of ${name} is there twice. Give each once.`));
  const isOutside = (value: unknown): boolean =>
    typeof value === 'number' && !(value >= least! && value <= most!);
  if (values?.some(isOutside) || (range && [range.min, range.max].some(isOutside)))
    faults.push(refused([name], `Values of ${name} are ${least} to ${most}.`));
  if (name === 'hiddenUnits' && !(values as readonly number[][]).every(areUnits))
    faults.push(refused([name], 'Each has at most 8 layers of 1 to 1024 units.'));
  if (range && !(range.min < range.max))
    faults.push(refused([name, 'range'], 'The range has its min below its max.'));
  if (range?.scale === 'LOGARITHMIC' && !(range.min > 0))
    faults.push(refused([name, 'range'], 'A logarithmic range begins above 0. Begin higher, or say LINEAR.'));
  return faults;
}

function areUnits(units: readonly number[]): boolean {
  return units.length <= 8 && units.every((count) => count >= 1 && count <= 1024);
}

/** The base with these choices in it, everything else filled in. */
export function recipeWith(base: RecipeWish, choices: readonly Choice[]): Recipe {
  const chosen = Object.fromEntries(choices.map(({ dimension, value }) => [dimension, value])) as {
    readonly [name in DimensionName]?: DimensionValues[name];
  };
  const { treeDepth, treeLeafRows, networks, optimizers, schedules, ...plain } = chosen;
  const { tree } = completeRecipe(base);
  return completeRecipe({
    ...base,
    ...plain,
    ...networks,
    ...(optimizers && { optimizer: optimizers }),
    ...(schedules && { schedule: schedules }),
    tree: { maxDepth: treeDepth ?? tree.maxDepth, minLeafRows: treeLeafRows ?? tree.minLeafRows },
  });
}

/**
 * The number that lies so far within a range.
 * @param part 0–1, from one end to the other: on the scale, so that a logarithmic range gives each power of ten the same.
 */
export function within(
  { min, max, scale }: Pick<NumberRange, 'min' | 'max' | 'scale'>,
  name: DimensionName,
  part: number,
): number {
  const value =
    scale === 'LINEAR'
      ? min + part * (max - min)
      : Math.exp(Math.log(min) + part * (Math.log(max) - Math.log(min)));
  // Rounding may step over an end, and 0.1 written as 0.10000000000000002 helps nobody.
  const plain = isWhole(name) ? Math.round(value) : Number(value.toPrecision(6));
  return Math.min(max, Math.max(min, plain));
}

/** A fault of the space, at its path. */
export function refused(path: readonly string[], message: string): AppError {
  return invalidInput(['input', 'space', ...path], message, 'space');
}
