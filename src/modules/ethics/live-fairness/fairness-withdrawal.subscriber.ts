/** Who says no to FAIRNESS_MONITORING takes their groups with it: not only out of reach, but gone. */
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { ConsentPurpose } from '../../privacy';
import type { EndUserGroupsService } from './end-user-groups.service';

export class FairnessWithdrawalSubscriber implements EventSubscriber {
  readonly name = 'ethics.fairness-withdrawal';
  readonly types = ['consent.withdrawn'];
  readonly where = `data->>'purpose' = '${ConsentPurpose.FAIRNESS_MONITORING}'`;

  constructor(private readonly groups: Pick<EndUserGroupsService, 'forget'>) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { customerId, data, at } of events) {
      const endUserId = data['endUserId'];
      if (customerId && typeof endUserId === 'string')
        await this.groups.forget({ customerId, endUserId }, at);
    }
  }
}
