/** The rows that were made of somebody's words, taken back when they say no to TRAINING. */
import type { Database } from '../../../platform/database';
import { ConsentPurpose, WithdrawalSubscriber } from '../../privacy';
import { Feedback } from '../feedback.entity';
import { FeedbackEventKind } from '../feedback-event.entity';
import type { FeedbackHistoryService } from '../feedback-history.service';
import type { CuratedRowRepository } from './curated-row.repository';

const NAME = 'feedback.consent-withdrawal';

export const curationWithdrawal = (
  { unitOfWork }: Database,
  rows: CuratedRowRepository,
  history: FeedbackHistoryService,
): WithdrawalSubscriber =>
  new WithdrawalSubscriber(NAME, ConsentPurpose.TRAINING, async ({ customerId, endUserId, at }) => {
    const items = unitOfWork.repository(Feedback);
    for (const id of await rows.takeBackOf(customerId, endUserId, at)) {
      const item = await items.findOneByOrFail({ customerId, id });
      const step = { kind: FeedbackEventKind.UNCURATED, changes: {} };
      await history.record(item, { kind: 'SYSTEM', name: NAME }, step);
    }
  });
