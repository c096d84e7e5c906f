/**
 * Where a version comes from, for its card: its ancestors, the data that any of them learned on, and its own training. Only
 * upwards: whoever may see a version may see what it came of, but not what somebody else made of it.
 */
import { type Database, SERVICE } from '../../../platform/database';
import {
  Dataset,
  DatasetVersion,
  learnsOnData,
  lineageChart,
  type LineageData,
  type LineageVersion,
  readLineage,
  TrainingJob,
} from '../../training';

export interface CardLineage {
  /** Nearest first. */
  readonly ancestors: readonly LineageVersion[];
  /** Versions of data that the version or an ancestor learned on. */
  readonly data: readonly LineageData[];
  /** Null for a version that was not trained here. */
  readonly training: CardTraining | null;
  /** The text of a Mermaid flowchart; null where there is nothing to draw. */
  readonly chart: string | null;
}

export interface CardTraining {
  readonly kind: string;
  readonly objective: string;
  readonly seed: number;
  /** Null before a training began. */
  readonly backend: string | null;
  readonly deviceSeconds: number;
}

interface Trained {
  readonly id: string;
  readonly trainingJobId: string | null;
}

/** In the order of `versions`. */
export async function lineagesOf(
  { read }: Pick<Database, 'read'>,
  versions: readonly Trained[],
): Promise<CardLineage[]> {
  const list = <T extends { id: string }>(entity: new () => T, ids: readonly (string | null)[]) =>
    read.list(entity, {
      scope: SERVICE,
      where: { id: { in: [...new Set(ids.filter((id) => id !== null))] } } as never,
    });
  const walks = await readLineage(
    read,
    SERVICE,
    versions.map(({ id }) => id),
  );
  const upward = versions.map(({ id }, at) => ancestryOf(id, walks[at]!));
  const data = await list(
    DatasetVersion,
    upward.flat().map(({ datasetVersionId }) => datasetVersionId),
  );
  const sets = await list(
    Dataset,
    data.map(({ datasetId }) => datasetId),
  );
  const named = new Map(
    data.map(({ id, number, datasetId }): [string, LineageData] => [
      id,
      { id, number, dataset: sets.find((set) => set.id === datasetId)!.name },
    ]),
  );
  const trainings = await list(
    TrainingJob,
    versions.map(({ trainingJobId }) => trainingJobId),
  );
  return versions.map(({ id, trainingJobId }, at) => {
    const family = upward[at]!;
    const learnedOn = family
      .filter(({ kind }) => learnsOnData(kind))
      .flatMap(({ datasetVersionId }) => datasetVersionId ?? []);
    const own = [...new Set(learnedOn)].flatMap((dataId) => named.get(dataId) ?? []);
    const training = trainings.find((one) => one.id === trainingJobId);
    return {
      ancestors: family.filter((one) => one.id !== id),
      data: own,
      training: training ? trainingOf(training) : null,
      chart: family.length > 1 || own.length > 0 ? lineageChart(id, family, own) : null,
    };
  });
}

/** The version and what it came of, of a walk that goes both ways. */
function ancestryOf(id: string, walk: readonly LineageVersion[]): LineageVersion[] {
  const byId = new Map(walk.map((version) => [version.id, version]));
  const found = new Set<LineageVersion>();
  const take = (one: string): void => {
    const version = byId.get(one);
    if (!version || found.has(version)) return;
    found.add(version);
    version.parentIds.forEach(take);
  };
  take(id);
  return walk.filter((version) => found.has(version));
}

function trainingOf({ recipe, backend, deviceMs }: TrainingJob): CardTraining {
  const { kind, objective, seed } = recipe;
  return { kind, objective, seed, backend, deviceSeconds: deviceMs / 1000 };
}
