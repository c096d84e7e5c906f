/**
 * Who gets which variant, from memory: the running tests with their flags, evaluated for one person. The cache is dropped by notification, with a short time to live as a belt.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { FLAG_CHANNEL } from '../feature-tests.events';
import type { AssignmentSource, TestAssignment } from '../../inference';
import type { FlagEnvironment, FlagRule } from '../flags/feature-flag.entity';
import { FlagEvaluator } from '../flags/flag-evaluation';
import type { AnalyticsConsent } from './analytics-consent';
import type { Variant } from './feature-test.type';

const REFRESH_MS = 30_000;

interface RunningTest {
  readonly id: string;
  readonly key: string;
  readonly deploymentId: string;
  readonly environment: string;
  readonly variants: readonly Variant[];
  readonly flagKey: string;
  readonly defaultValue: unknown;
  readonly rules: readonly FlagRule[];
  readonly environments: readonly FlagEnvironment[];
}

export class AssignmentService implements AssignmentSource {
  private tests: ReadonlyMap<string, RunningTest> = new Map();
  private evaluator = new FlagEvaluator([]);
  /** Looks so far, and the one that the tests are from. */
  private looks = 0;
  private seenAt = 0;
  private leave: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly log: Log,
    private readonly consent: AnalyticsConsent,
  ) {}

  async start(): Promise<void> {
    await this.refresh();
    const again = (): void => void this.refreshQuietly();
    this.leave = [this.consent.listen(), this.signals.subscribe(FLAG_CHANNEL, again, again)];
    this.timer = setInterval(() => void this.refreshQuietly(), REFRESH_MS);
    this.timer.unref();
  }

  stop(): Promise<void> {
    for (const leave of this.leave.splice(0)) leave();
    clearInterval(this.timer);
    return Promise.resolve();
  }

  /** The variant a person gets on this deployment; without consent for analytics, or a person, its own route. */
  async assign(
    customerId: string,
    endUserId: string | null,
    deploymentId: string,
  ): Promise<readonly TestAssignment[]> {
    const test = this.tests.get(deploymentId);
    if (!test || endUserId === null) return [];
    const { variantKey } = this.evaluator.evaluate(test.flagKey, { id: endUserId, customerId });
    const variant = test.variants.find(({ key }) => key === variantKey);
    if (!variant || !(await this.consent.given(customerId, endUserId))) return [];
    return [{ testId: test.id, variantKey: variant.key, versionId: variant.versionId }];
  }

  /** Reads the running tests anew. */
  async refresh(): Promise<void> {
    const look = ++this.looks;
    const rows = await this.database.read.sql<RunningTest>(SERVICE, 'feature-tests.running', RUNNING, []);
    // Answers may overtake each other: what an older look saw must not come back.
    if (look < this.seenAt) return;
    this.seenAt = look;
    const on = rows.filter(({ environment, environments }) =>
      environments.some((place) => place.environment === environment && place.enabled),
    );
    this.evaluator = new FlagEvaluator(
      on.map(({ key, flagKey, defaultValue, rules, variants }) => ({
        key: flagKey,
        defaultValue,
        rules: rules.map((rule) => ({ ...rule, condition: rule.condition ?? undefined })),
        experiment: { key, variants },
      })),
    );
    this.tests = new Map(on.map((test) => [test.deploymentId, test]));
  }

  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ error }, 'The running feature tests could not be read; the last known ones stay.');
    }
  }
}

const RUNNING = `
  select t.id, t.key, t.deployment_id as "deploymentId", t.environment, t.variants,
         f.key as "flagKey", f.default_value as "defaultValue", f.rules, f.environments
  from feature_tests t join feature_flags f on f.id = t.flag_id
  where t.state = 'RUNNING'`;
