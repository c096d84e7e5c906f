/** What the survey holds about people beside their answers: when they were asked. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';

export const SURVEYS_PERSONAL_DATA: PersonalDataHolder = {
  table: 'survey_asks',
  holds: 'when the person was asked how they would miss the product',
  kept: 'two years unless configured otherwise, or until the person is forgotten',
  copy: { columns: { askedAt: 'asked_at' }, order: ['asked_at'] },
  forget: ['delete from survey_asks where customer_id = $1 and end_user_id = $2'],
};

export const SURVEYS_RETENTION: RetentionRule = {
  table: 'survey_asks',
  goes: 'when people were asked, and with it how many of them answered; the answers stay',
  days: 2 * 365,
  key: ['customer_id', 'giver', 'asked_at'],
  over: 'asked_at < $1',
  emptied: null,
};
