/** Sets what deployments are watched for. One monitor of a deployment stands; counted otherwise, it ends and another begins. */
import type { Clock } from '../../../kernel/clock';
import { type AppError, AppErrors, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { Deployment } from '../../deployments';
import { ModelVersion } from '../../models';
import { fairnessMonitorEnded, fairnessMonitorSet } from '../ethics.events';
import { MEASURES, thresholdOf } from '../fairness/fairness';
import { FAIRNESS_CHANNEL } from './answer-tally.service';
import { FORGET_UNWATCHED } from './end-user-groups.service';
import { FairnessMonitor } from './fairness-monitor.entity';
import type { FairnessMonitorSetInput } from './fairness-monitor.input';
import { CROSS, type MonitoredAttribute, rangesOf } from './monitored-groups';

/** So that how many groups share the chance of a false alarm stays sensible, and a day's sums stay few. */
const MOST_CROSSED = 200;

type Counting = Pick<FairnessMonitor, 'attributes' | 'positiveLabel' | 'scoreFrom' | 'minimumGroupSize'>;

export class FairnessMonitorService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Set as it stands, it changes nothing. Events: fairness-monitor.set, fairness-monitor.ended. @throws AppError NOT_FOUND, CONFLICT for
   * another version than expected; AppErrors INVALID_INPUT with everything that is wrong.
   */
  async set(wish: FairnessMonitorSetInput, by: Principal): Promise<string> {
    const { deploymentId, measure, action, expectedVersion } = wish;
    const scope = SERVICE;
    const deployment = await this.database.read.one(Deployment, { scope, where: { id: deploymentId } });
    if (!deployment) throw notFound(['input', 'deploymentId']);
    const faults = [...faultsOf(wish), ...(await this.labelFaults(deployment, wish))];
    if (faults.length > 0) throw new AppErrors(faults);
    const threshold = wish.threshold ?? thresholdOf(measure);
    const judging = { measure, threshold, action };
    const counting = countingOf(wish);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn(`fairness monitor ${deploymentId}`);
      const before = await this.standing(deploymentId);
      if (expectedVersion != null && expectedVersion !== (before?.version ?? 0))
        throw conflict(
          'The monitor was changed meanwhile. Read it again.',
          ['input', 'expectedVersion'],
          before?.id,
        );
      if (before && isSame(before, counting)) return this.judgeAnew(before, judging, by);
      if (before) await this.endOne(before, by);
      const monitor: FairnessMonitor = {
        id: newId('fmn', this.clock.now()),
        customerId: deployment.customerId,
        deploymentId,
        ...counting,
        ...judging,
        version: (before?.version ?? 0) + 1,
        setBy: actorOf(by),
        since: this.clock.now(),
        endedAt: null,
      };
      await unitOfWork.repository(FairnessMonitor).insert(monitor);
      await this.events.emit({ ...fairnessMonitorSet(monitor, before), actor: by });
      await this.tell(deploymentId, droppedOf(before, monitor));
      return monitor.id;
    });
  }

  /** Event: fairness-monitor.ended. @throws AppError NOT_FOUND, or CONFLICT when it has ended. */
  async end(id: string, by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const monitors = unitOfWork.repository(FairnessMonitor);
      const monitor = await monitors.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!monitor) throw notFound(['input', 'id']);
      if (monitor.endedAt) throw conflict('This monitor has ended already.', ['input', 'id'], id);
      await this.endOne(monitor, by);
      await this.tell(monitor.deploymentId, droppedOf(monitor, undefined));
    });
  }

  private async judgeAnew(
    before: FairnessMonitor,
    judging: Pick<FairnessMonitor, 'measure' | 'threshold' | 'action'>,
    by: Principal,
  ): Promise<string> {
    const names = Object.keys(judging) as (keyof typeof judging)[];
    if (names.every((name) => before[name] === judging[name])) return before.id;
    const after = { ...before, ...judging, version: before.version + 1, setBy: actorOf(by) };
    const { version, setBy } = after;
    await this.database.unitOfWork
      .repository(FairnessMonitor)
      .update({ id: before.id }, { ...judging, version, setBy });
    await this.events.emit({ ...fairnessMonitorSet(after, before), actor: by });
    return before.id;
  }

  private async endOne(monitor: FairnessMonitor, by: Principal): Promise<void> {
    const ended = { endedAt: this.clock.now() };
    await this.database.unitOfWork.repository(FairnessMonitor).update({ id: monitor.id }, ended);
    await this.events.emit({ ...fairnessMonitorEnded(monitor, { ...monitor, ...ended }), actor: by });
  }

  private async tell(deploymentId: string, dropped: readonly string[]): Promise<void> {
    if (dropped.length > 0) await this.jobs.enqueue(FORGET_UNWATCHED, { attributes: dropped });
    await this.signals.publish(FAIRNESS_CHANNEL, { deploymentId });
  }

  private async standing(deploymentId: string): Promise<FairnessMonitor | undefined> {
    const [monitor] = await this.database.unitOfWork
      .repository(FairnessMonitor)
      .createQueryBuilder('monitor')
      .where('monitor.deployment_id = :deploymentId and monitor.ended_at is null', { deploymentId })
      .getMany();
    return monitor;
  }

  /** A class that none of its versions can answer would be counted as refused for everyone. */
  private async labelFaults(
    { routes }: Pick<Deployment, 'routes'>,
    { positiveOutcome: { label } }: FairnessMonitorSetInput,
  ): Promise<AppError[]> {
    if (label == null) return [];
    const versions: Pick<ModelVersion, 'signature'>[] = await this.database.read.list(ModelVersion, {
      scope: SERVICE,
      where: { id: { in: routes.map(({ versionId }) => versionId) } },
      selection: { signature: true },
    });
    const labels = [...new Set(versions.flatMap(({ signature }) => signature.labels ?? []))];
    if (labels.includes(label)) return [];
    const known =
      labels.length > 0
        ? `They answer: ${labels.slice(0, 12).join(', ')}.`
        : 'They answer no classes: name scoreFrom.';
    return [
      invalidInput(
        ['input', 'positiveOutcome', 'label'],
        `No version of this deployment answers this class. ${known}`,
        'label',
      ),
    ];
  }
}

