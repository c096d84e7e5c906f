/** Who gets which variant of the tests that run, from memory. */
import type { AssignmentSource, TestAssignment } from '../../inference';
import { isOn, type RuleStore, type RunningTest } from '../flags/rule-store.service';
import type { AnalyticsConsent } from './analytics-consent';

interface FlaggedTest extends RunningTest {
  readonly flagKey: string;
}

export class AssignmentService implements AssignmentSource {
  private tests: ReadonlyMap<string, FlaggedTest> = new Map();

  constructor(
    private readonly rules: RuleStore,
    private readonly consent: Pick<AnalyticsConsent, 'given'>,
  ) {
    rules.onChange(() => this.take());
  }

  /** The variant a person gets on this deployment; without consent for analytics, or a person, its own route. */
  async assign(
    customerId: string,
    endUserId: string | null,
    deploymentId: string,
  ): Promise<readonly TestAssignment[]> {
    const test = this.tests.get(deploymentId);
    if (!test || endUserId === null) return [];
    // Who gets no variant at all needs not be asked for.
    const person = { id: endUserId, customerId, analyticsConsent: true };
    const { variantKey } = this.rules.evaluator(test.environment).evaluate(test.flagKey, person);
    const variant = test.variants.find(({ key }) => key === variantKey);
    if (!variant || !(await this.consent.given(customerId, endUserId))) return [];
    return [{ testId: test.id, variantKey: variant.key, versionId: variant.versionId }];
  }

  private take(): void {
    this.tests = new Map(
      this.rules.flags.flatMap((flag): [string, FlaggedTest][] => {
        const { key: flagKey, test } = flag;
        return test && isOn(flag, test.environment) ? [[test.deploymentId, { ...test, flagKey }]] : [];
      }),
    );
  }
}
