/** Answers models who serves a version: what the routes of this process have warm, and what any deployment wishes for. */
import type { Database } from '../../../platform/database';
import type { VersionUse } from '../../models';
import type { RouteService } from '../routes/route.service';

export class DeployedVersionUse implements VersionUse {
  constructor(
    private readonly database: Database,
    private readonly routes: Pick<RouteService, 'peek'>,
  ) {}

  isWarm(versionId: string): boolean {
    return this.routes.peek(versionId) !== undefined;
  }

  async usersOf(versionId: string): Promise<readonly string[]> {
    const rows = await this.database.unitOfWork.sql<{ name: string }>(
      // Until a wish is served, what was served before it goes on answering.
      `select name from deployments d where routes @> $1::jsonb or (state <> 'READY' and exists (
         select from deployment_events e where e.deployment_id = d.id and e.routes @> $1::jsonb))
       order by name`,
      [JSON.stringify([{ versionId }])],
    );
    const shadowed = await this.database.unitOfWork.sql<{ name: string }>(
      `select d.name from shadows s join deployments d on d.id = s.deployment_id
       where s.version_id = $1 and s.ended_at is null order by d.name`,
      [versionId],
    );
    return [
      ...rows.map(({ name }) => `the deployment ${name}`),
      ...shadowed.map(({ name }) => `the shadow of the deployment ${name}`),
    ];
  }
}
