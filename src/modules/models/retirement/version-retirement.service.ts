/**
 * Takes versions out of use. A version that serves, or to which an alias points, is not taken away from under those who
 * ask it; whoever begins to use one holds its model meanwhile, so that the two cannot happen at once.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { ModelVersion } from '../model-version.entity';
import { retiredVersion, versionInUse } from '../models.errors';
import { MODEL_VERSION_RETIRED } from '../models.events';
import { VersionRetirement } from './version-retirement.entity';
import type { VersionUse } from './version-use';

/** Aliases whose last move leads to the version. */
const POINTING = `select alias from (
    select distinct on (alias) alias, version_id from model_alias_moves where model_id = $1 order by alias, at desc, id desc
  ) latest where version_id = $2 order by alias`;

export class VersionRetirementService {
  private users: Pick<VersionUse, 'usersOf'> | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  useVersionUse(users: Pick<VersionUse, 'usersOf'>): void {
    this.users = users;
  }

  /**
   * Retiring it again changes nothing.
   * @throws AppError NOT_FOUND for an unknown version, CONFLICT while it is used, with everyone who uses it.
   */
  async retire(id: string, reason: string, principal: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const version = await unitOfWork
        .repository(ModelVersion)
        .findOne({ where: { id }, select: { id: true, modelId: true, customerId: true } });
      if (!version) throw notFound(['input', 'id']);
      const { modelId, customerId } = version;
      await unitOfWork.sql('select 1 from models where id = $1 for update', [modelId]);
      if (await unitOfWork.repository(VersionRetirement).existsBy({ versionId: id })) return;
      const aliases = await unitOfWork.sql<{ alias: string }>(POINTING, [modelId, id]);
      const users = [
        ...aliases.map(({ alias }) => `the alias ${alias}`),
        ...((await this.users?.usersOf(id)) ?? []),
      ];
      if (users.length > 0) throw versionInUse(id, users);
      const retirement = { versionId: id, customerId, reason, by: actorOf(principal), at: this.clock.now() };
      await unitOfWork.repository(VersionRetirement).insert(retirement);
      await this.events.emit({
        type: MODEL_VERSION_RETIRED,
        customerId,
        subject: id,
        actor: principal,
        reason,
        after: retirement,
        data: { modelId },
      });
    });
  }

  /** Those of these versions that were taken out of use. */
  async retiredAmong(versionIds: readonly string[]): Promise<ReadonlySet<string>> {
    const where = { versionId: { in: versionIds } };
    const rows = await this.database.read.list(VersionRetirement, { scope: SERVICE, where });
    return new Set(rows.map(({ versionId }) => versionId));
  }

  /** Keeps versions from being retired until the caller's transaction ends. @throws AppError CONFLICT for one that was. */
  async holdForUse(versionIds: readonly string[], path: readonly string[]): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.sql(
      `select 1 from models where id in (select model_id from model_versions where id = any($1)) order by id for share`,
      [versionIds],
    );
    const [retired] = await unitOfWork.sql<{ version_id: string; reason: string }>(
      'select version_id, reason from model_version_retirements where version_id = any($1) order by version_id',
      [versionIds],
    );
    if (retired) throw retiredVersion(retired.version_id, retired.reason, path);
  }
}
