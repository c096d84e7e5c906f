/**
 * What a process serves that has nothing to serve yet while the wish cannot be made ready: the routes before it, as those
 * processes go on serving them that were there before.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { VersionRetirementService } from '../../models';
import { DeploymentEvent } from '../deployment-event.entity';
import type { ServedDeployment } from '../reconciler/next-action';

/** Changes that are looked back upon. */
const MOST = 50;

export class EarlierRoutes {
  constructor(
    private readonly database: Database,
    private readonly retirements: Pick<VersionRetirementService, 'retiredAmong'>,
  ) {}

  /** The latest before this revision without a version that is broken or was retired; undefined when there are none. */
  async before(
    deploymentId: string,
    revision: number,
    broken: ReadonlySet<string>,
  ): Promise<ServedDeployment | undefined> {
    const history = await this.database.read.list(DeploymentEvent, {
      scope: SERVICE,
      where: { deploymentId },
      orderBy: [{ property: 'version', direction: 'DESC' }],
      limit: MOST,
    });
    const earlier = history.filter(({ version }) => version < revision);
    const ids = earlier.flatMap(({ routes }) => routes.map(({ versionId }) => versionId));
    const retired = await this.retirements.retiredAmong([...new Set(ids)]);
    const found = earlier.find(({ routes }) =>
      routes.every(({ versionId }) => !broken.has(versionId) && !retired.has(versionId)),
    );
    return found && { revision: found.version, routes: found.routes };
  }
}
