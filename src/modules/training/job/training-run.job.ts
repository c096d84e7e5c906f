/**
 * Trains in the background, one training at a time. Killed at any point it goes on from its last checkpoint and comes to
 * the same weights; the version appears only at the very end, with its artefacts already in place.
 */
import { AppError } from '../../../kernel/errors';
import type { BlobStore } from '../../../platform/blob';
import { type JobContext, type JobDefinition, JobPaused } from '../../../platform/jobs';
import { type ComputeService, EngineKind } from '../../compute';
import { DType, type ModelService, type Signature } from '../../models';
import type { CuratedRows } from '../dataset/curated/curated-row-source';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import type { TablePreparation } from '../preparation/encode-row';
import { inputsOf, withUnits } from '../preparation/preparation';
import { freezeNetwork } from '../trainer/freeze-network';
import { readCheckpoint } from '../trainer/network/checkpoint';
import { runTrainer, type TrainerListener } from '../trainer/process/trainer-launch';
import {
  type EpochFigures,
  type Progress,
  type TrainingResult,
  TrainingStopped,
} from '../trainer/process/trainer-message';
import { completeRecipe, type Recipe } from '../trainer/recipe';
import type { CheckpointService } from './checkpoint.service';
import { compareWithParent } from './compare-with-parent';
import { JobOrders } from './job-orders';
import type { TrainingJob } from './training-job.entity';
import { type Noted, TRAINING_RUN, type TrainingJobService, type TrainingRun } from './training-job.service';

type RunTrainer = typeof runTrainer;

const MAX_ATTEMPTS = 3;
/** What remains after the last epoch: evaluation, freezing, the check on the engine. */
const TRAINED_SHARE = 0.95;

export interface TrainingRunDoors {
  readonly trainings: TrainingJobService;
  readonly checkpoints: CheckpointService;
  readonly models: ModelService;
  readonly compute: ComputeService;
  readonly blobs: BlobStore;
  readonly curated: Pick<CuratedRows, 'assertAllStand'>;
}

export function trainingRunJob(doors: TrainingRunDoors): JobDefinition<TrainingRun> {
  return {
    kind: TRAINING_RUN,
    maxAttempts: MAX_ATTEMPTS,
    queue: () => TRAINING_RUN,
    run: async ({ trainingJobId }, context) => {
      const { trainings, checkpoints } = doors;
      const { training } = await trainings.find(trainingJobId);
      if (training.pauseRequested && !training.resultVersionId) throw new JobPaused('paused');
      try {
        return await trainToVersion(doors, trainingJobId, context);
      } catch (error) {
        const pause = pauseOf(error);
        if (pause) throw pause;
        if (isFinal(error, context)) await checkpoints.forget(await trainings.leave(trainingJobId));
        // It may have been cancelled.
        else await checkpoints.sweepEnded();
        throw error;
      }
    },
    abandon: (job) => doors.trainings.abandon(job),
  };
}

/**
 * From where the training stands to its version, which is answered. Done twice it is done once.
 * @param run in which process. @throws as `runTrainer`.
 */
export async function trainToVersion(
  doors: TrainingRunDoors,
  trainingJobId: string,
  context: Pick<JobContext, 'signal' | 'pause' | 'progress'>,
  run: RunTrainer = runTrainer,
): Promise<string> {
  const { training, data } = await doors.trainings.find(trainingJobId);
  if (training.resultVersionId) return training.resultVersionId;
  // It may have waited long, or paused: what people took back meanwhile is not learned from.
  await doors.curated.assertAllStand(data);
  const result = await train(doors, training, data, context, run);
  return keep(doors, training, data, result);
}

const WHY = {
  PAUSED: 'paused',
  BUDGET: 'paused: its budget of device time is spent; resume it with more',
} as const;

/** What is no failure of the training: it waits where it stands until somebody resumes it. Undefined for everything else. */
export function pauseOf(error: unknown): JobPaused | undefined {
  if (error instanceof TrainingStopped) return new JobPaused(WHY[error.reason]);
  // A full disk, for one: what was learned until the last checkpoint need not be learned again.
  if (error instanceof AppError && error.code === 'OVERLOADED')
    return new JobPaused(`paused: ${error.message} Then resume it: it goes on from its last checkpoint.`);
  return undefined;
}

/** Whether it has failed for good; not where it is tried again, or was ended by somebody. */
function isFinal(
  error: unknown,
  { isLastAttempt, signal }: Pick<JobContext, 'isLastAttempt' | 'signal'>,
): boolean {
  if (error instanceof AppError) return true;
  const isEnded = signal.aborted || (error instanceof Error && error.name === 'AbortError');
  return isLastAttempt && !isEnded;
}

