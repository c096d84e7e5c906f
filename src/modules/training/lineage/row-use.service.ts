/**
 * Finds out which versions of models met a row, and in which part: the versions of data that hold it, the models that came of
 * them, and the division that each training's seed makes of that data. Reads a table row by row and keeps a class for each.
 */
import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { BlobStore } from '../../../platform/blob';
import type { Database } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import { ModelVersion } from '../../models';
import type { DatasetComparisonService } from '../dataset/dataset-comparison.service';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { labelOf } from '../dataset/label-rule';
import { linesOfRow } from '../dataset/row-line';
import { linesOf } from '../dataset/table-lines';
import { TrainingJob } from '../job/training-job.entity';
import { completeRecipe } from '../trainer/recipe';
import { partsOf, type RowParts } from './row-parts';
import type { RowUse } from './row-use.type';

type Row = Readonly<Record<string, unknown>>;

interface Places {
  /** Of every row of the table. */
  readonly classes: Uint8Array;
  /** The same, of columns by which a training divided it. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
  /** Where equal rows stand. */
  readonly places: readonly number[];
}

export class RowUseService {
  constructor(
    private readonly database: Database,
    private readonly comparison: Pick<DatasetComparisonService, 'holding'>,
    private readonly blobs: Pick<BlobStore, 'path'>,
  ) {}

  /** One for each version of a model that the caller may see, the newest data first. @param row its values by column. */
  async usesOf(datasetId: string, row: Row, context: RequestContext): Promise<RowUse[]> {
    const uses: RowUse[] = [];
    // One after the other: each reads a whole table.
    for (const data of await this.comparison.holding(datasetId, row, context))
      uses.push(...(await this.usesIn(data, row, context)));
    return uses;
  }

  private async usesIn(data: DatasetVersion, row: Row, { scope }: RequestContext): Promise<RowUse[]> {
    const versions = await this.database.read.list(ModelVersion, {
      scope,
      where: { datasetVersionId: data.id },
      orderBy: [{ property: 'id', direction: 'DESC' }],
    });
    if (versions.length === 0) return [];
    const byId = new Map(versions.map((version) => [version.id, version]));
    const trainingIds = versions.flatMap(({ trainingJobId }) => trainingJobId ?? []);
    const where = { id: { in: [...new Set(trainingIds)] } };
    const trainings = await this.database.read.list(TrainingJob, { scope, where });
    const recipes = new Map(trainings.map(({ id, recipe }) => [id, completeRecipe(recipe)]));
    const dividing = [...recipes.values()].flatMap(({ groupColumn, timeColumn }) => [
      groupColumn,
      timeColumn,
    ]);
    const { classes, values, places } = await this.placesOf(data, row, new Set(dividing));
    const known = new Map<string, RowParts>();
    const uses: RowUse[] = [];
    for (const version of versions) {
      const learner = learnerOf(version, byId);
      const recipe = recipes.get(learner?.trainingJobId ?? '');
      const through = learner && learner !== version ? learner : null;
      const of = { modelVersion: version, datasetVersion: data, through };
      if (!recipe) {
        uses.push({ ...of, learned: null, watched: null, heldOut: null });
        continue;
      }
      const { seed, validationShare, heldOutShare, groupColumn, timeColumn } = recipe;
      const key = JSON.stringify([seed, validationShare, heldOutShare, groupColumn, timeColumn]);
      // A million rows take a few hundred milliseconds to divide: between two divisions others are served.
      if (!known.has(key)) await setImmediate();
      const parts = known.get(key) ?? partsOf(classes, places, recipe, (column) => values.get(column)!);
      known.set(key, parts);
      uses.push({ ...of, ...parts });
    }
    return uses;
  }

  private async placesOf(
    { columns, label, rows, tableHash }: DatasetVersion,
    row: Row,
    dividing: ReadonlySet<string | null>,
  ): Promise<Places> {
    const wanted = new Set(linesOfRow(columns, row));
    const labelAt = columns.findIndex(({ name }) => name === label.column);
    const classes = new Uint8Array(rows);
    const kept = columns.flatMap(({ name }, at) =>
      dividing.has(name) ? [{ name, at, cells: [] as unknown[] }] : [],
    );
    const places: number[] = [];
    const input = fs.createReadStream(await this.blobs.path(tableHash), 'utf8') as AsyncIterable<string>;
    // The first line names the columns.
    let at = -1;
    for await (const line of linesOf(input)) {
      if (at >= 0) {
        const read = JSON.parse(line) as (string | number | null)[];
        classes[at] = labelOf(label, read[labelAt]!);
        for (const column of kept) column.cells.push(read[column.at] ?? null);
        if (wanted.has(line)) places.push(at);
      }
      at++;
    }
    return { classes, values: new Map(kept.map(({ name, cells }) => [name, cells])), places };
  }
}

/** The nearest version that was trained; what is made of others comes from the same data as its parent. */
function learnerOf(version: ModelVersion, byId: ReadonlyMap<string, ModelVersion>): ModelVersion | undefined {
  let current: ModelVersion | undefined = version;
  while (current && !current.trainingJobId) current = byId.get(current.parentIds[0] ?? '');
  return current;
}
