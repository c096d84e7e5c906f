/**
 * Which versions of models saw a version of data: those that were trained on it, and everything that was made of them since.
 * Identical weights are one version, so a training may have led to one that names other data: its own record tells.
 */
import type { Database, Scope } from '../../../platform/database';
import { groupedInOrder } from '../../../platform/graphql';

const LEARNERS = `with recursive learned as (
    (select v.dataset_version_id as data, v.id from model_versions v where v.dataset_version_id = any($1)
     union
     select j.dataset_version_id, j.result_version_id from training_jobs j
       where j.dataset_version_id = any($1) and j.result_version_id is not null)
    union
    select learned.data, v.id from learned join model_versions v on v.parent_ids @> array[learned.id]
  )
  select data, id from learned order by id`;

/** Their ids by version of data, in the order of `datasetVersionIds`; oldest first. */
export async function readLearners(
  read: Database['read'],
  scope: Scope,
  datasetVersionIds: readonly string[],
): Promise<string[][]> {
  const rows = await read.sql<{ data: string; id: string }>(scope, 'training.learners', LEARNERS, [
    datasetVersionIds,
  ]);
  return groupedInOrder(datasetVersionIds, rows, ({ data }) => data).map((group) =>
    group.map(({ id }) => id),
  );
}
