/** Who says no to TRAINING takes the rows that were made of their words with it: not only out of reach, but gone. */
import type { Database } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { ConsentPurpose } from '../../privacy';
import { Feedback } from '../feedback.entity';
import { FeedbackEventKind } from '../feedback-event.entity';
import type { FeedbackHistoryService } from '../feedback-history.service';
import type { CuratedRowRepository } from './curated-row.repository';

const NAME = 'feedback.consent-withdrawal';

export class ConsentWithdrawalSubscriber implements EventSubscriber {
  readonly name = NAME;
  readonly types = ['consent.withdrawn'];
  readonly where = `data->>'purpose' = '${ConsentPurpose.TRAINING}'`;

  constructor(
    private readonly database: Database,
    private readonly rows: CuratedRowRepository,
    private readonly history: FeedbackHistoryService,
  ) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { customerId, data, at } of events) {
      const endUserId = data['endUserId'];
      if (customerId && typeof endUserId === 'string') await this.takeBack(customerId, endUserId, at);
    }
  }

  /** What was accepted since rests on a consent that was given since. */
  private async takeBack(customerId: string, endUserId: string, at: Date): Promise<void> {
    const items = this.database.unitOfWork.repository(Feedback);
    for (const id of await this.rows.takeBackOf(customerId, endUserId, at)) {
      const item = await items.findOneByOrFail({ customerId, id });
      const step = { kind: FeedbackEventKind.UNCURATED, changes: {} };
      await this.history.record(item, { kind: 'SYSTEM', name: NAME }, step);
    }
  }
}
