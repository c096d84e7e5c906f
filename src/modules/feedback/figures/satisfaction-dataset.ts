/** What people say of the product in scores, as privacy may release it: never the words, and of nobody more than a few. */
import { PrivacyAccounting, type ReleasableDataset, type ReleasableMeasure } from '../../privacy';
import { FeedbackKind, scaleOf } from '../feedback-kind';

/** How bad a problem is says nothing of how content a person is. */
const KINDS = [
  FeedbackKind.THUMBS,
  FeedbackKind.RATING,
  FeedbackKind.CSAT,
  FeedbackKind.CES,
  FeedbackKind.NPS,
] as const;
/** Few people rate more often in a month, and each further row would be paid for by everybody with noise. */
const ROWS_PER_PERSON = 3;

export const satisfactionDataset: ReleasableDataset = {
  name: 'satisfaction',
  holds:
    'Scores that end users gave to answers and to the product, as they stand: changed ones as changed, withdrawn ones not.',
  budget: { accounting: PrivacyAccounting.PURE, total: '2' },
  measures: KINDS.map(measureOf),
};

function measureOf(kind: (typeof KINDS)[number]): ReleasableMeasure {
  return {
    name: kind.toLowerCase(),
    describes: `One score of the kind ${kind}.`,
    values: { kind: 'SCORES', ...scaleOf(kind)! },
    rowsPerPerson: ROWS_PER_PERSON,
    rows: `select customer_id, end_user_id, id, score::int as value from feedback
      where kind = '${kind}' and score is not null and created_at >= $1 and created_at < $2`,
  };
}
