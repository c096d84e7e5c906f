/**
 * How a model is trained. The default is the article's worked example: Dense 64 relu – Dense 64 relu – Dense 1 sigmoid,
 * Adam with α 0.01, binary cross-entropy (mean squared error and a linear unit for a regression, softmax where the label
 * has several classes), 10 epochs in batches of 32. Everything that chance decides hangs on `seed`.
 */
import type { PreparationRecipe } from '../preparation/preparation-recipe';
import type { LayerSpec } from './network/layer';
import type { Loss } from './network/loss';
import type { OptimizerSettings } from './network/optimizer';
import { CONSTANT, type Schedule } from './network/schedule';

export type RecipeKind = 'DENSE_NETWORK' | 'NETWORK' | 'LINEAR' | 'DECISION_TREE';

/** What is learned: which class a row belongs to, or the number in the label's column itself. */
export type Objective = 'CLASSIFICATION' | 'REGRESSION';

export interface EarlyStopping {
  /** Epochs without a better validation loss after which it ends. */
  readonly patience: number;
  /** By how much it must be better. */
  readonly minDelta: number;
}

export interface TreeSettings {
  readonly maxDepth: number;
  readonly minLeafRows: number;
}

export interface Recipe {
  readonly kind: RecipeKind;
  readonly objective: Objective;
  readonly epochs: number;
  /** Ends after this epoch, although the schedule is laid out for all of them; null = after the last one. */
  readonly stopAfterEpochs: number | null;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** DENSE_NETWORK: units of the hidden layers; none for a linear model. */
  readonly hiddenUnits: readonly number[];
  /** DENSE_NETWORK: share of each hidden layer's numbers that is dropped while it learns. */
  readonly dropout: number;
  /** NETWORK: what stands before the last layer. */
  readonly layers: readonly LayerSpec[];
  /** NETWORK: the shape of one row; null = flat. */
  readonly inputShape: readonly number[] | null;
  /** Null = what the objective and the label suggest. */
  readonly loss: Loss | null;
  readonly optimizer: OptimizerSettings;
  readonly schedule: Schedule;
  /** λ of λ Σ w² over the kernels. */
  readonly l2: number;
  readonly clipNorm: number | null;
  /** BALANCED: each class counts the same in all. Null: each row does. */
  readonly classWeights: 'BALANCED' | readonly number[] | null;
  readonly earlyStopping: EarlyStopping | null;
  /** Processes that share each batch. */
  readonly workers: number;
  readonly tree: TreeSettings;
  /** What is done to the columns first; null = numbers standardised, categories one number each. */
  readonly preparation: PreparationRecipe | null;
  /** Columns that are in the data and must not be learned from. */
  readonly excludedColumns: readonly string[];
  readonly validationShare: number;
  readonly heldOutShare: number;
  readonly groupColumn: string | null;
  readonly timeColumn: string | null;
}

export type RecipeWish = Pick<Recipe, 'kind'> & { readonly [key in keyof Recipe]?: Recipe[key] | null };

const DENSE_NETWORK: Recipe = {
  kind: 'DENSE_NETWORK',
  objective: 'CLASSIFICATION',
  epochs: 10,
  stopAfterEpochs: null,
  batchSize: 32,
  learningRate: 0.01,
  seed: 1,
  hiddenUnits: [64, 64],
  dropout: 0,
  layers: [],
  inputShape: null,
  loss: null,
  optimizer: { kind: 'ADAM', momentum: 0.9, decay: 0.9 },
  schedule: CONSTANT,
  l2: 0,
  clipNorm: null,
  classWeights: null,
  earlyStopping: null,
  workers: 1,
  tree: { maxDepth: 6, minLeafRows: 5 },
  preparation: null,
  excludedColumns: [],
  validationShare: 0.1,
  heldOutShare: 0.25,
  groupColumn: null,
  timeColumn: null,
};

/** A linear model has one valley: more and larger steps take it to the bottom, and cannot overfit as a network does. */
const LINEAR: Recipe = { ...DENSE_NETWORK, kind: 'LINEAR', epochs: 30, learningRate: 0.02, hiddenUnits: [] };

const DEFAULTS: Readonly<Record<RecipeKind, Recipe>> = {
  DENSE_NETWORK,
  // Layers of all kinds learn from smaller steps than the article's small example.
  NETWORK: { ...DENSE_NETWORK, kind: 'NETWORK', learningRate: 0.001, hiddenUnits: [] },
  LINEAR,
  // A tree is grown in one pass.
  DECISION_TREE: { ...DENSE_NETWORK, kind: 'DECISION_TREE', epochs: 1, hiddenUnits: [] },
};

/** The wish with everything that it leaves open filled in. */
export function completeRecipe(wish: RecipeWish): Recipe {
  const defaults = DEFAULTS[wish.kind];
  const given = Object.fromEntries(
    Object.entries(wish).filter(([, value]) => value !== null && value !== undefined),
  );
  const { kind } = defaults;
  return {
    ...defaults,
    ...given,
    ...wish.preparation?.split,
    groupColumn: wish.preparation?.split?.groupColumn ?? null,
    timeColumn: wish.preparation?.split?.timeColumn ?? null,
    ...(kind !== 'DENSE_NETWORK' && { hiddenUnits: [] }),
    ...(kind !== 'NETWORK' && { layers: [], inputShape: null }),
    ...(kind === 'DECISION_TREE' && { epochs: 1, stopAfterEpochs: null }),
  };
}

/** The layers before the last one, whatever kind of network it is. */
export function hiddenLayers({ kind, hiddenUnits, dropout, layers }: Recipe): readonly LayerSpec[] {
  if (kind === 'NETWORK') return layers;
  return hiddenUnits.flatMap((units): LayerSpec[] => [
    { kind: 'DENSE', units, activation: 'relu' },
    ...(dropout > 0 ? [{ kind: 'DROPOUT' as const, rate: dropout }] : []),
  ]);
}
