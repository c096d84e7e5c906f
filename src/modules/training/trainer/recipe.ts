/**
 * How a model is trained. The default is the article's worked example: Dense 64 relu – Dense 64 relu – Dense 1 sigmoid,
 * Adam with α 0.01, binary cross-entropy (mean squared error and a linear unit for a regression), 10 epochs in batches of 32. Everything that chance decides hangs on `seed`.
 */
export type RecipeKind = 'DENSE_NETWORK' | 'LINEAR';

/** What is learned: which rows are positive, or the number in the label's column itself. */
export type Objective = 'CLASSIFICATION' | 'REGRESSION';

export interface Recipe {
  readonly kind: RecipeKind;
  readonly objective: Objective;
  readonly epochs: number;
  readonly batchSize: number;
  /** Adam's α; β₁ 0.9, β₂ 0.999, ε 1e-8 stand. */
  readonly learningRate: number;
  readonly seed: number;
  /** Units of the hidden layers; none for a linear model. */
  readonly hiddenUnits: readonly number[];
  /** Columns that are in the data and must not be learned from. */
  readonly excludedColumns: readonly string[];
  readonly validationShare: number;
  readonly heldOutShare: number;
}

export type RecipeWish = Pick<Recipe, 'kind'> & { readonly [key in keyof Recipe]?: Recipe[key] | null };

const DENSE_NETWORK: Recipe = {
  kind: 'DENSE_NETWORK',
  objective: 'CLASSIFICATION',
  epochs: 10,
  batchSize: 32,
  learningRate: 0.01,
  seed: 1,
  hiddenUnits: [64, 64],
  excludedColumns: [],
  validationShare: 0.1,
  heldOutShare: 0.25,
};

/** A linear model has one valley: more and larger steps take it to the bottom, and cannot overfit as a network does. */
const LINEAR: Recipe = { ...DENSE_NETWORK, kind: 'LINEAR', epochs: 30, learningRate: 0.02, hiddenUnits: [] };

/** The wish with everything that it leaves open filled in. */
export function completeRecipe(wish: RecipeWish): Recipe {
  const defaults = wish.kind === 'LINEAR' ? LINEAR : DENSE_NETWORK;
  const given = Object.fromEntries(
    Object.entries(wish).filter(([, value]) => value !== null && value !== undefined),
  );
  return { ...defaults, ...given, ...(wish.kind === 'LINEAR' && { hiddenUnits: [] }) };
}
