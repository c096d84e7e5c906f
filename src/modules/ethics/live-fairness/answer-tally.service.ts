/**
 * Counts the answers of watched deployments by the groups of the people who got them. It is told of each answer after its caller was,
 * keeps of it in memory whether it was positive, and adds once a second to the sums. On the path of an answer it costs a look into a
 * map; a crash loses a second of people, of whatever group. Who could not be counted for a moment is counted with the next.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import type { AnswerListener, GivenAnswer } from '../../inference';
import type { EndUserGroupsService } from './end-user-groups.service';
import type { FairnessCountsRepository, Observation } from './fairness-counts.repository';
import { FairnessMonitor } from './fairness-monitor.entity';
import { cellsOf, groupOf, type MonitoredAttribute } from './monitored-groups';
import { isSelected, type PositiveOutcome } from './outcome';
import { dayOf } from './quarter';
import type { Sums } from './shown-counts';

export const FAIRNESS_CHANNEL = 'flywheel_fairness_monitor';
const FLUSH_MS = 1000;
/** People a statement. */
const LARGEST_COMMIT = 500;
/** Beyond it, while the database is away, people are not counted: a count may miss some, and memory may not grow. */
const MOST_WAITING = 20_000;

export const NO_SUMS: Sums = {
  selected: 0,
  unselected: 0,
  truePositives: 0,
  falsePositives: 0,
  trueNegatives: 0,
  falseNegatives: 0,
};

/** A person who is to be counted. */
export interface Sighting extends Omit<Observation, 'cells' | 'day'> {
  readonly attributes: readonly MonitoredAttribute[];
  /** What was asked, by the names of inputs: groups may be among them. */
  readonly asked: ReadonlyMap<string, string>;
}

export class AnswerTally implements AnswerListener {
  private watched: ReadonlyMap<string, Watched> = new Map();
  private waiting = new Map<string, Sighting>();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly groups: Pick<EndUserGroupsService, 'known'>,
    private readonly counts: Pick<FairnessCountsRepository, 'add'>,
  ) {}

  async start(): Promise<void> {
    const again = (): void => this.soon(() => this.refresh());
    this.unsubscribe = this.signals.subscribe(FAIRNESS_CHANNEL, again, again);
    await this.refresh();
    this.timer = setInterval(() => this.waiting.size > 0 && this.soon(() => this.flush()), FLUSH_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    clearInterval(this.timer);
    await this.working;
    await this.flush();
  }

  /** A prediction of several rows is no decision about its person, and nobody's answer is counted without one. */
  answered({ deploymentId, versionId, customerId, endUserId, rows, outputs }: GivenAnswer): void {
    const monitor = this.watched.get(deploymentId);
    const asked: unknown = Array.isArray(rows) && rows.length === 1 ? rows[0] : rows;
    if (!monitor || endUserId === null || typeof asked !== 'object' || asked === null) return;
    const selected = Array.isArray(asked) ? undefined : isSelected(monitor, outputs);
    if (selected === undefined || this.waiting.size >= MOST_WAITING) return;
    const { id: monitorId, attributes } = monitor;
    const sums = { ...NO_SUMS, [selected ? 'selected' : 'unselected']: 1 };
    this.wait({
      customerId,
      endUserId,
      monitorId,
      versionId,
      kind: 'ANSWER',
      attributes,
      asked: groupsAsked(attributes, asked as Record<string, unknown>),
      sums,
    });
  }

  /** Counts who waits; for the timer, and for whoever cannot wait for it. */
  async flush(): Promise<void> {
    const all = [...this.waiting.values()];
    this.waiting = new Map();
    for (let at = 0; at < all.length; at += LARGEST_COMMIT) {
      const some = all.slice(at, at + LARGEST_COMMIT);
      try {
        await this.database.unitOfWork.run(SERVICE, () => this.count(some));
      } catch (error) {
        this.log.warn({ error, people: some.length }, 'answers could not be counted by group for a moment');
        // Counted twice nobody is: that they were is committed with the sums.
        for (const one of some) if (this.waiting.size < MOST_WAITING) this.wait(one);
      }
    }
  }

  /**
   * In the caller's unit of work. Whose group is not known is not counted, and may be once it is. The day is the present one, however
   * long they waited: to a day that is over nobody is added.
   */
  async count(sightings: readonly Sighting[]): Promise<void> {
    const day = dayOf(this.clock.now());
    const known = await this.groups.known(sightings);
    const observations = sightings.flatMap((sighting) => {
      const { attributes, asked, endUserId } = sighting;
      const told = known.get(endUserId);
      const groups = new Map(asked);
      for (const attribute of attributes) {
        // What a person says of themselves goes before what somebody wrote into a row.
        const group = groupOf(attribute, told?.get(attribute.name));
        if (group !== undefined) groups.set(attribute.name, group);
      }
      const cells = cellsOf(attributes, groups);
      return cells.length > 0 ? [{ ...sighting, day, cells }] : [];
    });
    await this.counts.add(observations);
  }

  /** Who is met twice before they are counted is counted by the first answer. */
  private wait(sighting: Sighting): void {
    const { endUserId, monitorId, versionId } = sighting;
    const key = `${endUserId}\n${monitorId}\n${versionId}`;
    if (!this.waiting.has(key)) this.waiting.set(key, sighting);
  }

  /** One piece of work after the other. */
  private soon(work: () => Promise<void>): void {
    this.working = this.working
      .then(work)
      .catch((error: unknown) => this.log.error({ error }, 'fairness monitors could not be read'));
  }

  private async refresh(): Promise<void> {
    const monitors = await this.database.read.list(FairnessMonitor, {
      scope: SERVICE,
      where: { endedAt: null },
    });
    this.watched = new Map(monitors.map((monitor) => [monitor.deploymentId, monitor]));
  }
}

interface Watched extends PositiveOutcome {
  readonly id: string;
  readonly attributes: readonly MonitoredAttribute[];
}

export function groupsAsked(
  attributes: readonly MonitoredAttribute[],
  row: Readonly<Record<string, unknown>>,
): Map<string, string> {
  const groups = new Map<string, string>();
  for (const attribute of attributes) {
    if (!Object.hasOwn(row, attribute.name)) continue;
    const group = groupOf(attribute, row[attribute.name]);
    if (group !== undefined) groups.set(attribute.name, group);
  }
  return groups;
}
