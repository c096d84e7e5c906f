/** What parent and trainer say to each other, over Node's own channel with structured clones: weights stay typed arrays. */
import type { DecisionTree } from '../../../compute/process-door';
import type { Evaluation, Metric } from '../../../models';
import type { LabelRule } from '../../dataset/label-rule';
import type { TablePreparation } from '../../preparation/encode-row';
import type { EvaluationReport } from '../evaluation/report';
import type { FrozenForm } from '../network/frozen-form';
import type { BatchGradient, BatchPart } from '../network/gradient';
import type { Weights } from '../network/network';
import type { Recipe } from '../recipe';

export interface TrainingTask {
  /** Where the verified table lies on this machine. */
  readonly tablePath: string;
  readonly label: LabelRule;
  readonly protectedAttributes: readonly string[];
  readonly recipe: Recipe;
  /** Bytes of a checkpoint to go on from. */
  readonly checkpoint?: Uint8Array | undefined;
  /** Time on the device after which it stops; absent = as long as it takes. */
  readonly budgetMs?: number | undefined;
  /** Goes on from another version's weights; those that are 0 in `keep` stay 0. */
  readonly tuning?: { readonly weights: Weights; readonly keep: readonly Uint8Array[] } | undefined;
}

export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Null for a regression. */
  readonly accuracy: number | null;
  readonly valLoss: number;
  readonly valAccuracy: number | null;
  /** Null for anything but yes or no. */
  readonly valAuc: number | null;
  readonly valF1: number | null;
  /** Time on the device. */
  readonly elapsedMs: number;
}

/** A network, or a tree, in the form that is frozen. */
export type TrainedForm = FrozenForm | { readonly kind: 'TREE'; readonly tree: DecisionTree };

export interface TrainingResult {
  readonly model: TrainedForm;
  readonly preparation: TablePreparation;
  /** Null for a regression and for several classes. */
  readonly evaluation: Evaluation | null;
  readonly report: EvaluationReport;
  readonly metrics: readonly Metric[];
  /** Which rows of the table were held out, and what was answered to them. */
  readonly heldOut: { readonly rows: readonly number[]; readonly answers: Float32Array };
  /** Prepared rows that nobody has, and what the trained model answers to them. */
  readonly warmUp: readonly (readonly number[])[];
  readonly warmUpOutputs: readonly number[];
}

export interface Progress {
  /** Not with every epoch: short ones would spend their time on keeping it. */
  readonly checkpoint?: Uint8Array | undefined;
  /** Time on the device since the last message. */
  readonly spentMs: number;
}

export type StopReason = 'PAUSED' | 'BUDGET';

export type TrainerMessage =
  | { readonly kind: 'started'; readonly backend: string; readonly continues: boolean }
  | ({ readonly kind: 'epoch'; readonly figures: EpochFigures } & Progress)
  | ({ readonly kind: 'checkpoint' } & Progress)
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'trained'; readonly result: TrainingResult }
  | { readonly kind: 'tried' }
  | { readonly kind: 'refused'; readonly message: string };

export type TrainerOrder =
  | { readonly kind: 'train'; readonly task: TrainingTask }
  /** Learn, and leave the held-out rows alone. */
  | { readonly kind: 'try'; readonly task: TrainingTask }
  | { readonly kind: 'pause' }
  /** Take part in another trainer's work. */
  | { readonly kind: 'help'; readonly task: TrainingTask }
  | {
      readonly kind: 'gradient';
      readonly turn: number;
      readonly weights: Weights;
      readonly part: BatchPart;
    };

export type HelperMessage =
  | { readonly kind: 'ready'; readonly backend: string }
  | { readonly kind: 'gradient'; readonly turn: number; readonly gradient: BatchGradient };

/** Training that cannot succeed however often it is tried; the message says what to change. */
export class TrainingRefused extends Error {
  override readonly name = 'TrainingRefused';
}

/** Training that was asked to stop; the last checkpoint was told. */
export class TrainingStopped extends Error {
  override readonly name = 'TrainingStopped';

  constructor(readonly reason: StopReason) {
    super(`The training stopped: ${reason}.`);
  }
}
