/**
 * Trains a network: batch after batch, epoch after epoch. Where it stands is a checkpoint at any moment; going on from one
 * gives the weights that an undisturbed training gives, to the last bit, because sums go on where they were and chance
 * hangs on the place alone.
 */
import type * as Tf from '@tensorflow/tfjs';
import type { LabelRule } from '../dataset/label-rule';
import { classWeightsOf } from './class-weights';
import { NOT_WATCHED, watchedRanks } from './evaluation/watched';
import { type Best, type Checkpoint } from './network/checkpoint';
import { orderOf } from './network/chance';
import { type BatchSums, gradientOf, type GradientSource, outputsOf, type Problem } from './network/gradient';
import { answersOf, lossOf, weightOf } from './network/loss';
import { type Architecture, initialWeights, parameters, type Weights } from './network/network';
import { addPenalty, clipToNorm, newOptimizerState, step } from './network/optimizer';
import { learningRateAt } from './network/schedule';
import type { Recipe } from './recipe';
import { architectureOf, lossFor, outputWidth } from './recipe-rules';
import { type EpochFigures, TrainingRefused } from './process/trainer-message';
import type { Examples } from './training-data';
import { type Unit, unitOf } from './unit';

type TensorFlow = typeof Tf;

export interface TrainedNetwork {
  readonly architecture: Architecture;
  readonly weights: Weights;
  /** In which the label was learned. */
  readonly unit: Unit;
}

export interface NetworkData {
  readonly training: Examples;
  readonly validation: Examples;
}

export interface TrainingControl {
  /** Also told with the checkpoint behind the epoch, from which it can go on. */
  onEpoch(figures: EpochFigures, checkpoint: () => Checkpoint): Promise<void> | void;
  /** Asked before each batch; may keep the checkpoint, and may throw to end the training. */
  beforeBatch?(checkpoint: () => Checkpoint, elapsedMs: number): Promise<void> | void;
}

export interface NetworkOptions {
  readonly from?: Checkpoint | undefined;
  /** Weights to begin with instead of the seed's; for going on from another version. */
  readonly weights?: Weights | undefined;
  /** Weights that are 0 here stay 0. */
  readonly keep?: readonly Uint8Array[] | undefined;
  /** Takes the gradients instead of this process. */
  readonly gradients?: GradientSource | undefined;
}

const NO_SUMS: BatchSums = { sum: 0, weight: 0, correct: 0 };

/** @throws TrainingRefused when loss or weights are no numbers any more. */
export async function trainNetwork(
  tf: TensorFlow,
  data: NetworkData,
  recipe: Recipe,
  label: LabelRule,
  control: TrainingControl,
  { from, weights: given, keep, gradients }: NetworkOptions = {},
): Promise<TrainedNetwork> {
  const unit = unitOf(data.training.labels, recipe);
  const problem = problemOf(data.training, recipe, label, unit);
  const { architecture, rule, training } = problem;
  const own = gradientOf(tf, problem);
  const source: GradientSource = gradients ?? ((weights, batch) => own(weights, { ...batch, from: 0 }));
  const isKernel = parameters(architecture).map(({ name }) => name.endsWith('kernel'));
  const validation = inUnit(data.validation, unit);
  const weights = copied(from?.weights ?? given ?? initialWeights(architecture, recipe.seed));
  const optimizer = from
    ? { ...from.optimizer, slots: from.optimizer.slots.map(copied) }
    : newOptimizerState(recipe.optimizer, weights);
  let best: Best | null = from?.best ?? null;
  const batches = Math.ceil(training.count / recipe.batchSize);

  const begin = from?.epoch ?? 1;
  const last = Math.min(recipe.epochs, recipe.stopAfterEpochs ?? recipe.epochs);
  for (let epoch = begin; epoch <= last && !isStale(recipe, best, epoch); epoch++) {
    const order = orderOf(recipe.seed, epoch, training.count);
    const learningRate = learningRateAt(recipe.schedule, recipe.learningRate, epoch, recipe.epochs);
    const continued = epoch === begin ? from : undefined;
    let sums = continued?.sums ?? NO_SUMS;
    let elapsedMs = continued?.elapsedMs ?? 0;
    for (let batch = continued?.batch ?? 0; batch < batches; batch++) {
      await control.beforeBatch?.(() => standing(epoch, batch, sums, elapsedMs), elapsedMs);
      const begun = performance.now();
      const rows = order.subarray(batch * recipe.batchSize, (batch + 1) * recipe.batchSize);
      const totalWeight = weightOf(
        Float32Array.from(rows, (row) => training.labels[row]!),
        rule.classWeights,
      );
      const { gradients: slopes, ...more } = await source(weights, { epoch, batch, rows, totalWeight });
      if (!Number.isFinite(more.sum)) throw new TrainingRefused(divergence(epoch, recipe));
      addPenalty(recipe.l2, isKernel, weights, slopes);
      clipToNorm(recipe.clipNorm, slopes);
      step(recipe.optimizer, optimizer, weights, slopes, learningRate);
      if (keep) holdAtZero(weights, keep);
      sums = added(sums, more);
      elapsedMs += performance.now() - begun;
    }
    const begun = performance.now();
    const outputs = outputsOf(tf, architecture, weights, validation);
    const watched = lossOf({ ...rule, classWeights: null }, outputs, validation.labels, validation.count);
    elapsedMs += performance.now() - begun;
    const valLoss = (watched.sum / validation.count) * unit.scale ** 2;
    // A NaN hides where the loss is clipped: the weights tell the truth.
    if (!Number.isFinite(valLoss) || !weights.every(isFinite))
      throw new TrainingRefused(divergence(epoch, recipe));
    // Before the sigmoid: 0 is a probability of a half.
    const ranks = rule.answer === 'sigmoid' ? watchedRanks(outputs, validation.labels, 0) : NOT_WATCHED;
    const { earlyStopping } = recipe;
    if (earlyStopping && (!best || valLoss < best.loss - earlyStopping.minDelta))
      best = { epoch, loss: valLoss, weights: copied(weights) };
    const isClassifier = rule.answer !== 'linear';
    const figures: EpochFigures = {
      epoch,
      loss: (sums.sum / sums.weight) * unit.scale ** 2,
      accuracy: isClassifier ? sums.correct / training.count : null,
      valLoss,
      valAccuracy: isClassifier ? watched.correct / validation.count : null,
      ...ranks,
      elapsedMs,
    };
    await control.onEpoch(figures, () => standing(epoch + 1, 0, NO_SUMS, 0));
  }
  return { architecture, weights: best?.weights ?? weights, unit };

  function standing(epoch: number, batch: number, sums: BatchSums, elapsedMs: number): Checkpoint {
    return { format: 1, backend: tf.getBackend(), epoch, batch, weights, optimizer, sums, elapsedMs, best };
  }
}

