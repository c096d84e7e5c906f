/**
 * Tells customers of a breach. The notices are put down in one transaction with the line of the incident, and stand in the customers'
 * accounts from then on; a job mails each in a transaction of its own, in which that is noted: a worker that dies has done both or neither.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { actorOf, type Principal, tenantOf } from '../../../kernel/principal';
import { type Database, scopeOf, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { eachApart, type JobDefinition, type Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { Mail } from '../../../platform/mail';
import type { IdentityService } from '../../identity';
import { breachNoticeAcknowledged, breachNoticeSent, customersNotified } from '../ethics.events';
import { Incident } from '../incident/incident.entity';
import { IncidentEntryKind } from '../incident/incident-entry.entity';
import type { IncidentService } from '../incident/incident.service';
import { breachLetter } from './breach-letter';
import { BreachNotice } from './breach-notice.entity';
import type { IncidentNotifyCustomersInput } from './breach-notice.input';

const MAIL_NOTICES = 'ethics.mail-breach-notices';
const AT_ONCE = 100;

type Wish = Omit<IncidentNotifyCustomersInput, 'id'>;

const KNOWN = 'select count(*)::int as count from customers where id = any($1)';

/** Whoever was told this already, by a call before or at the same time, is not told again. */
const PUT_DOWN = `insert into breach_notices (customer_id, id, incident_id, text_hash, became_aware_at, nature, affected_people,
    affected_records, consequences, measures, contact, sent_by, created_at)
  select id, flywheel_id('bnt', $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $1 from customers
  where $12::text[] is null or id = any($12) order by id
  on conflict do nothing returning customer_id as "customerId"`;

const UNMAILED = `select id from breach_notices where incident_id = $1 and mailed_at is null and id > $2 order by id limit ${AT_ONCE}`;

export interface BreachNoticeDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly log: Log;
  readonly incidents: Pick<IncidentService, 'hold' | 'note'>;
  readonly identity: Pick<IdentityService, 'privacyContacts'>;
  /** Where a member reads it. */
  readonly link: () => string;
}

export class BreachNoticeService {
  readonly job: JobDefinition<{ readonly incidentId: string }> = {
    kind: MAIL_NOTICES,
    queue: ({ incidentId }) => `breach notices of ${incidentId}`,
    run: ({ incidentId }, { signal }) =>
      eachApart(
        this.unmailed(incidentId),
        {
          log: this.doors.log,
          failure: 'a customer could not be mailed of a breach',
          of: (noticeId) => ({ noticeId }),
          signal,
        },
        (noticeId) => this.mailOne(noticeId),
      ),
  };

  constructor(private readonly doors: BreachNoticeDoors) {}

  /**
   * Answers how many were told who had not been told this. What was not mailed yet is tried again. Event: incident.customers-notified;
   * breach-notice.sent of each. @throws AppError NOT_FOUND, CONFLICT where it is no breach, INVALID_INPUT.
   */
  async send(incidentId: string, wish: Wish, by: Principal): Promise<number> {
    const { unitOfWork } = this.doors.database;
    const { customerIds, allCustomers, ...facts } = wish;
    if ((customerIds == null) === !allCustomers)
      throw invalidInput(
        ['input', 'customerIds'],
        'Say whom to tell: either customerIds or allCustomers.',
        'exactlyOne',
      );
    return unitOfWork.run(SERVICE, async () => {
      const incident = await this.doors.incidents.hold(incidentId);
      if (!incident.isPersonalDataBreach)
        throw conflict(
          'Customers are told of personal data breaches: first say with incidentUpdate that it is one.',
          ['input', 'id'],
          incidentId,
        );
      if (customerIds) await this.checkKnown(customerIds);
      const { nature, affectedPeople, affectedRecords, consequences, measures, contact } = facts;
      const words = [nature, affectedPeople, affectedRecords, consequences, measures, contact];
      const textHash = contentHash(words);
      const { becameAwareAt } = incident;
      const told = await unitOfWork.sql(PUT_DOWN, [
        this.doors.clock.now(),
        incidentId,
        textHash,
        becameAwareAt,
        ...words,
        actorOf(by),
        customerIds ?? null,
      ]);
      await this.doors.jobs.enqueue(MAIL_NOTICES, { incidentId });
      if (told.length === 0) return 0;
      // Whoever tells some found that they are concerned.
      await unitOfWork.repository(Incident).update({ id: incidentId }, { customersNotConcernedReason: null });
      const text = `${told.length} ${told.length === 1 ? 'customer' : 'customers'}`;
      const entry = { kind: IncidentEntryKind.CUSTOMERS_NOTIFIED, text };
      await this.doors.incidents.note(incident, [entry], actorOf(by));
      await this.doors.events.emit(customersNotified(incident, told.length, textHash));
      return told.length;
    });
  }

  /** The first who says so is kept. Event: breach-notice.acknowledged. @throws AppError NOT_FOUND. */
  acknowledge(id: string, by: Principal): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const customerId = tenantOf(by)!;
    return unitOfWork.run(scopeOf(by), async () => {
      const notices = unitOfWork.repository(BreachNotice);
      const where = { customerId, id };
      const before = await notices.findOne({ where, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['input', 'id']);
      if (before.acknowledgedAt) return;
      const acknowledged = { acknowledgedAt: this.doors.clock.now(), acknowledgedBy: actorOf(by) };
      await notices.update(where, acknowledged);
      await this.doors.events.emit(breachNoticeAcknowledged(before, { ...before, ...acknowledged }));
    });
  }

  private async checkKnown(customerIds: readonly string[]): Promise<void> {
    const [known] = await this.doors.database.unitOfWork.sql<{ count: number }>(KNOWN, [customerIds]);
    if (known!.count !== new Set(customerIds).size) throw notFound(['input', 'customerIds']);
  }

  private async *unmailed(incidentId: string): AsyncGenerator<string> {
    const { read } = this.doors.database;
    for (let after = ''; ;) {
      const values = [incidentId, after];
      const some = await read.sql<{ id: string }>(
        SERVICE,
        'ethics unmailed breach notices',
        UNMAILED,
        values,
      );
      for (const { id } of some) yield id;
      if (some.length < AT_ONCE) return;
      after = some.at(-1)!.id;
    }
  }

  private mailOne(id: string): Promise<void> {
    const { unitOfWork } = this.doors.database;
    return unitOfWork.run(SERVICE, async () => {
      const notices = unitOfWork.repository(BreachNotice);
      const notice = await notices.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!notice || notice.mailedAt) return;
      const contacts = await this.doors.identity.privacyContacts(notice.customerId);
      const letter = breachLetter(notice, this.doors.link());
      for (const to of contacts) await this.doors.mail.send({ about: `breach notice ${id}`, to, ...letter });
      const mailed = { mailedAt: this.doors.clock.now(), mailedTo: contacts.length };
      await notices.update({ id }, mailed);
      await this.doors.events.emit(breachNoticeSent({ ...notice, ...mailed }));
    });
  }
}
