/** Who says no to a purpose takes along what was kept by that consent alone: not only out of reach, but gone. */
import type { DomainEvent, EventSubscriber } from '../../platform/events';
import type { ConsentPurpose } from './consent-purpose';

export interface Withdrawal {
  readonly customerId: string;
  readonly endUserId: string;
  /** What came after it rests on a consent that was given since, and stays. */
  readonly at: Date;
}

export class WithdrawalSubscriber implements EventSubscriber {
  readonly types = ['consent.withdrawn'];
  readonly where: string;

  /** @param forget is right when it is told of a withdrawal twice. */
  constructor(
    readonly name: string,
    purpose: ConsentPurpose,
    private readonly forget: (withdrawal: Withdrawal) => Promise<void>,
  ) {
    this.where = `data->>'purpose' = '${purpose}'`;
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { customerId, data, at } of events) {
      const endUserId = data['endUserId'];
      if (customerId && typeof endUserId === 'string') await this.forget({ customerId, endUserId, at });
    }
  }
}
