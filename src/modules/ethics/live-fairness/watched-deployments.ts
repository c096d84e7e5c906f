/** Under which names a version answers people whose groups are watched: what a technical documentation tells of it. */
import { type Database, SERVICE } from '../../../platform/database';
import type { WatchedDeployment } from '../impact/annex-four';

const WATCHED = `select d.name as deployment, m.measure, m.threshold, m.action,
    array(select one->>'name' from jsonb_array_elements(m.attributes) with ordinality as named (one, place) order by place) as attributes
  from fairness_monitors m join deployments d on d.id = m.deployment_id
  where m.ended_at is null and exists (
    select from jsonb_array_elements(d.routes) as route where route->>'versionId' = $1)
  order by d.name`;

export function watchedDeployments(
  { read }: Pick<Database, 'read'>,
  modelVersionId: string,
): Promise<WatchedDeployment[]> {
  return read.sql(SERVICE, 'ethics.watched-deployments', WATCHED, [modelVersionId]);
}
