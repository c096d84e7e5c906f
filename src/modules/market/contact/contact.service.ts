/** Notes contacts with customers: the words sealed in their table, that there was one told as an event. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { RetentionRule } from '../../../platform/module';
import { Customer } from '../../identity';
import type { ContactNoteInput } from './contact.input';
import { CustomerContact } from './customer-contact.entity';

const PURPOSE = 'contact-summary';

export const CONTACT_RETENTION: RetentionRule = {
  table: 'customer_contacts',
  goes: 'what was spoken about with customers; that there was a contact stays',
  days: 3 * 365,
  key: ['customer_id', 'id'],
  over: 'at < $1 and summary is not null',
  emptied: 'summary = null',
};

export class ContactService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** Event: contact.noted. @throws AppError NOT_FOUND for an unknown customer, INVALID_INPUT for a time to come. */
  async note(
    { customerId, channel, summary, at }: ContactNoteInput,
    by: Principal,
  ): Promise<CustomerContact> {
    const now = this.clock.now();
    if (at && at > now)
      throw invalidInput(
        ['input', 'at'],
        'A contact is noted once it was: take a time that is past.',
        'past',
      );
    const id = newId('cct', now);
    const contact: CustomerContact = {
      id,
      customerId,
      channel,
      summary: this.crypto.seal(PURPOSE, summary, contextOf(id)),
      notedBy: actorOf(by),
      at: at ?? now,
      createdAt: now,
    };
    await this.database.unitOfWork.run(SERVICE, async () => {
      if (!(await this.database.unitOfWork.repository(Customer).existsBy({ id: customerId })))
        throw notFound(['input', 'customerId']);
      await this.database.unitOfWork.repository(CustomerContact).insert(contact);
      const data = { channel, at: contact.at.toISOString() };
      await this.events.emit({ type: 'contact.noted', customerId, subject: id, after: contact, data });
    });
    return contact;
  }

  /** What was spoken about; null once its time is over. */
  summaryOf({ id, summary }: Pick<CustomerContact, 'id' | 'summary'>): string | null {
    return summary === null ? null : this.crypto.open(PURPOSE, summary, contextOf(id)).toString();
  }
}

function contextOf(id: string): string {
  return `customer_contacts:${id}:summary`;
}
