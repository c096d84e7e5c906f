/**
 * Flags as staff change them. Every change is a revision, and every process hears of it. What would change the answers of production
 * for a protected flag is not made but asked for, and waits for somebody else; switching it off there needs nobody.
 */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE, sqlState } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { Environment } from '../../deployments';
import { changedMeanwhile, keyTaken } from '../feature-tests.errors';
import { FLAG_CHANGE_REQUESTED, FLAG_CHANNEL } from '../feature-tests.events';
import type { Signals } from '../../../platform/events';
import { FeatureFlag, type FlagType } from './feature-flag.entity';
import { isArchived, notArchived, tooManyPending } from './flag.errors';
import { changed, differences, type FlagChange, needsReview, switchesOn } from './flag-change';
import { FlagChangeRequest, FlagChangeState } from './flag-change-request.entity';
import type { FlagFactsRepository } from './flag-facts.repository';
import { flagFaults, type KnownFlag, valueFaults } from './flag-faults';
import type { FlagGraph } from './flag-graph';
import type { FlagHistory, Told } from './flag-history.service';
import { FlagRevision } from './flag-revision.entity';

const UNIQUE_VIOLATION = '23505';
/** Changes of one flag that may wait at once. */
const MOST_PENDING = 20;

export interface NewFlag {
  readonly key: string;
  readonly type: FlagType;
  readonly defaultValue: unknown;
  readonly valueSchema?: unknown;
  readonly requiresReview?: boolean;
  readonly permanent?: boolean;
}

export interface FlagWish {
  readonly change: FlagChange;
  readonly reason: string;
  readonly expectedRevision?: number | null;
}

/** What a change of this flag would make of it, checked. */
export interface CheckedChange {
  readonly before: FeatureFlag;
  readonly after: FeatureFlag;
  readonly flags: FlagGraph<KnownFlag>;
}

