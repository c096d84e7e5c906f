/** What parent and trainer say to each other, over Node's own channel with structured clones: weights stay typed arrays. */
import type { DenseLayer } from '../../compute';
import type { Evaluation, Metric } from '../../models';
import type { LabelRule } from '../dataset/label-rule';
import type { TablePreparation } from '../preparation/encode-row';
import type { Recipe } from './recipe';

export interface TrainingTask {
  /** Where the verified table lies on this machine. */
  readonly tablePath: string;
  readonly label: LabelRule;
  readonly protectedAttributes: readonly string[];
  readonly recipe: Recipe;
}

export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Null for a regression. */
  readonly accuracy: number | null;
  readonly valLoss: number;
  readonly valAccuracy: number | null;
  /** Time on the device. */
  readonly elapsedMs: number;
}

export interface TrainingResult {
  readonly layers: readonly DenseLayer[];
  readonly preparation: TablePreparation;
  /** Null for a regression. */
  readonly evaluation: Evaluation | null;
  readonly metrics: readonly Metric[];
  /** Prepared rows that nobody has, and what the trained network answers to them. */
  readonly warmUp: readonly (readonly number[])[];
  readonly warmUpOutputs: readonly number[];
}

export type TrainerMessage =
  | { readonly kind: 'started'; readonly backend: string }
  | { readonly kind: 'epoch'; readonly figures: EpochFigures }
  | { readonly kind: 'trained'; readonly result: TrainingResult }
  | { readonly kind: 'refused'; readonly message: string };

/** Training that cannot succeed however often it is tried; the message says what to change. */
export class TrainingRefused extends Error {
  override readonly name = 'TrainingRefused';
}
