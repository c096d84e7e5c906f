/** Prunes a trained network and lets what is left learn on, in the trainer's process, on the data that it knows. */
import type { BlobStore } from '../../../platform/blob';
import type { JobContext } from '../../../platform/jobs';
import { weightsOfBundle } from '../../compute';
import type { ServableVersion } from '../../models';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { runTrainer } from '../trainer/process/trainer-launch';
import type { TrainingResult } from '../trainer/process/trainer-message';
import type { Recipe } from '../trainer/recipe';
import { notCompressible } from '../training.errors';
import { prune } from './prune';

/** What is left is near a minimum: it goes on in steps of this part of the recipe's. */
const SMALLER_STEPS = 0.1;
/** What remains after the last epoch: freezing and comparing. */
const TUNED_SHARE = 0.7;

export async function fineTune(
  { blobs }: { readonly blobs: Pick<BlobStore, 'get' | 'path'> },
  { version, data, recipe }: { version: ServableVersion; data: DatasetVersion; recipe: Recipe },
  { sparsity: share, epochs }: { sparsity: number; epochs: number },
  { signal, progress }: JobContext,
): Promise<{ result: TrainingResult; sparsity: number }> {
  const bundle = version.artefacts.find(({ format }) => format === 'TFJS');
  if (!bundle) throw notCompressible(version.id);
  const { weights, keep, sparsity } = prune(weightsOfBundle(await blobs.get(bundle.hash)), share);
  const { label, protectedAttributes, tableHash } = data;
  const result = await runTrainer(
    {
      tablePath: await blobs.path(tableHash),
      label,
      protectedAttributes,
      recipe: {
        ...recipe,
        epochs,
        stopAfterEpochs: null,
        learningRate: recipe.learningRate * SMALLER_STEPS,
        earlyStopping: null,
        workers: 1,
      },
      tuning: { weights, keep },
    },
    {
      onStarted: async () => undefined,
      onEpoch: ({ epoch, loss }) =>
        progress((TUNED_SHARE * epoch) / epochs, `epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`),
      onCheckpoint: async () => undefined,
    },
    // It is short: whoever pauses a training means another one.
    { abort: signal, pause: new AbortController().signal },
  );
  return { result, sparsity };
}
