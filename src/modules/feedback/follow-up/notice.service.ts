/**
 * Puts down who is to hear of a step, in the transaction in which its event is marked as handled, and tells them in a job. Whether
 * somebody may be told is decided at that moment: a person by their consent as it stands then, a member by their wish.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { DomainEvent, Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Mail } from '../../../platform/mail';
import type { IdentityService } from '../../identity';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import { FEEDBACK_GIVER_TOLD } from '../feedback.events';
import { FeedbackStatus } from '../triage/feedback-status';
import { NoticeOutcome } from './feedback-notice.entity';
import { noticeMail } from './notice-text';

const AT_ONCE = 100;

/** Those who asked: who said it, and who said what was merged into it. Of whoever was forgotten nothing is put down any more. */
const PUT_DOWN = `insert into feedback_notices
    (customer_id, feedback_id, event_id, end_user_id, status, asks, outcome, created_at)
  select customer_id, id, $2, end_user_id, coalesce($3, status), $4, 'PENDING', $5 from feedback
  where (id = any($1) or merged_into_id = any($1)) and withdrawn_at is null and not exists (select from end_users person
    where person.customer_id = feedback.customer_id and person.id = feedback.end_user_id and person.erased_at is not null)
  on conflict do nothing returning feedback_id as "feedbackId"`;

const ASK = 'update feedback set asked_at = $2, fixed = null where id = any($1)';

const REACHED = `update feedback_links set asked_at = $2 where target_id = $1 and asked_at is null
  returning feedback_id as "feedbackId"`;

const PENDING = `select notice.customer_id as "customerId", notice.feedback_id as "feedbackId", notice.event_id as "eventId",
    said.giver, said.end_user_id as "endUserId", notice.status, notice.asks, said.notify_giver as "isWished",
    said.withdrawn_at is not null as "isGone",
    ${CONSENT_NOW_SQL('said.customer_id', 'said.end_user_id', ConsentPurpose.FEEDBACK_CONTACT)} as "isAgreed"
  from feedback_notices as notice join feedback as said
    on said.customer_id = notice.customer_id and said.id = notice.feedback_id
  where notice.event_id = $1 and notice.outcome = 'PENDING'`;

const NEXT = `${PENDING} and notice.feedback_id > $2 order by notice.feedback_id limit ${AT_ONCE}`;
/** Of two workers the second waits, and finds it done. */
const ONE = `${PENDING} and notice.feedback_id = $2 for update of notice`;

const DONE = `update feedback_notices set outcome = $4, told_at = $5
  where customer_id = $1 and feedback_id = $2 and event_id = $3 and outcome = 'PENDING'`;

const GIVE_UP = `update feedback_notices set outcome = 'WITHHELD' where event_id = $1 and outcome = 'PENDING'`;

interface Notice {
  readonly customerId: string;
  readonly feedbackId: string;
  readonly eventId: string;
  readonly giver: string;
  readonly endUserId: string | null;
  readonly status: FeedbackStatus;
  readonly asks: boolean;
  readonly isWished: boolean;
  readonly isGone: boolean;
  readonly isAgreed: boolean;
}

interface ToldOrder {
  readonly eventId: string;
}

export interface NoticeDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly identity: Pick<IdentityService, 'memberEmail'>;
}

export class NoticeService {
  readonly job: JobDefinition<ToldOrder> = {
    kind: 'feedback.tell-givers',
    run: ({ eventId }, { signal }) => this.tell(eventId, signal),
    // Who could not be reached so often is not told.
    abandon: async (_job, order) => {
      if (order) await this.doors.database.unitOfWork.sql(GIVE_UP, [order.eventId]);
    },
  };

  constructor(private readonly doors: NoticeDoors) {}

  /** Of a step of one item. Inside the unit of work that handles the event. */
  ofStatus({ id, subject, at, data }: DomainEvent): Promise<void> {
    const status = data['status'] as FeedbackStatus;
    return this.putDown(id, [subject], { status, asks: status === FeedbackStatus.RESOLVED, at });
  }

  /** A flag reaches everyone: whoever asked for what it brings is asked once more, but not each time it is switched. */
  async ofFlag({ id, subject, at }: DomainEvent): Promise<void> {
    const links = await this.doors.database.unitOfWork.sql<{ feedbackId: string }>(REACHED, [subject, at]);
    const items = links.map(({ feedbackId }) => feedbackId);
    if (items.length > 0) await this.putDown(id, items, { status: null, asks: true, at });
  }

  private async putDown(
    eventId: string,
    items: readonly string[],
    { status, asks, at }: { status: FeedbackStatus | null; asks: boolean; at: Date },
  ): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const values = [items, eventId, status, asks, at];
    const put = await unitOfWork.sql<{ feedbackId: string }>(PUT_DOWN, values);
    // Whoever was put down before may have answered since.
    const asked = put.map(({ feedbackId }) => feedbackId);
    if (asks) await unitOfWork.sql(ASK, [asked, at]);
    await this.doors.jobs.enqueue<ToldOrder>(this.job.kind, { eventId });
  }

  /** Who cannot be told keeps nobody behind them waiting. @throws the first failure, once all the others were told. */
  private async tell(eventId: string, signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (let after = ''; ;) {
      const values = [eventId, after];
      const { read } = this.doors.database;
      const notices = await read.sql<Notice>(SERVICE, 'feedback.notices-pending', NEXT, values);
      for (const notice of notices) {
        signal.throwIfAborted();
        await this.tellOne(notice).catch((error: unknown) => failures.push(error));
        after = notice.feedbackId;
      }
      if (notices.length === 0) break;
    }
    if (failures.length > 0) throw failures[0];
  }

  /** A mail is ordered in the transaction in which it is noted: a worker that dies on the way has done neither. */
  private async tellOne({ eventId, feedbackId }: Notice): Promise<void> {
    const { unitOfWork } = this.doors.database;
    await unitOfWork.run(SERVICE, async () => {
      const [notice] = await unitOfWork.sql<Notice>(ONE, [eventId, feedbackId]);
      if (!notice) return;
      const outcome = await this.outcomeOf(notice);
      const told = outcome === NoticeOutcome.WITHHELD ? null : this.doors.clock.now();
      await unitOfWork.sql(DONE, [notice.customerId, feedbackId, eventId, outcome, told]);
    });
  }

  private async outcomeOf(notice: Notice): Promise<NoticeOutcome> {
    const { customerId, feedbackId, eventId, giver, endUserId, status, asks } = notice;
    if (notice.isGone) return NoticeOutcome.WITHHELD;
    if (giver.startsWith('mem_')) {
      const to = notice.isWished ? await this.doors.identity.memberEmail(customerId, giver) : undefined;
      if (to === undefined) return NoticeOutcome.WITHHELD;
      const about = `feedback notice ${feedbackId} ${eventId}`;
      await this.doors.mail.send({ about, to, ...noticeMail({ feedbackId, status, asks }) });
      return NoticeOutcome.MAILED;
    }
    // A server spoke for nobody, and hears of it itself; of a person it hears with the person's consent.
    const mayBeTold = endUserId === null ? giver.startsWith('key_') : notice.isAgreed;
    if (!mayBeTold) return NoticeOutcome.WITHHELD;
    const data = { status, asksIfFixed: asks, endUserId };
    await this.doors.events.emit({ type: FEEDBACK_GIVER_TOLD, customerId, subject: feedbackId, data });
    return NoticeOutcome.PUT_OUT;
  }
}
