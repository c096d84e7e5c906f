/**
 * How many numbers a network keeps while it learns, from its layers alone: what is too large is refused before it is queued, with the
 * figure, rather than after the data was read and the memory ran out. It counts only what is sure to be there, so that nothing is
 * refused that fits.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { LabelRule } from '../dataset/label-rule';
import { MOST_NUMBERS } from '../preparation/augment';
import { certainWidth, leastWidth, type SizedData } from './expected-size';
import { shapesOf } from './network/layer';
import { type Architecture, parameters, sizeOf } from './network/network';
import { SLOTS } from './network/optimizer';
import type { Recipe } from './recipe';
import { architectureOf } from './recipe-rules';

type SizedRecipe = Pick<Recipe, 'optimizer' | 'batchSize'>;

/** Layers that a refusal names: the largest. */
const NAMED = 3;
const PATH = ['input', 'recipe'] as const;

/**
 * What cannot be held of the network that this recipe makes of this data, in words that say what to change; undefined when nothing
 * speaks against it. @throws AppError when prepared rows do not make the shape that was said.
 */
export function networkFault(
  recipe: Recipe,
  data: SizedData & { readonly label: LabelRule },
): AppError | undefined {
  if (recipe.kind === 'DECISION_TREE') return undefined;
  const width = certainWidth(data, recipe) ?? sizeOf(recipe.inputShape ?? [leastWidth(data, recipe)]);
  return networkSizeFault(architectureOf(recipe, data.label, width), recipe, data.rows);
}

/** @param rows of the data: a batch has no more. */
export function networkSizeFault(
  architecture: Architecture,
  { optimizer, batchSize }: SizedRecipe,
  rows: number,
): AppError | undefined {
  const weights = weightsOf(architecture);
  const total = sumOf(weights);
  // Each weight with its slope and with what the optimizer remembers of it.
  const copies = 2 + SLOTS[optimizer.kind];
  if (total * copies > MOST_NUMBERS) {
    const message = `The network has ${total} weights. With their gradients and what ${optimizer.kind} remembers these are ${total * copies} numbers, and a training holds ${MOST_NUMBERS}. The largest layers are ${namesOf(architecture, weights)}. Give them fewer units, or pool before the layer that flattens.`;
    return invalidInput([...PATH, 'network'], message, 'size');
  }
  const answers = answersOf(architecture);
  const batch = Math.min(batchSize, rows);
  const held = batch * sumOf(answers);
  if (held <= MOST_NUMBERS) return undefined;
  const message = `Of a batch of ${batch} rows the layers answer ${held} numbers, which wait for the way back, and a training holds ${MOST_NUMBERS}. The largest layers are ${namesOf(architecture, answers)}. Make the batch smaller, or the layers.`;
  return invalidInput([...PATH, 'batchSize'], message, 'size');
}

/** Of each layer. */
function weightsOf(architecture: Architecture): number[] {
  const sizes = architecture.layers.map(() => 0);
  for (const { layer, shape } of parameters(architecture)) sizes[layer]! += sizeOf(shape);
  return sizes;
}

/** Of each layer, for one row. What only looks at its numbers otherwise keeps none. */
function answersOf({ layers, inputShape }: Architecture): number[] {
  const shapes = shapesOf(layers, inputShape, ['layers']) as number[][];
  return layers.map(({ kind }, at) => (kind === 'FLATTEN' ? 0 : sizeOf(shapes[at]!)));
}

/** The last layer is made by the objective: in what was asked for it has no place. */
function namesOf({ layers }: Architecture, sizes: readonly number[]): string {
  return layers
    .map(({ kind }, at) => ({
      name: at === layers.length - 1 ? 'the last one' : `${at} ${kind}`,
      size: sizes[at]!,
    }))
    .sort((a, b) => b.size - a.size)
    .slice(0, NAMED)
    .map(({ name, size }) => `${name} (${size})`)
    .join(', ');
}

function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
