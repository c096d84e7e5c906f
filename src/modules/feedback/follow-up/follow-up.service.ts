/** Closing the loop from both ends: the giver says whether it was mended and whether to hear more, a reviewer what it led to. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { prefixOf } from '../../../kernel/id';
import { actorOf, type MemberPrincipal, type StaffPrincipal } from '../../../kernel/principal';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import { Deployment } from '../../deployments';
import { FeatureFlag } from '../../feature-tests';
import type { CustomerStanding, EndUserStanding } from '../../identity';
import { Feedback } from '../feedback.entity';
import { takenBack } from '../feedback.errors';
import { FeedbackEventKind } from '../feedback-event.entity';
import { type FeedbackGiverService, mayTakeBack } from '../feedback-giver.service';
import type { FeedbackHistoryService } from '../feedback-history.service';
import { FeedbackStatus } from '../triage/feedback-status';
import type { FeedbackPlace } from '../feedback.service';
import type { TriageService } from '../triage/triage.service';
import { FeedbackLink } from './feedback-link.entity';
import { noSuchTarget, notAsked, tooManyLinks } from './follow-up.errors';
import type { FeedbackConfirmInput, FeedbackFollowInput, FeedbackLinkInput } from './follow-up.input';

const MOST_LINKS = 20;

export interface FollowUpDoors {
  readonly database: Database;
  readonly clock: Clock;
  readonly givers: Pick<FeedbackGiverService, 'ownerOf'>;
  readonly standing: Pick<EndUserStanding, 'require'>;
  readonly customers: Pick<CustomerStanding, 'require'>;
  readonly triage: Pick<TriageService, 'reopen'>;
  readonly history: FeedbackHistoryService;
}

export class FollowUpService {
  constructor(private readonly doors: FollowUpDoors) {}

  /** Answered the same again it is no change. Events: feedback.confirmed or feedback.reopened. @throws AppError NOT_FOUND, CONFLICT. */
  confirm(
    context: RequestContext,
    { id, fixed, feedbackToken }: FeedbackConfirmInput,
  ): Promise<FeedbackPlace> {
    const { principal } = context;
    const { database, givers, standing, customers, history, triage } = this.doors;
    const { customerId, claim } = givers.ownerOf(context, feedbackToken);
    customers.require(customerId);
    // What stands for a duplicate may be another customer's; whose this one is was asked above.
    return database.unitOfWork.run(SERVICE, async () => {
      const item = await this.locked({ customerId, id });
      if (!item || !mayTakeBack(item, principal, claim)) throw notFound(['input', 'id']);
      if (item.endUserId !== null) standing.require(item.endUserId);
      if (item.withdrawnAt) throw takenBack(id);
      if (item.fixed === fixed) return item;
      if (item.askedAt === null) throw notAsked(id);
      const answered = { ...item, fixed, askedAt: fixed ? item.askedAt : null };
      const { fixed: answer, askedAt } = answered;
      await database.unitOfWork
        .repository(Feedback)
        .update({ customerId, id }, { fixed: answer, askedAt, updatedAt: this.doors.clock.now() });
      if (!fixed && (await this.isDone(item))) await triage.reopen(answered, principal);
      else {
        // Only that it was answered: history outlives what is taken back.
        const changes = { fixed: [item.fixed !== null, true] as const };
        await history.record(answered, principal, { kind: FeedbackEventKind.CONFIRMED, changes });
      }
      return item;
    });
  }

  /** @throws AppError NOT_FOUND for what another principal said. */
  follow({ id, follow }: FeedbackFollowInput, principal: MemberPrincipal): Promise<FeedbackPlace> {
    const { customerId } = principal;
    const { unitOfWork } = this.doors.database;
    return unitOfWork.run(tenant(customerId), async () => {
      const item = await this.locked({ customerId, id });
      if (!item || item.giver !== actorOf(principal)) throw notFound(['input', 'id']);
      await unitOfWork.repository(Feedback).update({ customerId, id }, { notifyGiver: follow });
      return item;
    });
  }

  /** Linked again it stays. Event: feedback.linked. @throws AppError NOT_FOUND, INVALID_INPUT. */
  link({ id, targetId }: FeedbackLinkInput, principal: StaffPrincipal): Promise<FeedbackPlace> {
    const { database, clock, history } = this.doors;
    return database.unitOfWork.run(SERVICE, async () => {
      const item = await this.locked({ id });
      if (!item) throw notFound(['input', 'id']);
      if (item.withdrawnAt) throw takenBack(id);
      if (!(await this.exists(targetId))) throw noSuchTarget();
      const links = database.unitOfWork.repository(FeedbackLink);
      const place = { customerId: item.customerId, feedbackId: id };
      if (await links.existsBy({ ...place, targetId })) return item;
      if ((await links.countBy(place)) >= MOST_LINKS) throw tooManyLinks(MOST_LINKS);
      const { staffId: linkedBy } = principal;
      await links.insert({ ...place, targetId, linkedBy, linkedAt: clock.now(), askedAt: null });
      const changes = { link: [null, targetId] as const };
      await history.record(item, principal, { kind: FeedbackEventKind.LINKED, changes });
      return item;
    });
  }

  /** Done again it changes nothing. Event: feedback.unlinked. @throws AppError NOT_FOUND. */
  unlink({ id, targetId }: FeedbackLinkInput, principal: StaffPrincipal): Promise<FeedbackPlace> {
    const { database, history } = this.doors;
    return database.unitOfWork.run(SERVICE, async () => {
      const item = await this.locked({ id });
      if (!item) throw notFound(['input', 'id']);
      const place = { customerId: item.customerId, feedbackId: id, targetId };
      const { affected } = await database.unitOfWork.repository(FeedbackLink).delete(place);
      if (!affected) return item;
      const changes = { link: [targetId, null] as const };
      await history.record(item, principal, { kind: FeedbackEventKind.UNLINKED, changes });
      return item;
    });
  }

  /** Resolved itself, or by what stands for it. */
  private async isDone({ status, mergedIntoId }: Feedback): Promise<boolean> {
    if (mergedIntoId === null) return status === FeedbackStatus.RESOLVED;
    const where = { id: mergedIntoId, status: FeedbackStatus.RESOLVED };
    return this.doors.database.unitOfWork.repository(Feedback).existsBy(where);
  }

  private exists(targetId: string): Promise<boolean> {
    const { unitOfWork } = this.doors.database;
    const where = { id: targetId };
    switch (prefixOf(targetId)) {
      case 'flg':
        return unitOfWork.repository(FeatureFlag).existsBy(where);
      case 'dep':
        return unitOfWork.repository(Deployment).existsBy(where);
      default:
        return Promise.resolve(false);
    }
  }

  private locked(where: { customerId?: string; id: string }): Promise<Feedback | null> {
    const items = this.doors.database.unitOfWork.repository(Feedback);
    return items.findOne({ where, lock: { mode: 'pessimistic_write' } });
  }
}
