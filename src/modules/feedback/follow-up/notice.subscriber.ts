/** Steps of which givers are to hear: a reviewer moved their feedback, or a flag that it led to reaches everyone. */
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { FEATURE_FLAG_UPDATED } from '../../feature-tests';
import { FEEDBACK_TRIAGED } from '../feedback.events';
import type { NoticeService } from './notice.service';

export class NoticeSubscriber implements EventSubscriber {
  readonly name = 'feedback.notices';
  readonly types = [FEEDBACK_TRIAGED, FEATURE_FLAG_UPDATED];
  readonly where = `data->>'statusBefore' is not null or (data->>'reachesEveryone')::boolean`;

  constructor(private readonly notices: Pick<NoticeService, 'ofStatus' | 'ofFlag'>) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type === FEEDBACK_TRIAGED) await this.notices.ofStatus(event);
      else await this.notices.ofFlag(event);
    }
  }
}
