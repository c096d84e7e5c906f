/** What feedback says happened: ids and figures only, never the words. */
import type { NewEvent } from '../../platform/events';
import { VersionChoice } from '../inference';
import { satisfaction } from './feedback-kind';
import type { Feedback } from './feedback.entity';

export const FEEDBACK_SUBMITTED = 'feedback.submitted';
export const FEEDBACK_CHANGED = 'feedback.changed';
export const FEEDBACK_WITHDRAWN = 'feedback.withdrawn';
export const FEEDBACK_TRIAGED = 'feedback.triaged';
export const FEEDBACK_MERGED = 'feedback.merged';
export const FEEDBACK_UNMERGED = 'feedback.unmerged';
export const FEEDBACK_CURATED = 'feedback.curated';
export const FEEDBACK_UNCURATED = 'feedback.uncurated';
export const FEEDBACK_CONFIRMED = 'feedback.confirmed';
export const FEEDBACK_REOPENED = 'feedback.reopened';
export const FEEDBACK_LINKED = 'feedback.linked';
export const FEEDBACK_UNLINKED = 'feedback.unlinked';
/** The customer’s server is to tell the giver; `data`: status, asksIfFixed, endUserId. */
export const FEEDBACK_GIVER_TOLD = 'feedback.giver-told';
/** A reviewer named a topic. */
export const FEEDBACK_TOPIC_RENAMED = 'feedback-topic.renamed';
/** Staff looked at what is learned of a correction. */
export const CURATED_ROWS_READ = 'feedback.curated-rows-read';

/** `data` of every event of feedback. */
interface FeedbackEventData extends Record<string, unknown> {
  readonly kind: string;
  /** 0 (worst) to 1 (best), whatever the kind; null where it tells no satisfaction, and once withdrawn. */
  readonly score: number | null;
  readonly status: string;
  /** Where it stood before, where this step moved it. */
  readonly statusBefore: string | null;
  readonly severity: number | null;
  /** Whether anything was said in words; never the words. */
  readonly hasWords: boolean;
  readonly inferenceId: string | null;
  readonly endUserId: string | null;
  readonly deploymentId: string | null;
  readonly modelVersionId: string | null;
  /** Whether the routes of the deployment chose the version: only then is it a word about a canary. */
  readonly routed: boolean;
}

/** Without the note of a reviewer: it may repeat the words, and nothing is forgotten from the log. */
export function feedbackEvent(type: string, item: Feedback, statusBefore: string | null): NewEvent {
  const { kind, status, severity, inferenceId, endUserId, deploymentId, modelVersionId, versionChoice } =
    item;
  const data: FeedbackEventData = {
    kind,
    score: satisfaction(kind, item.score),
    status,
    statusBefore,
    severity,
    hasWords: item.text !== null,
    inferenceId,
    endUserId,
    deploymentId,
    modelVersionId,
    routed: versionChoice === VersionChoice.ROUTES,
  };
  return { type, customerId: item.customerId, subject: item.id, data };
}
