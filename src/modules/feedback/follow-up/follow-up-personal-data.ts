/** What following up holds about people: that they were told of their feedback, for as long as somebody may ask whether they were. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';

export const NOTICES_PERSONAL_DATA: PersonalDataHolder = {
  table: 'feedback_notices',
  holds: 'when the person was told, or not told, what became of what they said',
  kept: 'a year unless configured otherwise, or until the person is forgotten',
  copy: {
    columns: {
      feedbackId: 'feedback_id',
      status: 'status',
      asks: 'asks',
      outcome: 'outcome',
      createdAt: 'created_at',
      toldAt: 'told_at',
    },
    order: ['feedback_id', 'event_id'],
  },
  forget: ['delete from feedback_notices where customer_id = $1 and end_user_id = $2'],
};

export const NOTICES_RETENTION: RetentionRule = {
  table: 'feedback_notices',
  goes: 'that givers were told of a step; where their feedback stands stays',
  days: 365,
  key: ['customer_id', 'feedback_id', 'event_id'],
  over: `created_at < $1 and outcome <> 'PENDING'`,
  emptied: null,
};
