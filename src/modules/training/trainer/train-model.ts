/**
 * The whole of a training, from the table to what a version is made of: split, prepare, train, evaluate. A trial of a search
 * is its first half: it learns and is watched on the validation part, and never sees a row that was held out.
 */
import type * as Tf from '@tensorflow/tfjs';
import { answerOf, type DecisionTree } from '../../compute/process-door';
import { checkpointPause } from './checkpoint-pace';
import { classWeightsOf } from './class-weights';
import { groupsOf } from './evaluation/groups';
import { evaluateAnswers } from './evaluation/report';
import { NOT_WATCHED, watchedRanks } from './evaluation/watched';
import { type Checkpoint, checkpointBytes, readCheckpoint } from './network/checkpoint';
import { frozenForm } from './network/frozen-form';
import { gradientOf } from './network/gradient';
import { openHelperProcess } from './parallel/helper-process';
import { Team } from './parallel/team';
import {
  type EpochFigures,
  type StopReason,
  type Progress,
  type TrainedForm,
  type TrainingResult,
  TrainingStopped,
  type TrainingTask,
} from './process/trainer-message';
import { preparedFor } from './prepared-data';
import { outputWidth } from './recipe-rules';
import { predict, problemOf, trainNetwork } from './train-network';
import type { Examples, TrainingData } from './training-data';
import { growTree } from './tree/grow-tree';
import { inUnitOfLearning, unitOf } from './unit';
import { warmUpRows } from './warm-up';

export interface ModelListener {
  onStarted(continues: boolean): Promise<void>;
  onEpoch(figures: EpochFigures, progress: Progress): Promise<void>;
  onCheckpoint(progress: Progress): Promise<void>;
  isPausing(): boolean;
}

/**
 * Learns without an evaluation: what a network learned is the last checkpoint that it tells, always one of its end.
 * @throws as `trainModel` does.
 */
export async function tryModel(tf: typeof Tf, task: TrainingTask, listener: ModelListener): Promise<void> {
  await learned(tf, task, preparedFor(task).data, listener, true);
}

interface Learned {
  readonly model: TrainedForm;
  readonly answer: (rows: Pick<Examples, 'features' | 'count' | 'width'>) => Float32Array;
}

/** So often the process looks up from its work, to hear whether it should pause. */
const LISTEN_MS = 50;

/** @throws TrainingRefused when it cannot succeed, TrainingStopped when it paused or its budget was spent. */
export async function trainModel(
  tf: typeof Tf,
  task: TrainingTask,
  listener: ModelListener,
): Promise<TrainingResult> {
  const { label, protectedAttributes, recipe } = task;
  const { table, data } = preparedFor(task);
  const { model, answer } = await learned(tf, task, data, listener);
  const { heldOut, preparation, split, training } = data;
  const answers = answer(heldOut);
  const warmUp = warmUpRows(preparation, training, recipe.seed);
  const evaluated = evaluateAnswers({
    answers,
    labels: heldOut.labels,
    classes: recipe.objective === 'REGRESSION' ? null : label.labels,
    groups: groupsOf(table, protectedAttributes, split.heldOut),
  });
  return {
    model,
    preparation,
    ...evaluated,
    heldOut: { rows: split.heldOut, answers },
    warmUp,
    warmUpOutputs: [
      ...answer({
        features: Float32Array.from(warmUp.flat()),
        count: warmUp.length,
        width: preparation.width,
      }),
    ],
  };
}

function learned(
  tf: typeof Tf,
  task: TrainingTask,
  data: TrainingData,
  listener: ModelListener,
  keepsEnd = false,
): Promise<Learned> {
  return task.recipe.kind === 'DECISION_TREE'
    ? treeOf(task, data, listener)
    : networkOf(tf, task, data, listener, keepsEnd);
}

async function networkOf(
  tf: typeof Tf,
  task: TrainingTask,
  data: TrainingData,
  listener: ModelListener,
  keepsEnd: boolean,
): Promise<Learned> {
  const { recipe, label, tuning } = task;
  const stored = task.checkpoint && readCheckpoint(task.checkpoint);
  // Another backend rounds otherwise: then everything begins anew, so that the weights stay those of one backend.
  const from = stored?.backend === tf.getBackend() ? stored : undefined;
  await listener.onStarted(from !== undefined);
  const control = controlOf(task, listener, from);
  const team = recipe.workers > 1 ? await teamFor(tf, task, data) : undefined;
  try {
    const network = await trainNetwork(tf, data, recipe, label, control, {
      from,
      weights: tuning && inUnitOfLearning(tuning.weights, unitOf(data.training.labels, recipe)),
      keep: tuning?.keep,
      gradients: team?.gradient,
    });
    if (keepsEnd) await control.onEnd();
    return { model: frozenForm(network), answer: (rows) => predict(tf, network, rows) };
  } finally {
    team?.close();
  }
}

