/**
 * The new version beside another one, on the rows that were held out from its own training. The other version answers as
 * it serves: its own preparation, its own artefact, on the engine.
 */
import { USUAL_THRESHOLD } from '../../../kernel/statistics';
import type { BlobStore } from '../../../platform/blob';
import { type ModelService, thresholdOf } from '../../models';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { readTableInTurns } from '../dataset/table-file';
import { compare } from '../trainer/evaluation/compare';
import type { Comparison } from '../trainer/evaluation/report';
import type { TrainingResult } from '../trainer/process/trainer-message';
import { completeRecipe } from '../trainer/recipe';
import type { Division } from '../trainer/training-data';
import { otherQuestion } from '../training.errors';
import { answersSame } from './same-question';
import type { TrainingJob } from './training-job.entity';
import { type Engine, inputsOfRows, onEngine, truthsOf } from './version-answers';

interface Doors {
  readonly models: Pick<ModelService, 'servable' | 'artefactOf'>;
  readonly compute: Engine;
  readonly blobs: Pick<BlobStore, 'path'>;
  readonly trainings: {
    trainingOf(versionId: string): Promise<Pick<TrainingJob, 'datasetVersionId' | 'recipe'> | null>;
  };
}

/** Null when no version was named. @throws AppError CONFLICT when it answers another question. */
export async function compareWithParent(
  doors: Doors,
  { parentVersionId, recipe }: TrainingJob,
  data: DatasetVersion,
  { heldOut }: TrainingResult,
): Promise<Comparison | null> {
  if (!parentVersionId) return null;
  const parent = (await doors.models.servable(parentVersionId))!;
  const table = await readTableInTurns(await doors.blobs.path(data.tableHash));
  const width = heldOut.answers.length / heldOut.rows.length;
  if (!answersSame(parent, data, completeRecipe(recipe))) throw otherQuestion(parentVersionId);
  const isRegression = recipe.objective === 'REGRESSION';
  const metrics = compare({
    own: heldOut.answers,
    parent: await onEngine(
      doors.compute,
      { ...(await doors.models.artefactOf(parent)), outputWidth: width },
      async (answers) => {
        const { outputs } = await answers(inputsOfRows(parent, table, heldOut.rows));
        return outputs;
      },
    ),
    labels: truthsOf(table, data, heldOut.rows, isRegression),
    width,
    isRegression,
    thresholds: { own: USUAL_THRESHOLD, parent: thresholdOf(parent.signature) ?? USUAL_THRESHOLD },
  });
  const origin = await doors.trainings.trainingOf(parentVersionId);
  const heldOutFromParent =
    origin !== null &&
    origin.datasetVersionId === data.id &&
    isSameSplit(completeRecipe(origin.recipe), completeRecipe(recipe));
  return { parentVersionId, heldOutFromParent, metrics };
}

/** The split hangs on nothing else. */
function isSameSplit(one: Division, other: Division): boolean {
  return (['seed', 'heldOutShare', 'validationShare', 'groupColumn', 'timeColumn'] as const).every(
    (what) => one[what] === other[what],
  );
}
