/** The figures of live traffic: of one deployment for whoever may see it, and of all for a report. Both come from here, so they agree. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import type { Period } from '../../../kernel/period';
import { type Database, isService, type Scope, SERVICE } from '../../../platform/database';
import { Deployment } from '../../deployments';
import { LEVEL } from '../fairness/fairness';
import type { AttributeAccount } from '../fairness/fairness-of-version';
import { FALSE_ALARM_RATE } from './breach';
import { FairnessBreach } from './fairness-breach.entity';
import type { FairnessCountsRepository } from './fairness-counts.repository';
import { FairnessMonitor } from './fairness-monitor.entity';
import { liveAccount } from './live-account';
import type { LiveFairness, LiveFairnessFigureType } from './live-fairness.type';
import { comparisonsOf } from './monitored-groups';
import { dayOf, quarterOf } from './quarter';
import { shownCounts } from './shown-counts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

interface VersionAccount {
  readonly versionId: string;
  readonly tooFewGroups: number;
  readonly attributes: readonly AttributeAccount[];
}

export type LiveFairnessFigure = LiveFairnessFigureType;

export class LiveFairnessService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counts: Pick<FairnessCountsRepository, 'days' | 'restarts'>,
  ) {}

  /**
   * Of the standing monitor; null where nothing is watched. A customer sees its own people's sums and no others. @param period absent =
   * the present quarter. @throws AppError INVALID_INPUT for a longer one than a year.
   */
  async of(deploymentId: string, period: Period | undefined, scope: Scope): Promise<LiveFairness | null> {
    const where = { deploymentId, endedAt: null };
    const monitor = await this.database.read.one(FairnessMonitor, { scope, where });
    if (!monitor) return null;
    const asked = this.wholeDays(period);
    const versions = await this.versionsOf(monitor, asked, isService(scope) ? null : scope.customerId);
    return { monitor, ...asked, level: LEVEL, falseAlarmRate: FALSE_ALARM_RATE, versions, deploymentId };
  }

  /** Newest first; for whoever sees the people of all customers. */
  breachesOf(deploymentId: string, from: Date, to?: Date): Promise<FairnessBreach[]> {
    return this.database.read.list(FairnessBreach, {
      scope: SERVICE,
      where: { deploymentId, foundAt: { gte: from, lt: to } },
      orderBy: [{ property: 'id', direction: 'DESC' }],
      limit: 100,
    });
  }

  /** What a report tells: the watched measure of every monitor of the period. @param customerId null = all. */
  async figures(period: Period, customerId: string | null): Promise<LiveFairnessFigure[]> {
    const { read } = this.database;
    const scope = SERVICE;
    const monitors = await read.list(FairnessMonitor, {
      scope,
      where: { since: { lt: period.to } },
      orderBy: [{ property: 'id', direction: 'ASC' }],
    });
    const standing = monitors.filter(
      (one) =>
        (one.endedAt === null || new Date(one.endedAt) >= period.from) &&
        (customerId === null || one.customerId === null || one.customerId === customerId),
    );
    const ids = [...new Set(standing.map(({ deploymentId }) => deploymentId))];
    const deployments = await read.list(Deployment, { scope, where: { id: { in: ids } } });
    const names = new Map(deployments.map(({ id, name }) => [id, name]));
    const figures: LiveFairnessFigure[] = [];
    for (const monitor of standing) {
      const { deploymentId } = monitor;
      const versions = await this.versionsOf(monitor, this.upToToday(period), customerId);
      const isTheirs = customerId === null || monitor.customerId === customerId;
      const breaches = isTheirs ? await this.breachesOf(deploymentId, period.from, period.to) : null;
      for (const version of versions)
        figures.push(...figuresOf(monitor, names.get(deploymentId)!, version, breaches));
    }
    return figures;
  }

  private async versionsOf(
    { id, deploymentId, attributes, minimumGroupSize, measure, threshold }: FairnessMonitor,
    { from, to }: Period,
    customerId: string | null,
  ): Promise<VersionAccount[]> {
    const days = { from: dayOf(from), to: dayOf(to), restarts: await this.counts.restarts(deploymentId) };
    const rows = await this.counts.days(id, days.from, days.to, customerId);
    const comparisons = comparisonsOf(attributes);
    return [...new Set(rows.map(({ versionId }) => versionId))].sort().map((versionId) => {
      const ofVersion = rows.filter((row) => row.versionId === versionId);
      const shown = shownCounts(ofVersion, comparisons, days, minimumGroupSize);
      const accounts = liveAccount(shown, comparisons, minimumGroupSize, { [measure]: threshold });
      return { versionId, tooFewGroups: shown.tooFew, attributes: accounts };
    });
  }

  private wholeDays(period: Period | undefined): Period {
    const today = startOf(this.clock.now());
    const from = period ? period.from : new Date(quarterOf(dayOf(today)));
    const to = period?.to ?? today;
    if (to.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
      throw invalidInput(['period'], `Ask for at most ${MOST_DAYS} days at a time.`, 'length');
    return this.upToToday({ from, to });
  }

  /** Only whole days that are over: the last people of a day that goes on could be told apart by asking again. */
  private upToToday({ from, to }: Period): Period {
    const today = startOf(this.clock.now());
    const first = startOf(new Date(from.getTime() + DAY_MS - 1));
    const last = startOf(to);
    return { from: first, to: last < today ? last : today };
  }
}

const startOf = (instant: Date): Date => new Date(Math.floor(instant.getTime() / DAY_MS) * DAY_MS);

function figuresOf(
  { deploymentId, measure: watched, id }: FairnessMonitor,
  deployment: string,
  { versionId, attributes }: VersionAccount,
  breaches: readonly FairnessBreach[] | null,
): LiveFairnessFigure[] {
  return attributes.map(({ attribute, groups, measures }) => {
    const { value, threshold, verdict, highest, lowest } = measures.find(({ name }) => name === watched)!;
    const ofThis = breaches?.filter(
      (one) => one.monitorId === id && one.modelVersionId === versionId && one.attribute === attribute,
    );
    return {
      deploymentId,
      deployment,
      versionId,
      attribute,
      people: groups.reduce((sum, { n }) => sum + n, 0),
      groups: groups.length,
      measure: watched,
      value,
      threshold,
      verdict,
      highest,
      lowest,
      breaches: ofThis ? ofThis.length : null,
    };
  });
}
