/**
 * Looks every night, and when asked, whether what was counted of a deployment shows groups apart by more than is allowed. What it finds
 * is kept and told once of the same evidence: an incident follows from the event, and the deployment goes back where the monitor asks.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { eachApart, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { Deployment, type DeploymentsModule } from '../../deployments';
import { fairnessBreached } from '../ethics.events';
import { type BreachFigures, breachesOf } from './breach';
import { FairnessBreach } from './fairness-breach.entity';
import type { FairnessCountsRepository } from './fairness-counts.repository';
import { FairnessAction, FairnessMonitor } from './fairness-monitor.entity';
import { liveAccount } from './live-account';
import { comparisonsOf } from './monitored-groups';
import { type Day, dayBefore, evidenceFrom, openDay } from './quarter';
import { shownCounts } from './shown-counts';

const SYSTEM: Principal = { kind: 'SYSTEM', name: 'fairness' };

export class FairnessLookService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly counts: FairnessCountsRepository,
    private readonly deployments: Pick<DeploymentsModule['deployments'], 'rollBack'>,
  ) {}

  /** Once the days of UTC that it looks at are over. */
  job(): JobDefinition<object> {
    return {
      kind: 'ethics.check-fairness',
      cron: '11 5 * * *',
      run: async (_, { signal }) => {
        const monitors = await this.database.read.list(FairnessMonitor, {
          scope: SERVICE,
          where: { endedAt: null },
        });
        const failure = 'whom a deployment disadvantages could not be looked at';
        const of = ({ customerId, deploymentId }: FairnessMonitor) => ({ customerId, deploymentId });
        await eachApart(monitors, { log: this.log, failure, of, signal }, (monitor) =>
          this.look(monitor, SYSTEM),
        );
      },
    };
  }

  /** Events: deployment.fairness-breached, deployment.rolled-back. @throws AppError NOT_FOUND where nothing is watched. */
  async check(deploymentId: string, by: Principal): Promise<void> {
    const where = { deploymentId, endedAt: null };
    const monitor = await this.database.read.one(FairnessMonitor, { scope: SERVICE, where });
    if (!monitor) throw notFound(['input', 'id']);
    await this.look(monitor, by);
  }

  private async look(monitor: FairnessMonitor, by: Principal): Promise<void> {
    const { deploymentId, attributes, minimumGroupSize } = monitor;
    const to = openDay(this.clock.now());
    const restarts = (await this.counts.restarts([deploymentId])).get(deploymentId)!;
    // Of the last day that is over.
    const from = evidenceFrom(dayBefore(to), restarts);
    const rows = await this.counts.days([monitor.id], from, to, null);
    const comparisons = comparisonsOf(attributes);
    for (const versionId of new Set(rows.map((row) => row.versionId))) {
      const ofVersion = rows.filter((row) => row.versionId === versionId);
      const shown = shownCounts(ofVersion, comparisons, { from, to, restarts }, minimumGroupSize);
      const accounts = liveAccount(shown, comparisons, minimumGroupSize, {});
      for (const figures of breachesOf(accounts, comparisons, monitor))
        await this.found(monitor, versionId, from, figures, by);
    }
  }

  private async found(
    monitor: FairnessMonitor,
    modelVersionId: string,
    from: Day,
    figures: BreachFigures,
    by: Principal,
  ): Promise<void> {
    const { customerId, deploymentId, measure, threshold, action } = monitor;
    const { unitOfWork } = this.database;
    const { attribute } = figures;
    const fields = { monitorId: monitor.id, modelVersionId, attribute, evidenceFrom: from };
    if (await this.isKnown(fields)) return;
    let rolledBack: boolean | undefined;
    await unitOfWork.run(SERVICE, async () => {
      // Of two looks at once one finds it and rolls back; the other waits and hears that it is known.
      await unitOfWork.takeTurn(`fairness look ${monitor.id}`);
      if (await this.isKnown(fields)) return;
      // In a transaction of its own, which may be refused: what was found is kept and told all the same.
      rolledBack ??=
        action === FairnessAction.ROLL_BACK &&
        (await unitOfWork.outside(() => this.rollBack(deploymentId, modelVersionId, figures, by)));
      const foundAt = this.clock.now();
      const breach: FairnessBreach = {
        id: newId('fbr', foundAt),
        customerId,
        deploymentId,
        ...fields,
        measure,
        threshold,
        figures,
        action,
        rolledBack,
        foundAt,
      };
      await unitOfWork.repository(FairnessBreach).insert(breach);
      await this.events.emit({ ...fairnessBreached(breach), actor: by });
    });
  }

  private isKnown(
    fields: Pick<FairnessBreach, 'monitorId' | 'modelVersionId' | 'attribute' | 'evidenceFrom'>,
  ): Promise<boolean> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, () => unitOfWork.repository(FairnessBreach).existsBy(fields));
  }

  /** Whether there was something to go back to, and from. */
  private async rollBack(
    id: string,
    versionId: string,
    { attribute, lowest, highest }: BreachFigures,
    by: Principal,
  ): Promise<boolean> {
    const deployment = await this.database.read.one(Deployment, { scope: SERVICE, where: { id } });
    if (!deployment?.routes.some((route) => route.versionId === versionId)) return false;
    const reason = `${versionId} does not treat people alike by ${attribute}: ${lowest} against ${highest}.`;
    try {
      await this.deployments.rollBack(id, reason, by, deployment.version);
      return true;
    } catch (error) {
      // Nothing before it, or somebody moves it right now: the incident is for people.
      if (error instanceof AppError && error.code === 'CONFLICT') return false;
      throw error;
    }
  }
}
