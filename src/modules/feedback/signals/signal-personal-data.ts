/** What signals hold about people: what they did with answers, while they agree, for a year. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';

export const SIGNALS_PERSONAL_DATA: PersonalDataHolder = {
  table: 'feedback_signals',
  holds:
    'what the person did with answers (asked again, copied, edited, left), by their consent to ANALYTICS',
  kept: 'a year unless configured otherwise, until they withdraw that consent, or are forgotten',
  copy: {
    columns: {
      inferenceId: 'inference_id',
      kind: 'kind',
      editDistance: 'edit_distance',
      times: 'times',
      answeredAt: 'answered_at',
      lastAt: 'last_at',
    },
    order: ['inference_id', 'kind'],
  },
  forget: ['delete from feedback_signals where customer_id = $1 and end_user_id = $2'],
};

export const SIGNALS_RETENTION: RetentionRule = {
  table: 'feedback_signals',
  goes: 'what people did with answers',
  days: 365,
  key: ['customer_id', 'inference_id', 'kind'],
  over: 'last_at < $1',
  emptied: null,
};
