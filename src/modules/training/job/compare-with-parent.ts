/**
 * The new version beside another one, on the rows that were held out from its own training. The other version answers as
 * it serves: its own preparation, its own artefact, on the engine.
 */
import type { BlobStore } from '../../../platform/blob';
import type { ComputeService } from '../../compute';
import type { ModelService, ServableVersion } from '../../models';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { labelOf } from '../dataset/label-rule';
import { readTable, type Table } from '../dataset/table-file';
import { encodeRow } from '../preparation/encode-row';
import { isTable, preparationOf } from '../preparation/preparation';
import { compare } from '../trainer/evaluation/compare';
import type { Comparison } from '../trainer/evaluation/report';
import type { TrainingResult } from '../trainer/process/trainer-message';
import type { Recipe } from '../trainer/recipe';
import { otherQuestion } from '../training.errors';
import type { TrainingJob } from './training-job.entity';

interface Doors {
  readonly models: Pick<ModelService, 'servable' | 'artefactOf'>;
  readonly compute: Pick<ComputeService, 'load' | 'infer' | 'unload'>;
  readonly blobs: Pick<BlobStore, 'path'>;
  readonly trainings: {
    trainingOf(versionId: string): Promise<Pick<TrainingJob, 'datasetVersionId' | 'recipe'> | null>;
  };
}

const ROWS_AT_ONCE = 512;

/** Null when no version was named. @throws AppError CONFLICT when it answers another question. */
export async function compareWithParent(
  doors: Doors,
  { parentVersionId, recipe }: TrainingJob,
  data: DatasetVersion,
  { heldOut }: TrainingResult,
): Promise<Comparison | null> {
  if (!parentVersionId) return null;
  const parent = (await doors.models.servable(parentVersionId))!;
  const table = readTable(await doors.blobs.path(data.tableHash));
  const width = heldOut.answers.length / heldOut.rows.length;
  if (parent.outputWidth !== width) throw otherQuestion(parentVersionId);
  const isRegression = recipe.objective === 'REGRESSION';
  const metrics = compare({
    own: heldOut.answers,
    parent: await answersOf(doors, parent, table, heldOut.rows),
    labels: truthsOf(table, data, heldOut.rows, isRegression),
    width,
    isRegression,
  });
  const origin = await doors.trainings.trainingOf(parentVersionId);
  const heldOutFromParent =
    origin !== null && origin.datasetVersionId === data.id && isSameSplit(origin.recipe, recipe);
  return { parentVersionId, heldOutFromParent, metrics };
}

/** What a version answers to rows of a table. @throws AppError CONFLICT when it does not take such rows. */
export async function answersOf(
  { models, compute }: Pick<Doors, 'models' | 'compute'>,
  version: ServableVersion,
  table: Table,
  rows: readonly number[],
): Promise<Float32Array> {
  const preparation = preparationOf(version);
  const names = table.columns.map(({ name }) => name);
  if (!preparation || !isTable(preparation)) throw otherQuestion(version.id);
  if (preparation.steps.some(({ spec }) => !names.includes(spec.name))) throw otherQuestion(version.id);
  const at = new Map(names.map((name, index) => [name, index]));
  const versionId = `compared:${version.id}`;
  await compute.load({ ...(await models.artefactOf(version)), versionId });
  try {
    const answers = new Float32Array(rows.length * version.outputWidth);
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const part = rows.slice(from, from + ROWS_AT_ONCE);
      const matrix = new Float32Array(part.length * preparation.width);
      part.forEach((row, index) =>
        encodeRow(preparation, (name) => table.rows[row]![at.get(name)!], matrix, index * preparation.width),
      );
      const { outputs } = await compute.infer(versionId, { rows: matrix, count: part.length });
      answers.set(outputs, from * version.outputWidth);
    }
    return answers;
  } finally {
    await compute.unload(versionId);
  }
}

export function truthsOf(
  table: Table,
  { label }: Pick<DatasetVersion, 'label'>,
  rows: readonly number[],
  isRegression: boolean,
): number[] {
  const at = table.columns.findIndex(({ name }) => name === label.column);
  return rows.map((row) => {
    const value = table.rows[row]![at]!;
    return isRegression ? Number(value) : labelOf(label, value);
  });
}

/** The split hangs on the seed and the shares alone. */
function isSameSplit(one: Recipe, other: Recipe): boolean {
  return (
    one.seed === other.seed &&
    one.heldOutShare === other.heldOutShare &&
    one.validationShare === other.validationShare
  );
}
