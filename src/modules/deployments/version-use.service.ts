/** Answers models who serves a version: what the routes of this process have warm, and what any deployment wishes for. */
import type { Database } from '../../platform/database';
import type { VersionUse } from '../models';
import type { RouteService } from './route.service';

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
      'select name from deployments where routes @> $1::jsonb order by name',
      [JSON.stringify([{ versionId }])],
    );
    return rows.map(({ name }) => `the deployment ${name}`);
  }
}
