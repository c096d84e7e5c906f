/** What feedback holds about people: what they said, for as long as somebody may still act on it. */
import type { PersonalDataHolder, RetentionRule } from '../../platform/module';

/**
 * What reviewers think of a person's words is about the person, too (CJEU C-434/16, Nowak, of an examiner's comments). Who wrote it is
 * about the reviewer, and stays here (GDPR Art. 15(4)).
 */
const NOTES = `(
  select jsonb_agg(jsonb_build_object('at', step.at, 'note', step.note) order by step.at, step.id)
  from feedback_events step
  where step.customer_id = feedback.customer_id and step.feedback_id = feedback.id and step.note is not null
)`;

export const FEEDBACK_PERSONAL_DATA: readonly PersonalDataHolder[] = [
  {
    table: 'feedback',
    holds: 'what the person said about answers and the product, and what reviewers noted about it',
    kept: 'the words for three years unless configured otherwise, until they are taken back, or the person is forgotten; that something was said, and its score, for as long as the product is measured by it',
    copy: {
      columns: {
        id: 'id',
        kind: 'kind',
        score: 'score',
        text: 'text',
        correction: 'correction',
        inferenceId: 'inference_id',
        status: 'status',
        severity: 'severity',
        fixed: 'fixed',
        askedAt: 'asked_at',
        tags: 'tags',
        reviewerNotes: NOTES,
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        withdrawnAt: 'withdrawn_at',
      },
      order: ['id'],
    },
    forget: [
      `update feedback set text = null, correction = null, version = version + 1
              where customer_id = $1 and end_user_id = $2 and (text is not null or correction is not null)`,
      // What reviewers noted about the words may repeat them.
      `update feedback_events set note = null where customer_id = $1 and note is not null and feedback_id in (
              select id from feedback where customer_id = $1 and end_user_id = $2)`,
    ],
  },
];

export const FEEDBACK_RETENTION: readonly RetentionRule[] = [
  {
    table: 'feedback',
    goes: 'words and corrections; that something was said, and its score, stay',
    days: 3 * 365,
    key: ['customer_id', 'id'],
    over: 'updated_at < $1 and (text is not null or correction is not null)',
    emptied: 'text = null, correction = null, version = version + 1',
  },
  {
    table: 'feedback_events',
    goes: 'what reviewers noted, which may repeat the words; what they decided stays',
    days: 3 * 365,
    key: ['customer_id', 'id'],
    over: 'at < $1 and note is not null',
    emptied: 'note = null',
  },
];