export class FeatureFlagService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly facts: FlagFactsRepository,
    private readonly history: FlagHistory,
  ) {}

  /** Makes a flag, on in every environment. Inside the caller's unit of work. @throws AppError when the key is taken. */
  async create(wish: NewFlag, by: Principal): Promise<FeatureFlag> {
    const { key, type, defaultValue, valueSchema = null, requiresReview = false, permanent = false } = wish;
    const now = this.clock.now();
    const flag: FeatureFlag = {
      id: newId('flg', now),
      key,
      type,
      defaultValue,
      rules: [],
      environments: Object.values(Environment).map((environment) => ({ environment, enabled: true })),
      prerequisites: [],
      valueSchema,
      requiresReview,
      permanent,
      revision: 1,
      staleNote: null,
      stale: null,
      archivedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    await this.history.begin(flag, by).catch((error: unknown) => {
      throw sqlState(error) === UNIQUE_VIOLATION ? keyTaken() : error;
    });
    return flag;
  }

  /** A flag that no test is behind. Answers its id. @throws AppErrors for a value that does not fit; AppError when the key is taken. */
  async make(wish: NewFlag, by: Principal): Promise<string> {
    const faults = await valueFaults({ ...wish, rules: [], valueSchema: wish.valueSchema ?? null });
    if (faults.length > 0) throw new AppErrors(faults);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const { id } = await this.create(wish, by);
      await this.signals.publish(FLAG_CHANNEL, { id });
      return id;
    });
  }

  /**
   * Changes the flag, or asks for the change where somebody else must approve it first: then the answer is the id of the request.
   * @throws AppErrors with everything that cannot be; AppError for an unknown id or another revision.
   */
  async update(id: string, wish: FlagWish, by: Principal): Promise<string | undefined> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const { before, after, flags } = await this.checked(id, wish.change, wish.expectedRevision, ['id']);
      if (isProtected(before, flags) && needsReview(before, after)) return this.ask(before, after, wish, by);
      await this.history.move(before, after, { reason: wish.reason, by });
      return undefined;
    });
  }

  /** Out of sight of every client, or back. @throws AppError CONFLICT where others require it or a test needs it. */
  archive(id: string, wish: Omit<FlagWish, 'change'>, by: Principal): Promise<string | undefined> {
    return this.update(id, { ...wish, change: { archived: true } }, by);
  }

  restore(id: string, wish: Omit<FlagWish, 'change'>, by: Principal): Promise<string | undefined> {
    return this.update(id, { ...wish, change: { archived: false } }, by);
  }

  /** Off there, at once, whoever should have reviewed it. Where it is off already nothing is done. @throws AppError. */
  async switchOff(id: string, environment: Environment, told: Told): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const change = { environments: [{ environment, enabled: false }] };
      const { before, after, flags } = await this.taken(id, change);
      if (before.archivedAt) throw isArchived(id);
      if (differences(before, after).length === 0) return;
      const emergency = isProtected(before, flags) && needsReview(before, after);
      await this.history.move(before, after, { ...told, emergency });
    });
  }

  /** Inside the caller's unit of work. @throws AppErrors with everything that cannot be; AppError for an unknown id or another revision. */
  async checked(
    id: string,
    change: FlagChange,
    expectedRevision?: number | null,
    path = ['input', 'id'],
  ): Promise<CheckedChange> {
    const taken = await this.taken(id, change, path);
    const { before, after, flags } = taken;
    if (typeof expectedRevision === 'number' && expectedRevision !== before.revision) {
      throw changedMeanwhile(id, ['input', 'expectedRevision']);
    }
    if (before.archivedAt && change.archived !== false) throw isArchived(id, path);
    if (!before.archivedAt && change.archived === false) throw notArchived(id);
    const faults = await flagFaults(after, flags);
    if (faults.length > 0) throw new AppErrors(faults);
    return taken;
  }

  /** Whether these are the first eyes on a flag whose production is reviewed: it was made by the same person. Inside the caller's unit of work. */
  async needsOtherEyes(id: string, by: Principal): Promise<boolean> {
    const { unitOfWork } = this.database;
    const { requiresReview } = await unitOfWork.repository(FeatureFlag).findOneByOrFail({ id });
    if (!isProtected({ id, requiresReview }, await this.facts.graph(id))) return false;
    const made = { flagId: id, revision: 1, by: actorOf(by) };
    return unitOfWork.repository(FlagRevision).existsBy(made);
  }

  private async taken(id: string, change: FlagChange, path = ['input', 'id']): Promise<CheckedChange> {
    await this.facts.takeTurn();
    const flags = this.database.unitOfWork.repository(FeatureFlag);
    const before = await flags.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!before) throw notFound(path);
    const after = changed(before, change, this.clock.now());
    return { before, after, flags: await this.facts.graph(id) };
  }

  private async ask(before: FeatureFlag, after: FeatureFlag, wish: FlagWish, by: Principal): Promise<string> {
    const requests = this.database.unitOfWork.repository(FlagChangeRequest);
    const pending = await requests.countBy({ flagId: before.id, state: FlagChangeState.PENDING });
    if (pending >= MOST_PENDING) throw tooManyPending(before.id, MOST_PENDING);
    const now = this.clock.now();
    const request: FlagChangeRequest = {
      id: newId('fcr', now),
      flagId: before.id,
      baseRevision: before.revision,
      change: wish.change,
      changes: differences(before, after),
      unreviewedChanges: switchesOn(before, after) ? await this.history.changedWhileOff(before) : [],
      reason: wish.reason,
      state: FlagChangeState.PENDING,
      by: actorOf(by),
      createdAt: now,
      decidedBy: null,
      decisionReason: null,
      decidedAt: null,
      revision: null,
    };
    await requests.insert(request as object);
    await this.events.emit({
      type: FLAG_CHANGE_REQUESTED,
      subject: request.id,
      actor: by,
      reason: wish.reason,
      after: request,
      data: { flagId: before.id, key: before.key, baseRevision: before.revision },
    });
    return request.id;
  }
}

/** Itself, or for what depends on it: who changed what a protected flag requires would change its answers. */
function isProtected(
  { id, requiresReview }: Pick<FeatureFlag, 'id' | 'requiresReview'>,
  flags: FlagGraph<KnownFlag>,
): boolean {
  return requiresReview || flags.allRequiring(id).some((dependant) => dependant.requiresReview);
}
