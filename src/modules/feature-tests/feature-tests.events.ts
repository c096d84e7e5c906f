/** What feature-tests says happened, what it listens to, and the channel on which its processes hear each other. Ids and figures only. */
export const FEATURE_FLAG_CREATED = 'feature-flag.created';
/**
 * `data`: key, revision, and reachesEveryone: whether in production nobody gets another value any more; emergency where it was
 * switched off without the review that was due; changeRequestId where it was reviewed.
 */
export const FEATURE_FLAG_UPDATED = 'feature-flag.updated';
export const FLAG_CHANGE_REQUESTED = 'flag-change.requested';
export const FLAG_CHANGE_APPROVED = 'flag-change.approved';
export const FLAG_CHANGE_REJECTED = 'flag-change.rejected';
export const FLAG_CHANGE_WITHDRAWN = 'flag-change.withdrawn';
/** The flag changed before anybody decided. */
export const FLAG_CHANGE_OUTDATED = 'flag-change.outdated';
export const FLAG_CLIENT_KEY_CREATED = 'flag-client-key.created';
export const FLAG_CLIENT_KEY_REVOKED = 'flag-client-key.revoked';
export const FEATURE_TEST_CREATED = 'feature-test.created';
export const FEATURE_TEST_STARTED = 'feature-test.started';
export const FEATURE_TEST_STOPPED = 'feature-test.stopped';
export const FEATURE_TEST_DECIDED = 'feature-test.decided';
export const TEST_SUITE_CREATED = 'test-suite.created';
export const TEST_SUITE_CHANGED = 'test-suite.changed';
export const TEST_RUN_COMPLETED = 'test-run.completed';
export const PERFORMANCE_TEST_COMPLETED = 'performance-test.completed';
export const METRIC_EVENTS_TRACKED = 'metric-events.tracked';

/** Said by feedback, a later module. `data`: inferenceId, and score where the feedback has one. */
export const FEEDBACK_SUBMITTED = 'feedback.submitted';

/** Somebody gave or withdrew consent; the payload is the person's id. */
export const CONSENT_CHANNEL = 'feature-tests.consent';

/** A flag changed, or a test with one; the payload is the flag's id. */
export const FLAG_CHANNEL = 'feature-flag';

/** A client key was revoked; the payload is its id. */
export const CLIENT_KEY_CHANNEL = 'flag-client-key';

/** `data` of feature-test.started, feature-test.stopped and feature-test.decided. */
export interface FeatureTestMoved extends Record<string, unknown> {
  readonly deploymentId: string;
  readonly planHash: string;
  readonly variant?: string;
  readonly healthy?: boolean;
}
