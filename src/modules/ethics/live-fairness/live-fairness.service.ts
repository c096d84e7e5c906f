/** The figures of live traffic: of one deployment for whoever may see it, and of all for a report. Both come from here, so they agree. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import type { Period } from '../../../kernel/period';
import { type Database, isService, type Scope, SERVICE } from '../../../platform/database';
import { inOrder } from '../../../platform/graphql';
import { Deployment } from '../../deployments';
import { LEVEL } from '../fairness/fairness';
import type { AttributeAccount } from '../fairness/fairness-of-version';
import { FALSE_ALARM_RATE } from './breach';
import { FairnessBreach } from './fairness-breach.entity';
import type { CountedDay, FairnessCountsRepository } from './fairness-counts.repository';
import { FairnessMonitor } from './fairness-monitor.entity';
import { liveAccount } from './live-account';
import type { LiveFairness, LiveFairnessFigureType } from './live-fairness.type';
import { comparisonsOf } from './monitored-groups';
import { dayOf, openDay, quarterOf } from './quarter';
import { type Days, shownCounts } from './shown-counts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;
const MOST_BREACHES = 1000;

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
   * Of the standing monitor of each of these deployments, in their order; null where nothing is watched. A customer sees its own people's
   * sums and no others. @param period absent = the present quarter. @throws AppError INVALID_INPUT for a longer one than a year.
   */
  async of(
    deploymentIds: readonly string[],
    period: Period | undefined,
    scope: Scope,
  ): Promise<(LiveFairness | null)[]> {
    const where = { deploymentId: { in: deploymentIds }, endedAt: null };
    const monitors = await this.database.read.list(FairnessMonitor, { scope, where });
    const asked = this.wholeDays(period);
    const versions = await this.versionsOf(monitors, asked, isService(scope) ? null : scope.customerId);
    return inOrder(deploymentIds, monitors, ({ deploymentId }) => deploymentId).map(
      (monitor) =>
        monitor && {
          monitor,
          ...asked,
          level: LEVEL,
          falseAlarmRate: FALSE_ALARM_RATE,
          versions: versions.get(monitor.id)!,
          deploymentId: monitor.deploymentId,
        },
    );
  }

  /** Newest first; for whoever sees the people of all customers. */
  breachesOf(deploymentIds: readonly string[], from: Date, to?: Date): Promise<FairnessBreach[]> {
    return this.database.read.list(FairnessBreach, {
      scope: SERVICE,
      where: { deploymentId: { in: deploymentIds }, foundAt: { gte: from, lt: to } },
      orderBy: [{ property: 'id', direction: 'DESC' }],
      limit: MOST_BREACHES,
    });
  }

  /** What a report tells: the watched measure of every monitor of the period. @param customerId null = all. */
  async figures(period: Period, customerId: string | null): Promise<LiveFairnessFigure[]> {
    const { read } = this.database;
    const scope = SERVICE;
    const begun = await read.list(FairnessMonitor, {
      scope,
      where: { since: { lt: period.to } },
      orderBy: [{ property: 'id', direction: 'ASC' }],
    });
    const monitors = begun.filter(
      (one) =>
        (one.endedAt === null || new Date(one.endedAt) >= period.from) &&
        (customerId === null || one.customerId === null || one.customerId === customerId),
    );
    const ids = [...new Set(monitors.map(({ deploymentId }) => deploymentId))];
    const deployments = await read.list(Deployment, { scope, where: { id: { in: ids } } });
    const names = new Map(deployments.map(({ id, name }) => [id, name]));
    const versions = await this.versionsOf(monitors, this.upToToday(period), customerId);
    const breaches = await this.breachesOf(ids, period.from, period.to);
    return monitors.flatMap((monitor) => {
      // They are of the people of all customers that a deployment answers.
      const told = customerId === null || monitor.customerId === customerId ? breaches : null;
      const name = names.get(monitor.deploymentId)!;
      return versions.get(monitor.id)!.flatMap((version) => figuresOf(monitor, name, version, told));
    });
  }

  /** By monitor. Statements: two, however many monitors. */
  private async versionsOf(
    monitors: readonly FairnessMonitor[],
    { from, to }: Period,
    customerId: string | null,
  ): Promise<Map<string, VersionAccount[]>> {
    const days = { from: dayOf(from), to: dayOf(to) };
    const ids = monitors.map(({ id }) => id);
    const rows = ids.length > 0 ? await this.counts.days(ids, days.from, days.to, customerId) : [];
    const restarts = await this.counts.restarts(
      rows.length > 0 ? monitors.map((one) => one.deploymentId) : [],
    );
    return new Map(
      monitors.map((monitor) => {
        const ofMonitor = rows.filter((row) => row.monitorId === monitor.id);
        const asked = { ...days, restarts: restarts.get(monitor.deploymentId) ?? [] };
        return [monitor.id, accountsOf(monitor, ofMonitor, asked)];
      }),
    );
  }

  private wholeDays(period: Period | undefined): Period {
    const today = new Date(openDay(this.clock.now()));
    const from = period ? period.from : new Date(quarterOf(dayOf(today)));
    const to = period?.to ?? today;
    if (to.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
      throw invalidInput(['period'], `Ask for at most ${MOST_DAYS} days at a time.`, 'length');
    return this.upToToday({ from, to });
  }

  /** Only whole days that are over: the last people of a day that goes on could be told apart by asking again. */
  private upToToday({ from, to }: Period): Period {
    const today = new Date(openDay(this.clock.now()));
    const first = startOf(new Date(from.getTime() + DAY_MS - 1));
    const last = startOf(to);
    return { from: first, to: last < today ? last : today };
  }
}

/** By version, oldest first. */
function accountsOf(
  { attributes, minimumGroupSize, measure, threshold }: FairnessMonitor,
  rows: readonly CountedDay[],
  days: Days,
): VersionAccount[] {
  const comparisons = comparisonsOf(attributes);
  return [...new Set(rows.map(({ versionId }) => versionId))].sort().map((versionId) => {
    const ofVersion = rows.filter((row) => row.versionId === versionId);
    const shown = shownCounts(ofVersion, comparisons, days, minimumGroupSize);
    const accounts = liveAccount(shown, comparisons, minimumGroupSize, { [measure]: threshold });
    return { versionId, tooFewGroups: shown.tooFew, attributes: accounts };
  });
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
