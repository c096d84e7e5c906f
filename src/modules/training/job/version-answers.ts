/** What a version answers to rows of a table: as it serves, by its own preparation and its own artefact, on the engine. */
import { randomUUID } from 'node:crypto';
import type { BlobStore } from '../../../platform/blob';
import type { Artefact, ComputeService } from '../../compute';
import type { ServableVersion } from '../../models';
import { labelOf } from '../dataset/label-rule';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { readTableInTurns, type Table } from '../dataset/table-file';
import { encodeRow } from '../preparation/encode-row';
import { isTable, preparationOf } from '../preparation/preparation';
import type { Split } from '../preparation/split';
import { type Division, splitOf, valuesIn } from '../trainer/training-data';
import { otherQuestion } from '../training.errors';

const ROWS_AT_ONCE = 512;

export type Engine = Pick<ComputeService, 'load' | 'infer' | 'unload'>;

/** The data of a training as it divided it. Who learned, who was watched and who was held out follows from the recipe alone. */
export async function dividedData(
  blobs: Pick<BlobStore, 'path'>,
  data: DatasetVersion,
  recipe: Division,
): Promise<{ table: Table; split: Split }> {
  const table = await readTableInTurns(await blobs.path(data.tableHash));
  const everyone = table.rows.map((_, row) => row);
  const classes = truthsOf(table, data, everyone, false);
  return { table, split: splitOf(classes, recipe, (column) => valuesIn(table, column)) };
}

/** Rows × width of the version's inputs. @throws AppError CONFLICT when the version does not take such rows. */
export function inputsOfRows(
  version: Pick<ServableVersion, 'id' | 'preparation'>,
  table: Table,
  rows: readonly number[],
): Float32Array {
  const preparation = preparationOf(version);
  const names = table.columns.map(({ name }) => name);
  if (!preparation || !isTable(preparation)) throw otherQuestion(version.id);
  if (preparation.steps.some(({ spec }) => !names.includes(spec.name))) throw otherQuestion(version.id);
  const at = new Map(names.map((name, index) => [name, index]));
  const matrix = new Float32Array(rows.length * preparation.width);
  rows.forEach((row, index) =>
    encodeRow(preparation, (name) => table.rows[row]![at.get(name)!], matrix, index * preparation.width),
  );
  return matrix;
}

/** Rows × width of the outputs. The engine holds the artefact for as long as `work` takes, under a name of its own. */
export async function onEngine<T>(
  compute: Engine,
  artefact: Artefact & { readonly outputWidth: number },
  work: (
    answers: (inputs: Float32Array) => Promise<{ outputs: Float32Array; deviceMs: number }>,
  ) => Promise<T>,
): Promise<T> {
  // The same one may be tried by several at once, who each load what they compare it with under their name for it.
  const versionId = `tried:${artefact.versionId}:${randomUUID()}`;
  const { inputWidth, outputWidth } = artefact;
  await compute.load({ ...artefact, versionId });
  try {
    return await work(async (inputs) => {
      const count = inputs.length / inputWidth;
      const outputs = new Float32Array(count * outputWidth);
      let deviceMs = 0;
      for (let from = 0; from < count; from += ROWS_AT_ONCE) {
        const rows = inputs.subarray(from * inputWidth, (from + ROWS_AT_ONCE) * inputWidth);
        const part = await compute.infer(versionId, { rows, count: rows.length / inputWidth });
        outputs.set(part.outputs, from * outputWidth);
        deviceMs += part.deviceMs;
      }
      return { outputs, deviceMs };
    });
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