async function train(
  { trainings, checkpoints, blobs }: TrainingRunDoors,
  training: TrainingJob,
  { tableHash, label, protectedAttributes }: DatasetVersion,
  context: Pick<JobContext, 'signal' | 'pause' | 'progress'>,
  run: RunTrainer,
): Promise<TrainingResult> {
  const { checkpointHash, budgetMs, deviceMs } = training;
  const recipe = completeRecipe(training.recipe);
  const checkpoint = await checkpoints.read(checkpointHash);
  const orders = new JobOrders(context);
  const task = {
    tablePath: await blobs.path(tableHash),
    label,
    protectedAttributes,
    recipe,
    checkpoint,
    budgetMs: budgetMs === null ? undefined : budgetMs - deviceMs,
  };
  const listener = recorder({ trainings, checkpoints }, training, checkpoint, orders, async (figures) => {
    const { epoch, loss } = figures;
    const note = `epoch ${epoch} of ${recipe.epochs}: loss ${loss.toFixed(4)}`;
    await context.progress((TRAINED_SHARE * epoch) / recipe.epochs, note);
  });
  return run(task, listener, orders);
}

/** Writes down what a trainer tells of a training (its epochs, its checkpoints, its time on the device), and heeds what it finds there. */
export function recorder(
  { trainings, checkpoints }: Pick<TrainingRunDoors, 'trainings' | 'checkpoints'>,
  { id, recipe }: Pick<TrainingJob, 'id' | 'recipe'>,
  checkpoint: Uint8Array | undefined,
  orders: JobOrders,
  told: (figures: EpochFigures) => Promise<void>,
): TrainerListener {
  const standing = async ({ checkpoint: bytes, spentMs }: Progress) => ({
    checkpointHash: bytes && (await checkpoints.keep(bytes)),
    spentMs,
  });
  const noted = async (note: Noted): Promise<void> => {
    await checkpoints.forget(note.replaced);
    orders.heed(note.orders);
  };
  return {
    onStarted: (backend, continues) => {
      const done = continues ? readCheckpoint(checkpoint!).epoch - 1 : 0;
      // A trial that was set back to its best rung learns no more, and keeps what its curve has beyond.
      return trainings.begin(id, backend, done === recipe.stopAfterEpochs ? null : done);
    },
    onEpoch: async (figures, stored) => {
      await noted(await trainings.noteEpoch(id, figures, await standing(stored)));
      await told(figures);
    },
    onCheckpoint: async (stored) => noted(await trainings.noteStanding(id, await standing(stored))),
  };
}

async function keep(
  doors: TrainingRunDoors,
  training: TrainingJob,
  data: DatasetVersion,
  result: TrainingResult,
): Promise<string> {
  const { trainings, checkpoints, models, compute } = doors;
  const { files, difference, outputWidth } = await freezeNetwork(compute, result, training.id);
  const comparison = await compareWithParent(doors, training, data, result);
  // The last checkpoint: once the training is complete nothing names it any more.
  const { checkpointHash } = (await trainings.find(training.id)).training;
  const preparation = withUnits(result.preparation, data.columns);
  const versionId = await trainings.complete(
    training,
    {
      engine: EngineKind.ONNX,
      artefacts: await models.storeArtefacts(files),
      inputWidth: preparation.width,
      outputWidth,
      signature: signatureOf(preparation, data, training.recipe),
      preparation,
      warmUp: result.warmUp,
      metrics: result.metrics,
      evaluation: result.evaluation,
      exportDifference: difference,
      datasetVersionId: data.id,
      trainingJobId: training.id,
      parentIds: [],
    },
    { ...result.report, comparison },
  );
  await checkpoints.forget(checkpointHash);
  return versionId;
}

function signatureOf(
  preparation: TablePreparation,
  { label }: DatasetVersion,
  { objective }: Recipe,
): Signature {
  const inputs = inputsOf(preparation);
  if (objective === 'REGRESSION')
    return { inputs, outputs: [{ name: label.column, dtype: DType.FLOAT32, optional: false }] };
  const probability = { dtype: DType.FLOAT32, min: 0, max: 1, optional: false };
  if (label.kind === 'CLASSES') {
    const outputs = [
      { name: 'probabilities', shape: [label.labels.length], ...probability },
      { name: 'label', dtype: DType.STRING, optional: false },
    ];
    return { inputs, outputs, labels: [...label.labels] };
  }
  return { inputs, outputs: [{ name: 'probability', ...probability }], labels: [...label.labels] };
}
