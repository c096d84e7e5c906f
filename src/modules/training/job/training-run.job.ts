/**
 * Trains in the background, one training at a time. Killed at any point it runs again from the start with the same
 * seed, and comes to the same weights; the version appears only at the very end, with its artefacts already in place.
 */
import { AppError } from '../../../kernel/errors';
import type { BlobStore } from '../../../platform/blob';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import { type ComputeService, EngineKind } from '../../compute';
import { DType, type ModelService, type Signature } from '../../models';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { inputsOf } from '../preparation/preparation';
import { freezeNetwork } from '../trainer/freeze-network';
import type { Recipe } from '../trainer/recipe';
import { runTrainer } from '../trainer/trainer-launch';
import type { TrainingResult } from '../trainer/trainer-message';
import type { TrainingJob } from './training-job.entity';
import { TRAINING_RUN, type TrainingJobService, type TrainingRun } from './training-job.service';

const MAX_ATTEMPTS = 3;
/** What remains after the last epoch: evaluation, freezing, the check on the engine. */
const TRAINED_SHARE = 0.95;

export interface TrainingRunDoors {
  readonly trainings: TrainingJobService;
  readonly models: ModelService;
  readonly compute: ComputeService;
  readonly blobs: BlobStore;
}

export function trainingRunJob(doors: TrainingRunDoors): JobDefinition<TrainingRun> {
  return {
    kind: TRAINING_RUN,
    maxAttempts: MAX_ATTEMPTS,
    queue: () => TRAINING_RUN,
    run: async ({ trainingJobId }, context) => {
      const { training, data } = await doors.trainings.find(trainingJobId);
      if (training.resultVersionId) return training.resultVersionId;
      try {
        const result = await train(doors, training, data, context);
        return await keep(doors, training, data, result);
      } catch (error) {
        if (error instanceof AppError) await doors.trainings.fail(trainingJobId, error.code);
        throw error;
      }
    },
  };
}

async function train(
  { trainings, blobs }: TrainingRunDoors,
  { id, recipe }: TrainingJob,
  { tableHash, label, protectedAttributes }: DatasetVersion,
  { signal, progress }: JobContext,
): Promise<TrainingResult> {
  const task = { tablePath: await blobs.path(tableHash), label, protectedAttributes, recipe };
  const listener = {
    onStarted: (backend: string) => trainings.begin(id, backend),
    onEpoch: async (figures: Parameters<TrainingJobService['noteEpoch']>[1]) => {
      await trainings.noteEpoch(id, figures);
      const note = `epoch ${figures.epoch} of ${recipe.epochs}: loss ${figures.loss.toFixed(4)}`;
      await progress((TRAINED_SHARE * figures.epoch) / recipe.epochs, note);
    },
  };
  return runTrainer(task, listener, signal);
}

async function keep(
  { trainings, models, compute }: TrainingRunDoors,
  training: TrainingJob,
  data: DatasetVersion,
  result: TrainingResult,
): Promise<string> {
  const { files, difference } = await freezeNetwork(compute, result, training.id);
  return trainings.complete(training, {
    engine: EngineKind.ONNX,
    artefacts: await models.storeArtefacts(files),
    inputWidth: result.preparation.width,
    outputWidth: 1,
    signature: signatureOf(result, data, training.recipe),
    preparation: result.preparation,
    warmUp: result.warmUp,
    metrics: result.metrics,
    evaluation: result.evaluation,
    exportDifference: difference,
    datasetVersionId: data.id,
    trainingJobId: training.id,
  });
}

function signatureOf(
  { preparation }: TrainingResult,
  { label }: DatasetVersion,
  { objective }: Recipe,
): Signature {
  const inputs = inputsOf(preparation);
  if (objective === 'REGRESSION')
    return { inputs, outputs: [{ name: label.column, dtype: DType.FLOAT32, optional: false }] };
  const probability = { name: 'probability', dtype: DType.FLOAT32, min: 0, max: 1, optional: false };
  return { inputs, outputs: [probability], labels: [...label.labels] };
}
