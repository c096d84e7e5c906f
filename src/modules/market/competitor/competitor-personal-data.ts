/** What the list of mentions holds about people: that something they said names a competitor. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';

export const MENTIONS_PERSONAL_DATA: PersonalDataHolder = {
  table: 'competitor_mentions',
  holds: 'which of our competitors the person named in what they said',
  kept: 'three years unless configured otherwise, until what they said is changed or taken back, or the person is forgotten',
  copy: {
    columns: {
      feedbackId: 'feedback_id',
      competitor: '(select name from competitors where competitors.id = competitor_id)',
      saidAt: 'said_at',
    },
    order: ['feedback_id', 'competitor_id'],
  },
  forget: ['delete from competitor_mentions where customer_id = $1 and end_user_id = $2'],
};

export const MENTIONS_RETENTION: RetentionRule = {
  table: 'competitor_mentions',
  goes: 'that something that was said names a competitor',
  days: 3 * 365,
  key: ['customer_id', 'feedback_id', 'competitor_id'],
  over: 'said_at < $1',
  emptied: null,
};
