/** The walk from a version to its parents and theirs, and to its children and theirs: one statement for many versions. */
import type { Database, Scope } from '../../../platform/database';
import { groupedInOrder } from '../../../platform/graphql';
import { type LineageVersion, MOST_VERSIONS } from './lineage-chart';

/** Steps in each direction: deeper chains exist in no practice that we know, and a walk must end. */
const MOST_STEPS = 20;

const WALK = `with recursive up as (
    select r.id as root, r.id, 0 as steps from unnest($1::text[]) as r(id)
    union
    select up.root, p.id, up.steps + 1 from up join model_versions v on v.id = up.id
      cross join unnest(v.parent_ids) as p(id) where up.steps < ${MOST_STEPS}
  ), down as (
    select r.id as root, r.id, 0 as steps from unnest($1::text[]) as r(id)
    union
    select down.root, v.id, down.steps + 1 from down join model_versions v on v.parent_ids @> array[down.id]
      where down.steps < ${MOST_STEPS}
  ), reached as (
    select root, id, min(steps) as steps from (select * from up union all select * from down) walked group by root, id
  ), placed as (
    select root, id, row_number() over (partition by root order by steps, id) as place from reached
  )
  select placed.root, v.id, m.name as model, v.number, v.parent_ids as "parentIds",
    v.dataset_version_id as "datasetVersionId", v.derivation ->> 'kind' as kind, r.version_id is not null as "isRetired"
  from placed join model_versions v on v.id = placed.id join models m on m.id = v.model_id
    left join model_version_retirements r on r.version_id = v.id
  where placed.place <= $2 order by placed.root, placed.place`;

/** In the order of `ids`; each walk holds what the scope may see. */
export async function readLineage(
  read: Database['read'],
  scope: Scope,
  ids: readonly string[],
): Promise<LineageVersion[][]> {
  const values = [ids, MOST_VERSIONS + 1];
  const rows = await read.sql<LineageVersion & { root: string }>(scope, 'version_lineage', WALK, values);
  return groupedInOrder(ids, rows, ({ root }) => root);
}