function countingOf({
  attributes,
  positiveOutcome: { label, scoreFrom },
  minimumGroupSize,
}: FairnessMonitorSetInput): Counting {
  return {
    attributes: attributes.map(({ name, groups, cuts }) => ({
      name,
      groups: cuts ? rangesOf(cuts) : groups!.map((group) => group.trim()),
      cuts: cuts ?? [],
    })),
    positiveLabel: label ?? null,
    scoreFrom: scoreFrom ?? null,
    minimumGroupSize,
  };
}

/** With another size the same days would be cut otherwise, and a few people lie between the two cuts. */
const isSame = (
  before: Counting,
  { attributes, positiveLabel, scoreFrom, minimumGroupSize }: Counting,
): boolean =>
  before.minimumGroupSize === minimumGroupSize &&
  before.positiveLabel === positiveLabel &&
  before.scoreFrom === scoreFrom &&
  JSON.stringify(before.attributes.map(plain)) === JSON.stringify(attributes.map(plain));

const plain = ({ name, groups, cuts }: MonitoredAttribute) => [name, groups, cuts];

function droppedOf(
  before: Pick<Counting, 'attributes'> | undefined,
  after: Pick<Counting, 'attributes'> | undefined,
): string[] {
  const kept = new Set(after?.attributes.map(({ name }) => name));
  return (before?.attributes ?? []).map(({ name }) => name).filter((name) => !kept.has(name));
}

function faultsOf({ attributes, measure, threshold }: FairnessMonitorSetInput): AppError[] {
  const faults = attributes.flatMap(({ name, groups, cuts }, at) => {
    const path = ['input', 'attributes', String(at)];
    if (attributes.findIndex((one) => one.name === name) < at)
      return [invalidInput([...path, 'name'], `${name} is named twice.`, 'unique')];
    if (Boolean(groups) === Boolean(cuts))
      return [
        invalidInput(path, 'Name either the groups, or the cuts between ranges of a number.', 'exactlyOne'),
      ];
    if (cuts?.some((cut, i) => !Number.isFinite(cut) || (i > 0 && cut <= cuts[i - 1]!)))
      return [invalidInput([...path, 'cuts'], 'Cuts are numbers, each above the one before.', 'ascending')];
    const named = groups?.map((group) => group.trim()) ?? [];
    if (new Set(named).size < named.length || named.some((group) => group === '' || group.includes(CROSS)))
      return [invalidInput([...path, 'groups'], `Groups are distinct names without “${CROSS}”.`, 'unique')];
    return [];
  });
  if (faults.length > 0) return faults;
  const sizes = attributes.map(({ groups, cuts }) => groups?.length ?? cuts!.length + 1);
  if (sizes.reduce((product, size) => product * size, 1) > MOST_CROSSED)
    faults.push(
      invalidInput(['input', 'attributes'], `Crossed they have more than ${MOST_CROSSED} groups.`, 'max'),
    );
  if (threshold === 0 && MEASURES[measure].of === 'ratio')
    faults.push(invalidInput(['input', 'threshold'], 'Every ratio is at least 0: ask for more.', 'min'));
  return faults;
}
