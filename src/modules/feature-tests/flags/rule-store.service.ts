/**
 * The one rule store: every flag with the test behind it, in memory, from which predictions and the open doors alike are
 * evaluated. Read anew by notification, with a short time to live as a belt.
 */
import { contentHash } from '../../../kernel/hash';
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { Environment } from '../../deployments';
import type { Variant } from '../experiments/feature-test.type';
import { FLAG_CHANNEL } from '../feature-tests.events';
import type { FlagEnvironment, FlagRule, FlagType } from './feature-flag.entity';
import { type EvaluatedFlag, FlagEvaluator } from './flag-evaluation';

const REFRESH_MS = 30_000;

export interface RunningTest {
  readonly id: string;
  readonly key: string;
  readonly deploymentId: string;
  readonly environment: Environment;
  readonly variants: readonly Variant[];
}

interface StoredPrerequisite {
  readonly flagId: string;
  /** Of that flag. */
  readonly key: string;
  readonly value: unknown;
}

export interface StoredFlag {
  readonly id: string;
  readonly key: string;
  readonly type: FlagType;
  readonly defaultValue: unknown;
  readonly prerequisites: readonly StoredPrerequisite[];
  readonly rules: readonly FlagRule[];
  readonly environments: readonly FlagEnvironment[];
  /** The customer whose private deployment its test is about; null = everyone may know of it. */
  readonly ownerId: string | null;
  /** Of the test behind it, also when it is over; null where there was none. */
  readonly testKey: string | null;
  /** Whether its test is only planned: nobody outside knows of it yet. */
  readonly isPlanned: boolean;
  /** null while no test runs behind it. */
  readonly test: RunningTest | null;
}

export class RuleStore {
  private stored: readonly StoredFlag[] = [];
  private byKey: ReadonlyMap<string, StoredFlag> = new Map();
  private evaluators: ReadonlyMap<Environment, FlagEvaluator> = new Map();
  private hash = '';
  /** Looks so far, and the one that the flags are from. */
  private looks = 0;
  private seenAt = 0;
  private leave: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    await this.refresh();
    const again = (): void => void this.refreshQuietly();
    this.leave = this.signals.subscribe(FLAG_CHANNEL, again, again);
    this.timer = setInterval(again, REFRESH_MS);
    this.timer.unref();
  }

  stop(): Promise<void> {
    this.leave?.();
    clearInterval(this.timer);
    return Promise.resolve();
  }

  /** In the order of their keys. */
  get flags(): readonly StoredFlag[] {
    return this.stored;
  }

  /** The same for the same flags in every process, and another one after every change. */
  get version(): string {
    return this.hash;
  }

  flag(key: string): StoredFlag | undefined {
    return this.byKey.get(key);
  }

  evaluator(environment: Environment): FlagEvaluator {
    return this.evaluators.get(environment) ?? new FlagEvaluator([]);
  }

  /** Told after each change of what is stored. Answers what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Reads flags and tests anew. */
  async refresh(): Promise<void> {
    const look = ++this.looks;
    const rows = await this.database.read.sql<StoredFlag>(SERVICE, 'feature-tests.rules', RULES, []);
    // Answers may overtake each other: what an older look saw must not come back.
    if (look < this.seenAt) return;
    this.seenAt = look;
    const hash = contentHash(rows);
    if (hash === this.hash) return;
    this.hash = hash;
    this.stored = rows;
    this.byKey = new Map(rows.map((flag) => [flag.key, flag]));
    this.evaluators = new Map(
      Object.values(Environment).map((environment) => [
        environment,
        new FlagEvaluator(rows.map((flag) => evaluatedIn(flag, environment))),
      ]),
    );
    for (const listener of this.listeners) listener();
  }

  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ error }, 'The flags could not be read; the last known ones stay.');
    }
  }
}

export function isOn({ environments }: Pick<StoredFlag, 'environments'>, environment: Environment): boolean {
  return environments.some((place) => place.environment === environment && place.enabled);
}

/** A flag as it stands in an environment: where it is off, the default alone. */
export function evaluatedIn(flag: StoredFlag, environment: Environment): EvaluatedFlag {
  const { key, defaultValue, prerequisites, rules, test, testKey } = flag;
  if (!isOn(flag, environment)) return { key, defaultValue, rules: [] };
  const experiment =
    test?.environment === environment ? { key: test.key, variants: test.variants } : undefined;
  return {
    key,
    defaultValue,
    prerequisites,
    rules: rules.map((rule) => ({ ...rule, condition: rule.condition ?? undefined })),
    // The test draws by the same key: a share in front of it would take its people from one variant before the others.
    ...(testKey !== null && { shareSeed: `${key} shares` }),
    experiment,
  };
}

/** Columns of a StoredFlag from `feature_tests t` and its `deployments d`. */
export const TEST_OF_FLAG = `d.customer_id as "ownerId", t.key as "testKey", coalesce(t.state = 'DRAFT', false) as "isPlanned",
         case when t.state = 'RUNNING' then jsonb_build_object('id', t.id, 'key', t.key, 'deploymentId', t.deployment_id,
           'environment', t.environment, 'variants', t.variants) end as test`;

const RULES = `
  select f.id, f.key, f.type, f.default_value as "defaultValue", f.rules, f.environments, coalesce(required.flags, '[]') as prerequisites,
         ${TEST_OF_FLAG}
  from feature_flags f
  left join feature_tests t on t.flag_id = f.id
  left join deployments d on d.id = t.deployment_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('flagId', p.id, 'key', p.key, 'value', asked.one -> 'value') order by asked.place) as flags
    from jsonb_array_elements(f.prerequisites) with ordinality as asked (one, place)
    join feature_flags p on p.id = asked.one ->> 'flagId') as required on true
  where f.archived_at is null
  order by f.key`;
