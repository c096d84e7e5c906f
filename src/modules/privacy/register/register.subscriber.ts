/** Writes into the register what was taken back and what may not be used, a moment after it was said. */
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import type { ConsentPurpose } from '../consent-purpose';
import type { Decision } from './decision';
import type { RegisterService } from './register.service';

const AT_ONCE = 16;

export class RegisterSubscriber implements EventSubscriber {
  readonly name = 'privacy.register';
  readonly types = ['consent.withdrawn', 'end-user.restricted', 'end-user.restriction-lifted'];

  constructor(private readonly register: Pick<RegisterService, 'note'>) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    // Of several with one name the last stands.
    const decisions = new Map<string, Decision>();
    for (const event of events) {
      const decision = decisionOf(event);
      if (decision) decisions.set(`${decision.endUserId} ${decision.kind} ${decision.purpose}`, decision);
    }
    const all = [...decisions.values()];
    for (let at = 0; at < all.length; at += AT_ONCE)
      await Promise.all(all.slice(at, at + AT_ONCE).map((decision) => this.register.note(decision)));
  }
}

function decisionOf({ id: eventId, type, customerId, subject, data, at: moment }: DomainEvent) {
  if (customerId === null) return undefined;
  const at = moment.toISOString();
  if (type === 'consent.withdrawn') {
    const { endUserId, purpose } = data as { endUserId: string; purpose: ConsentPurpose };
    return { customerId, endUserId, kind: 'withdrawn', purpose, stands: true, at, eventId } as const;
  }
  const stands = type === 'end-user.restricted';
  return { customerId, endUserId: subject, kind: 'restriction', stands, at, eventId } as const;
}
