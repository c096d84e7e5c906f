/** What the net promoter score holds about people: a number. */
import type { PersonalDataHolder } from '../../../platform/module';

export const NPS_PERSONAL_DATA: PersonalDataHolder = {
  table: 'nps_answers',
  holds: 'how likely the person is to recommend the product, from 0 to 10',
  kept: 'as long as the answer stands; a number of nobody once the person is forgotten',
  copy: { columns: { feedbackId: 'feedback_id', score: 'score', at: 'at' }, order: ['feedback_id'] },
  forget: [],
};
