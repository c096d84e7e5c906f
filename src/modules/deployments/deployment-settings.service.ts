/**
 * What a deployment does beside its routes: who answers in its stead while its engine cannot, for how long an answer may be
 * given again, and how many answers are kept. Nobody's answers change by it, so the gate is not asked.
 */
import type { Clock } from '../../kernel/clock';
import { AppErrors, type AppError, invalidInput, notFound } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import { type Database, SERVICE } from '../../platform/database';
import type { Events, Signals } from '../../platform/events';
import { Deployment } from './deployment.entity';
import { changedMeanwhile } from './deployments.errors';
import { DEPLOYMENT_CHANNEL, DEPLOYMENT_CONFIGURED } from './deployments.events';

export interface DeploymentSettings {
  readonly id: string;
  readonly fallbackIds?: readonly string[] | null;
  /** Null = answers are never given again; absent = unchanged. */
  readonly cacheSeconds?: number | null;
  readonly payloadSampleRate?: number | null;
  readonly expectedVersion?: number | null;
}

export class DeploymentSettingsService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** @throws AppErrors with a fault for each fallback that cannot be one; CONFLICT for another version than was expected. */
  async configure(settings: DeploymentSettings, principal: Principal): Promise<void> {
    const { id, expectedVersion } = settings;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const deployments = unitOfWork.repository(Deployment);
      const before = await deployments.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['input', 'id']);
      if (expectedVersion != null && before.version !== expectedVersion)
        throw changedMeanwhile(id, before.version);
      const fallbackIds = [...(settings.fallbackIds ?? before.fallbackIds)];
      if (settings.fallbackIds) await this.checkFallbacks(before, fallbackIds);
      const { cacheSeconds = before.cacheSeconds } = settings;
      const payloadSampleRate = settings.payloadSampleRate ?? before.payloadSampleRate;
      const version = before.version + 1;
      const changed = { fallbackIds, cacheSeconds, payloadSampleRate };
      await deployments.update({ id }, { ...changed, version, updatedAt: this.clock.now() });
      await this.events.emit({
        type: DEPLOYMENT_CONFIGURED,
        customerId: before.customerId,
        subject: id,
        actor: principal,
        before: {
          fallbackIds: before.fallbackIds,
          cacheSeconds: before.cacheSeconds,
          payloadSampleRate: before.payloadSampleRate,
        },
        after: changed,
        data: { version, ...changed },
      });
      await this.signals.publish(DEPLOYMENT_CHANNEL, { id });
    });
  }

  /** Whoever may use the deployment must be able to use what stands in for it. */
  private async checkFallbacks(
    { id, customerId }: Pick<Deployment, 'id' | 'customerId'>,
    fallbackIds: readonly string[],
  ): Promise<void> {
    const rows = await this.database.read.list(Deployment, {
      scope: SERVICE,
      where: { id: { in: fallbackIds } },
      selection: { id: true, customerId: true },
    });
    const known = new Map(rows.map((row) => [row.id, row.customerId]));
    const faults = fallbackIds.flatMap((fallbackId, index): AppError[] => {
      const path = ['input', 'fallbackIds', String(index)];
      const owner = known.get(fallbackId);
      if (owner === undefined || (owner !== null && owner !== customerId)) return [notFound(path)];
      if (fallbackId === id) return [invalidInput(path, 'It cannot stand in for itself.', 'other')];
      if (fallbackIds.indexOf(fallbackId) < index)
        return [invalidInput(path, 'Name each deployment once.', 'unique')];
      return [];
    });
    if (faults.length > 0) throw new AppErrors(faults);
  }
}
