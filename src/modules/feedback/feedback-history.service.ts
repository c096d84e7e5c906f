/** Notes each step of feedback in its history and tells the house of it: the two are never apart. */
import { IsNull, Not } from 'typeorm';
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import type { Database } from '../../platform/database';
import type { Events } from '../../platform/events';
import type { Feedback } from './feedback.entity';
import { type Changes, FeedbackEvent, FeedbackEventKind } from './feedback-event.entity';
import {
  FEEDBACK_CHANGED,
  FEEDBACK_CONFIRMED,
  FEEDBACK_CURATED,
  FEEDBACK_LINKED,
  FEEDBACK_MERGED,
  FEEDBACK_REOPENED,
  FEEDBACK_SUBMITTED,
  FEEDBACK_TRIAGED,
  FEEDBACK_UNCURATED,
  FEEDBACK_UNLINKED,
  FEEDBACK_UNMERGED,
  FEEDBACK_WITHDRAWN,
  feedbackEvent,
} from './feedback.events';

const EVENT_OF: Readonly<Record<FeedbackEventKind, string>> = {
  [FeedbackEventKind.SUBMITTED]: FEEDBACK_SUBMITTED,
  [FeedbackEventKind.CHANGED]: FEEDBACK_CHANGED,
  [FeedbackEventKind.WITHDRAWN]: FEEDBACK_WITHDRAWN,
  [FeedbackEventKind.TRIAGED]: FEEDBACK_TRIAGED,
  [FeedbackEventKind.MERGED]: FEEDBACK_MERGED,
  [FeedbackEventKind.UNMERGED]: FEEDBACK_UNMERGED,
  [FeedbackEventKind.CURATED]: FEEDBACK_CURATED,
  [FeedbackEventKind.UNCURATED]: FEEDBACK_UNCURATED,
  [FeedbackEventKind.CONFIRMED]: FEEDBACK_CONFIRMED,
  [FeedbackEventKind.REOPENED]: FEEDBACK_REOPENED,
  [FeedbackEventKind.LINKED]: FEEDBACK_LINKED,
  [FeedbackEventKind.UNLINKED]: FEEDBACK_UNLINKED,
};

export interface Step {
  readonly kind: FeedbackEventKind;
  readonly changes: Changes;
  readonly note?: string | null;
}

export class FeedbackHistoryService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Inside the unit of work of the change. */
  async record(item: Feedback, principal: Principal, { kind, changes, note = null }: Step): Promise<void> {
    const at = this.clock.now();
    await this.database.unitOfWork.repository(FeedbackEvent).insert({
      customerId: item.customerId,
      id: newId('fbe', at),
      feedbackId: item.id,
      kind,
      actor: actorOf(principal),
      actorKind: principal.kind,
      changes: changes as never,
      note,
      at,
    });
    const statusBefore = (changes['status']?.[0] as string | undefined) ?? null;
    await this.events.emit({ ...feedbackEvent(EVENT_OF[kind], item, statusBefore), actor: principal });
  }

  /** What reviewers noted about words that are taken back may repeat them. Inside the unit of work that takes them back. */
  async forgetNotes({ customerId, id }: Pick<Feedback, 'customerId' | 'id'>): Promise<void> {
    await this.database.unitOfWork
      .repository(FeedbackEvent)
      .update({ customerId, feedbackId: id, note: Not(IsNull()) }, { note: null });
  }

  /** What the last merge of an item changed. Inside a unit of work. */
  async lastMerge(item: Feedback): Promise<Changes | undefined> {
    const step = await this.database.unitOfWork.repository(FeedbackEvent).findOne({
      where: { customerId: item.customerId, feedbackId: item.id, kind: FeedbackEventKind.MERGED },
      order: { id: 'DESC' },
    });
    return step?.changes;
  }
}