function controlOf(task: TrainingTask, listener: ModelListener, from: Checkpoint | undefined) {
  /** Time on the device that was told already, of this process and this epoch. */
  let toldMs = from?.elapsedMs ?? 0;
  let spentMs = 0;
  let lookedUpAt = performance.now();
  let checkpointAt = lookedUpAt;
  let keptMs = 0;
  const progressAt = (elapsedMs: number, checkpoint?: Checkpoint): Progress => {
    const more = elapsedMs - toldMs;
    spentMs += more;
    return { checkpoint: checkpoint && checkpointBytes(checkpoint), spentMs: more };
  };
  const isDue = (): boolean => performance.now() - checkpointAt >= checkpointPause(keptMs);
  /** Tells where it stands, and learns what that takes. */
  const kept = async (tell: () => Promise<void>): Promise<void> => {
    const begun = performance.now();
    await tell();
    checkpointAt = performance.now();
    keptMs = checkpointAt - begun;
  };
  /** The end of an epoch whose checkpoint was not told. */
  let untold: (() => Checkpoint) | undefined;
  return {
    async onEpoch(figures: EpochFigures, checkpoint: () => Checkpoint): Promise<void> {
      const told = isDue() ? checkpoint() : undefined;
      untold = told ? undefined : checkpoint;
      const tell = (): Promise<void> => listener.onEpoch(figures, progressAt(figures.elapsedMs, told));
      await (told ? kept(tell) : tell());
      toldMs = 0;
    },
    async onEnd(): Promise<void> {
      if (untold) await listener.onCheckpoint(progressAt(0, untold()));
    },
    async beforeBatch(checkpoint: () => Checkpoint, elapsedMs: number): Promise<void> {
      const now = performance.now();
      if (now - lookedUpAt > LISTEN_MS) {
        await new Promise(setImmediate);
        lookedUpAt = now;
      }
      const isOver = task.budgetMs !== undefined && spentMs + elapsedMs - toldMs >= task.budgetMs;
      const stop: StopReason | undefined = listener.isPausing() ? 'PAUSED' : isOver ? 'BUDGET' : undefined;
      if (!stop && !isDue()) return;
      await kept(() => listener.onCheckpoint(progressAt(elapsedMs, checkpoint())));
      toldMs = elapsedMs;
      if (stop) throw new TrainingStopped(stop);
    },
  };
}

async function teamFor(tf: typeof Tf, task: TrainingTask, { training }: TrainingData): Promise<Team> {
  const { recipe, label } = task;
  const team = new Team({
    size: recipe.workers,
    own: gradientOf(tf, problemOf(training, recipe, label, unitOf(training.labels, recipe))),
    open: (helper) => openHelperProcess(task, helper),
  });
  await team.ready();
  return team;
}

async function treeOf(
  { recipe, label }: TrainingTask,
  { training, validation }: TrainingData,
  listener: ModelListener,
): Promise<Learned> {
  await listener.onStarted(false);
  const begun = performance.now();
  const isRegression = recipe.objective === 'REGRESSION';
  const classes = isRegression ? 0 : label.labels.length;
  const tree = growTree(training, {
    ...recipe.tree,
    classes,
    outputWidth: outputWidth(recipe, label),
    classWeights: classWeightsOf(recipe, training.labels, classes),
  });
  const elapsedMs = performance.now() - begun;
  const answer = (rows: Pick<Examples, 'features' | 'count' | 'width'>): Float32Array =>
    answersOf(tree, rows);
  const classNames = isRegression ? null : label.labels;
  const [loss, accuracy] = lossOf(answer(training), training.labels, classNames);
  const answers = answer(validation);
  const [valLoss, valAccuracy] = lossOf(answers, validation.labels, classNames);
  const ranks =
    tree.outputWidth === 1 && classNames ? watchedRanks(answers, validation.labels, 0.5) : NOT_WATCHED;
  const figures = { epoch: 1, loss, accuracy, valLoss, valAccuracy, ...ranks, elapsedMs };
  await listener.onEpoch(figures, { spentMs: elapsedMs });
  return { model: { kind: 'TREE', tree }, answer };
}

/** Mean log loss and accuracy, or mean squared error. */
function lossOf(
  answers: Float32Array,
  labels: Float32Array,
  classes: readonly string[] | null,
): [number, number | null] {
  const { metrics } = evaluateAnswers({ answers, labels, classes, groups: {} });
  const value = (name: string): number => metrics.find((metric) => metric.name === name)!.value;
  return classes ? [value('logLoss'), value('accuracy')] : [value('rmse') ** 2, null];
}

function answersOf(
  tree: DecisionTree,
  { features, count, width }: Pick<Examples, 'features' | 'count' | 'width'>,
): Float32Array {
  const answers = new Float32Array(count * tree.outputWidth);
  for (let row = 0; row < count; row++)
    answers.set(answerOf(tree, features.subarray(row * width, (row + 1) * width)), row * tree.outputWidth);
  return answers;
}
