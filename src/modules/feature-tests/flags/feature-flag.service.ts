/** Flags with their history: every change is a new revision with who, when and why, and every process hears of it. */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE, sqlState } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { Environment } from '../../deployments';
import { changedMeanwhile, keyTaken, unknownToPredictions, wrongValue } from '../feature-tests.errors';
import { FEATURE_FLAG_CREATED, FEATURE_FLAG_UPDATED, FLAG_CHANNEL } from '../feature-tests.events';
import { FeatureFlag, type FlagRule, FlagRevision, type FlagType } from './feature-flag.entity';
import { attributesAsked, conditionFault } from './flag-condition';
import { reachesEveryone } from './flag-reach';
import { fitsType } from './flag-value';

const UNIQUE_VIOLATION = '23505';

export interface FlagChange {
  readonly defaultValue?: unknown;
  readonly rules?: readonly FlagRule[] | null;
  readonly environments?: readonly { readonly environment: Environment; readonly enabled: boolean }[] | null;
  readonly stale?: string | null;
  readonly reason: string;
  readonly expectedRevision?: number | null;
}

export class FeatureFlagService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** Makes a flag, on in every environment. Inside the caller's unit of work. @throws AppError when the key is taken. */
  async create(key: string, type: FlagType, defaultValue: unknown, by: Principal): Promise<FeatureFlag> {
    const now = this.clock.now();
    const flag: FeatureFlag = {
      id: newId('flg', now),
      key,
      type,
      defaultValue,
      rules: [],
      environments: Object.values(Environment).map((environment) => ({ environment, enabled: true })),
      revision: 1,
      stale: null,
      createdAt: now,
      updatedAt: now,
    };
    const { unitOfWork } = this.database;
    await unitOfWork
      .repository(FeatureFlag)
      .insert(flag as object)
      .catch((error: unknown) => {
        throw sqlState(error) === UNIQUE_VIOLATION ? keyTaken() : error;
      });
    await this.keepRevision(flag, 'It was made.', by);
    await this.events.emit({ type: FEATURE_FLAG_CREATED, subject: flag.id, actor: by, after: flag });
    return flag;
  }

  /** A flag that no test is behind. Answers its id. @throws AppErrors for a value of another type; AppError when the key is taken. */
  async make(
    { key, type, defaultValue }: Pick<FeatureFlag, 'key' | 'type' | 'defaultValue'>,
    by: Principal,
  ): Promise<string> {
    if (!fitsType(type, defaultValue)) throw new AppErrors([wrongValue(['input', 'defaultValue'], type)]);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const { id } = await this.create(key, type, defaultValue, by);
      await this.signals.publish(FLAG_CHANNEL, { id });
      return id;
    });
  }

  /** @throws AppErrors with every value that does not fit the type and every condition that cannot be asked; AppError for an unknown id or another revision. */
  async update(id: string, change: FlagChange, by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const flags = unitOfWork.repository(FeatureFlag);
      const before = await flags.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['id']);
      const { expectedRevision } = change;
      if (typeof expectedRevision === 'number' && expectedRevision !== before.revision) {
        throw changedMeanwhile(id, ['input', 'expectedRevision']);
      }
      const after = changed(before, change, this.clock.now());
      refuseWrongRules(after, await this.hasTest(id));
      await flags.update(id, after as object);
      await this.keepRevision(after, change.reason, by);
      await this.events.emit({
        type: FEATURE_FLAG_UPDATED,
        subject: id,
        actor: by,
        reason: change.reason,
        before,
        after,
        data: { key: after.key, revision: after.revision, reachesEveryone: reachesEveryone(after) },
      });
      await this.signals.publish(FLAG_CHANNEL, { id });
    });
  }

  private async hasTest(id: string): Promise<boolean> {
    const rows = await this.database.unitOfWork.sql('select 1 from feature_tests where flag_id = $1', [id]);
    return rows.length > 0;
  }

  private async keepRevision(flag: FeatureFlag, reason: string, by: Principal): Promise<void> {
    const { revision, defaultValue, rules, environments, updatedAt } = flag;
    const row: FlagRevision = {
      id: newId('flr', updatedAt),
      flagId: flag.id,
      revision,
      defaultValue,
      rules,
      environments,
      reason,
      by: actorOf(by),
      at: updatedAt,
    };
    await this.database.unitOfWork.repository(FlagRevision).insert(row as object);
  }
}

function changed(before: FeatureFlag, change: FlagChange, now: Date): FeatureFlag {
  const wanted = new Map(change.environments?.map(({ environment, enabled }) => [environment, enabled]));
  return {
    ...before,
    defaultValue: change.defaultValue === undefined ? before.defaultValue : change.defaultValue,
    rules: change.rules
      ? change.rules.map(({ condition, value, percentage }) => ({ condition, value, percentage }))
      : before.rules,
    environments: before.environments.map(({ environment, enabled }) => ({
      environment,
      enabled: wanted.get(environment) ?? enabled,
    })),
    stale: change.stale === undefined ? before.stale : change.stale,
    revision: before.revision + 1,
    updatedAt: now,
  };
}

/** A prediction knows the person and the customer and nothing else: rules of a test that asked for more would answer it otherwise than a door. */
const KNOWN_TO_PREDICTIONS: ReadonlySet<string> = new Set(['id', 'customerId']);

function refuseWrongRules({ type, defaultValue, rules }: FeatureFlag, hasTest: boolean): void {
  const faults = rules.flatMap(({ value }, index) =>
    fitsType(type, value) ? [] : [wrongValue(['input', 'rules', String(index), 'value'], type)],
  );
  rules.forEach(({ condition }, index) => {
    if (!condition) return;
    const path = ['input', 'rules', String(index), 'condition'];
    const fault = conditionFault(condition);
    if (fault) faults.push(invalidInput(path, fault, 'condition'));
    else if (hasTest) {
      const foreign = [...attributesAsked(condition)].filter((name) => !KNOWN_TO_PREDICTIONS.has(name));
      if (foreign.length > 0) faults.push(unknownToPredictions(path, foreign));
    }
  });
  if (!fitsType(type, defaultValue)) faults.push(wrongValue(['input', 'defaultValue'], type));
  if (faults.length > 0) throw new AppErrors(faults);
}
