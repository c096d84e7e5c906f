/**
 * What a person wants done to the columns before a model sees them: steps in order, and augmentation of the training
 * part. Without a recipe numbers are standardised and categories become one number each.
 */
export type FillRule = 'MEDIAN' | 'MEAN' | 'MOST_FREQUENT' | 'CONSTANT';
export type NgramUnit = 'WORDS' | 'CHARACTERS';
export type NgramWeighting = 'COUNT' | 'LOG' | 'TF_IDF';

/** The columns a step concerns; absent = all that it suits. */
interface OfColumns {
  readonly columns?: readonly string[] | null;
}

/** What is missing becomes a value, in training and in serving alike. */
export interface FillWish extends OfColumns {
  readonly kind: 'FILL';
  readonly rule: FillRule;
  /** CONSTANT: the value, in the caller's unit. */
  readonly value?: string | null;
}

/** Numbers beyond a bound are moved to it. Bounds are in the unit that the steps before have left. */
export interface ClipWish extends OfColumns {
  readonly kind: 'CLIP';
  readonly min?: number | null;
  readonly max?: number | null;
  /** Bounds at this quantile of the training part and at its opposite, instead of numbers. */
  readonly quantile?: number | null;
}

/** The smallest number of the training part becomes 0, the largest 1. */
export interface NormaliseWish extends OfColumns {
  readonly kind: 'NORMALISE';
}

/** Mean 0 and spread 1 over the training part. */
export interface StandardiseWish extends OfColumns {
  readonly kind: 'STANDARDISE';
}

/** One number for each category of the training part; with `most`, for the most frequent ones only. */
export interface OneHotWish extends OfColumns {
  readonly kind: 'ONE_HOT';
  readonly most?: number | null;
}

/** One number for each bucket; a category is in the bucket of its hash, also one that training never saw. */
export interface HashWish extends OfColumns {
  readonly kind: 'HASH';
  readonly buckets: number;
}

/** A text as its sequences of words or characters, each counted in the bucket of its hash. */
export interface NgramsWish extends OfColumns {
  readonly kind: 'NGRAMS';
  readonly unit: NgramUnit;
  readonly shortest: number;
  readonly longest: number;
  readonly buckets: number;
  readonly weighting: NgramWeighting;
}

/** A text as whole numbers in the order of its words or characters, for an embedding to look up. */
export interface SequenceWish extends OfColumns {
  readonly kind: 'SEQUENCE';
  readonly unit: NgramUnit;
  readonly length: number;
  readonly vocabulary: number;
}

/** Pixels a side of images that no step says anything of. */
export const DEFAULT_SIDE = 28;

/** An image as side × side greys from 0 to 1. */
export interface PixelsWish extends OfColumns {
  readonly kind: 'PIXELS';
  readonly side: number;
}

/** The columns are not learned from. */
export interface DropWish {
  readonly kind: 'DROP';
  readonly columns: readonly string[];
}

export type ColumnWish =
  | FillWish
  | ClipWish
  | NormaliseWish
  | StandardiseWish
  | OneHotWish
  | HashWish
  | NgramsWish
  | SequenceWish
  | PixelsWish
  | DropWish;

/** Rows of the smaller classes are repeated until all classes are as large as the largest. */
export interface BalanceWish {
  readonly kind: 'BALANCE';
}

/** Copies of each row with Gaussian noise on its prepared numbers. */
export interface NoiseWish extends OfColumns {
  readonly kind: 'NOISE';
  readonly standardDeviation: number;
  readonly copies: number;
}

/** Copies of each image, mirrored. */
export interface FlipWish extends OfColumns {
  readonly kind: 'FLIP';
  readonly horizontal: boolean;
  readonly vertical: boolean;
  readonly copies: number;
}

/** Copies of each image, turned by up to so many degrees to either side. */
export interface RotateWish extends OfColumns {
  readonly kind: 'ROTATE';
  readonly degrees: number;
  readonly copies: number;
}

/** Copies of each image, larger or smaller by a factor between the two. */
export interface ScaleWish extends OfColumns {
  readonly kind: 'SCALE';
  readonly smallest: number;
  readonly largest: number;
  readonly copies: number;
}

/** Copies of each image, moved by up to so many whole pixels along each axis. */
export interface ShiftWish extends OfColumns {
  readonly kind: 'SHIFT';
  readonly pixels: number;
  readonly copies: number;
}

export type AugmentationWish = BalanceWish | NoiseWish | FlipWish | RotateWish | ScaleWish | ShiftWish;
export type RecipeStep = ColumnWish | AugmentationWish;

export interface SplitWish {
  readonly validationShare: number;
  readonly heldOutShare: number;
  /** Rows with the same value in this column stay in one part. */
  readonly groupColumn?: string | null;
  /** The rows with the largest numbers in this column are held out. */
  readonly timeColumn?: string | null;
}

export interface PreparationRecipe {
  readonly steps: readonly RecipeStep[];
  /** Shares of the rows that are watched while learning, and held out until the end; absent = as the training says. */
  readonly split?: SplitWish | null;
}

const AUGMENTATIONS: readonly RecipeStep['kind'][] = ['BALANCE', 'NOISE', 'FLIP', 'ROTATE', 'SCALE', 'SHIFT'];

export function isAugmentation(step: RecipeStep): step is AugmentationWish {
  return AUGMENTATIONS.includes(step.kind);
}
