/**
 * More rows to learn from, made of those there are: classes balanced, numbers with noise, images mirrored, turned,
 * scaled and moved. For the training part only: what is watched and held out stays as people sent it. The seed decides everything.
 */
import { type PreparationStep, type TablePreparation, widthOf } from './encode-row';
import { mirrored, placed, shifted } from './image-variations';
import { type AugmentationWish, isAugmentation, type PreparationRecipe } from './preparation-recipe';
import { concerns } from './recipe-columns';
import { type Random, seededRandom } from './seeded-random';

export interface PreparedRows {
  /** `count` rows of `width` numbers, one after the other. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** Numbers that one matrix of a training may hold: 1 GiB. */
export const MOST_NUMBERS = 2 ** 28;

interface Part {
  readonly step: PreparationStep;
  readonly from: number;
  readonly to: number;
}

/** The same rows when the recipe has no augmentation. @throws RangeError when it makes more numbers than a training may hold. */
export function augment<T extends PreparedRows>(
  rows: T,
  preparation: TablePreparation,
  recipe: PreparationRecipe | null | undefined,
  seed: number,
): T {
  const wishes = (recipe?.steps ?? []).filter(isAugmentation);
  const random = seededRandom(seed ^ 0xa0937);
  return wishes.reduce(
    (current, wish) => ({ ...current, ...augmented(current, partsFor(wish, preparation), wish, random) }),
    rows,
  );
}

function augmented(
  rows: PreparedRows,
  parts: readonly Part[],
  wish: AugmentationWish,
  random: Random,
): PreparedRows {
  const { width } = rows;
  const more = wish.kind === 'BALANCE' ? missingRows(rows.labels) : rows.count * wish.copies;
  const count = rows.count + more;
  if (count * width > MOST_NUMBERS) {
    const message = `With ${wish.kind} the training part has ${count} rows of ${width} numbers, and ${MOST_NUMBERS} numbers are the limit. Make fewer copies.`;
    throw new RangeError(message);
  }
  const chosen = wish.kind === 'BALANCE' ? balancing(rows.labels, random) : repeated(rows.count, wish.copies);
  const features = new Float32Array(count * width);
  features.set(rows.features);
  const labels = new Float32Array(count);
  labels.set(rows.labels);
  chosen.forEach((source, index) => {
    const at = (rows.count + index) * width;
    features.set(rows.features.subarray(source * width, (source + 1) * width), at);
    labels[rows.count + index] = rows.labels[source]!;
    if (wish.kind === 'BALANCE') return;
    for (const { step, from, to } of parts) vary(features.subarray(at + from, at + to), step, wish, random);
  });
  return { features, labels, count, width };
}

/** Changes the numbers of one column of a copied row in place. */
function vary(
  numbers: Float32Array,
  step: PreparationStep,
  wish: Exclude<AugmentationWish, { kind: 'BALANCE' }>,
  random: Random,
): void {
  const side = step.kind === 'PIXELS' ? step.side : 0;
  switch (wish.kind) {
    case 'NOISE':
      for (let at = 0; at < numbers.length; at++) numbers[at]! += wish.standardDeviation * gaussian(random);
      return;
    case 'FLIP': {
      // At least one of the allowed axes: a copy like its original would only count it twice.
      const both = wish.horizontal && wish.vertical;
      const way = both ? 1 + Math.floor(random() * 3) : wish.horizontal ? 1 : 2;
      numbers.set(mirrored(numbers, side, { horizontal: (way & 1) > 0, vertical: (way & 2) > 0 }));
      return;
    }
    case 'ROTATE':
      numbers.set(placed(numbers, side, { degrees: (2 * random() - 1) * wish.degrees, factor: 1 }));
      return;
    case 'SCALE': {
      const factor = wish.smallest + random() * (wish.largest - wish.smallest);
      numbers.set(placed(numbers, side, { degrees: 0, factor }));
      return;
    }
    case 'SHIFT': {
      // Every place but the one where it was, each as likely: a copy like its original would only count it twice.
      const places = 2 * wish.pixels + 1;
      const middle = (places ** 2 - 1) / 2;
      const drawn = Math.floor(random() * (places ** 2 - 1));
      const place = drawn < middle ? drawn : drawn + 1;
      const [down, right] = [Math.floor(place / places) - wish.pixels, (place % places) - wish.pixels];
      numbers.set(shifted(numbers, side, { right, down }));
    }
  }
}

function partsFor(wish: AugmentationWish, { steps }: TablePreparation): Part[] {
  let at = 0;
  return steps.flatMap((step): Part[] => {
    const from = at;
    at += widthOf(step);
    const isNumber = step.kind === 'NUMBER' || step.kind === 'STANDARDISE';
    const kind = isNumber ? 'NUMERIC' : step.kind === 'PIXELS' ? 'IMAGE' : 'CATEGORICAL';
    return concerns(wish, { name: step.spec.name, kind }) ? [{ step, from, to: at }] : [];
  });
}

function repeated(count: number, copies: number): number[] {
  return Array.from({ length: count * copies }, (_, index) => index % count);
}

/** How many rows all classes together have fewer than the largest. */
function missingRows(labels: Float32Array): number {
  const classes = [...rowsByClass(labels).values()];
  const largest = Math.max(...classes.map((rows) => rows.length));
  return classes.reduce((sum, rows) => sum + largest - rows.length, 0);
}

/** Which rows to repeat so that every class is as large as the largest. */
function balancing(labels: Float32Array, random: Random): number[] {
  const byClass = rowsByClass(labels);
  const largest = Math.max(...[...byClass.values()].map((rows) => rows.length));
  return [...byClass.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, rows]) =>
      Array.from({ length: largest - rows.length }, () => rows[Math.floor(random() * rows.length)]!),
    );
}

function rowsByClass(labels: Float32Array): Map<number, number[]> {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = byClass.get(label);
    if (rows) rows.push(row);
    else byClass.set(label, [row]);
  });
  return byClass;
}

/** Box and Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