/** One answer a unit and row: probabilities, or numbers in the caller's unit. */
export function predict(
  tf: TensorFlow,
  { architecture, weights, unit }: TrainedNetwork,
  rows: { readonly features: Float32Array; readonly count: number; readonly width: number },
): Float32Array {
  const outputs = outputsOf(tf, architecture, weights, rows);
  const answers = new Float64Array(rows.count === 0 ? 0 : outputs.length / rows.count);
  for (let at = 0; at < outputs.length; at += answers.length) {
    answersOf(architecture.answer, outputs, at, answers);
    answers.forEach((answer, index) => (outputs[at + index] = answer * unit.scale + unit.mean));
  }
  return outputs;
}

/** What is to be solved, the same in every process that takes part. @throws AppError when the rows do not make the shape. */
export function problemOf(training: Examples, recipe: Recipe, label: LabelRule, unit: Unit): Problem {
  const architecture = architectureOf(recipe, label, training.width);
  const rule = {
    loss: lossFor(recipe, label),
    answer: architecture.answer,
    width: outputWidth(recipe, label),
    classWeights: classWeightsOf(recipe, training.labels, label.labels.length),
  };
  return { architecture, training: inUnit(training, unit), rule, seed: recipe.seed };
}

function inUnit(examples: Examples, { mean, scale }: Unit): Examples {
  if (mean === 0 && scale === 1) return examples;
  return { ...examples, labels: examples.labels.map((label) => (label - mean) / scale) };
}

function isStale({ earlyStopping }: Recipe, best: Best | null, epoch: number): boolean {
  return earlyStopping !== null && best !== null && epoch - 1 - best.epoch >= earlyStopping.patience;
}

function added(one: BatchSums, other: BatchSums): BatchSums {
  return {
    sum: one.sum + other.sum,
    weight: one.weight + other.weight,
    correct: one.correct + other.correct,
  };
}

function copied(weights: Weights): Float32Array[] {
  return weights.map((values) => values.slice());
}

function holdAtZero(weights: Weights, keep: readonly Uint8Array[]): void {
  weights.forEach((values, index) => {
    const kept = keep[index]!;
    for (let i = 0; i < values.length; i++) if (kept[i] === 0) values[i] = 0;
  });
}

function isFinite(values: Float32Array): boolean {
  return values.every(Number.isFinite);
}

function divergence(epoch: number, { learningRate }: Recipe): string {
  return `The training went out of bounds by epoch ${epoch}: the steps were too large. Try a learning rate below ${learningRate}, or clipNorm, and normalise or standardise the columns of large numbers.`;
}
