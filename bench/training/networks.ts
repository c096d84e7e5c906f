/** What is trained to measure the time of a step, and on which rows: made ones, whose labels hang on them. */
import type { LabelRule } from '../../src/modules/training/dataset/label-rule';
import { completeRecipe, type Recipe } from '../../src/modules/training/trainer/recipe';
import type { Examples } from '../../src/modules/training/trainer/training-data';

export interface Network {
  readonly name: string;
  readonly recipe: Recipe;
  readonly label: LabelRule;
  readonly inputWidth: number;
  /** Rows that one epoch has at most. */
  readonly rows: number;
}

const label = (labels: readonly string[]): LabelRule => ({
  column: 'y',
  kind: labels.length > 2 ? 'CLASSES' : 'EQUALS',
  positive: labels.at(-1)!,
  threshold: null,
  values: labels,
  labels,
});

export const NETWORKS: readonly Network[] = [
  {
    name: 'article, 1,000 x 10',
    recipe: completeRecipe({ kind: 'DENSE_NETWORK', epochs: 1 }),
    label: label(['no', 'yes']),
    inputWidth: 10,
    rows: 1000,
  },
  {
    name: 'MLP 256-1024-1024-10',
    recipe: completeRecipe({
      kind: 'DENSE_NETWORK',
      epochs: 1,
      hiddenUnits: [1024, 1024],
      learningRate: 0.001,
    }),
    label: label(Array.from({ length: 10 }, (_, digit) => String(digit))),
    inputWidth: 256,
    rows: 1024,
  },
];

/** The same for every contender. @param count How many, from the first on. */
export function rowsOf({ inputWidth, label: { labels } }: Network, count: number): Examples {
  const features = Float32Array.from({ length: count * inputWidth }, (_, at) =>
    Math.sin((Math.floor(at / inputWidth) + 1) * ((at % inputWidth) + 1.7)),
  );
  const classes = Float32Array.from({ length: count }, (_, row) => {
    const from = row * inputWidth;
    const half = features[from]! + features[from + 3]! * features[from + 5]!;
    return Math.min(labels.length - 1, Math.max(0, Math.floor(((half + 2) / 4) * labels.length)));
  });
  return { features, labels: classes, count, width: inputWidth };
}
