/** What becomes of changes that wait: four eyes, so whoever asked for one does not decide it. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { FLAG_CHANGE_APPROVED, FLAG_CHANGE_REJECTED, FLAG_CHANGE_WITHDRAWN } from '../feature-tests.events';
import type { FeatureFlagService } from './feature-flag.service';
import { notOwnChange, notPending, ownChange } from './flag.errors';
import { FlagChangeRequest, FlagChangeState } from './flag-change-request.entity';
import type { FlagFactsRepository } from './flag-facts.repository';
import type { FlagHistory } from './flag-history.service';

export interface FlagDecision {
  readonly id: string;
  readonly reason?: string | null;
}

export class FlagReviewService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly facts: FlagFactsRepository,
    private readonly flags: FeatureFlagService,
    private readonly history: FlagHistory,
  ) {}

  /** Makes the change. @throws AppErrors where it cannot be made any more, as others changed; AppError for one's own, or one that does not wait. */
  async approve(decision: FlagDecision, by: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by === actorOf(by)) throw ownChange();
      const { before, after } = await this.flags.checked(
        request.flagId,
        request.change,
        request.baseRevision,
      );
      const { id, reason } = request;
      await this.close(request, FlagChangeState.APPROVED, decision, by, after.revision);
      await this.history.move(before, after, { reason, by, request: { id, by: request.by } });
    });
  }

  async reject(decision: FlagDecision, by: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by === actorOf(by)) throw ownChange();
      await this.close(request, FlagChangeState.REJECTED, decision, by);
    });
  }

  async withdraw(decision: FlagDecision, by: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const request = await this.pending(decision.id);
      if (request.by !== actorOf(by)) throw notOwnChange();
      await this.close(request, FlagChangeState.WITHDRAWN, decision, by);
    });
  }

  /** In the turn of all changes: the flag is not changed by somebody else meanwhile. */
  private async pending(id: string): Promise<FlagChangeRequest> {
    await this.facts.takeTurn();
    const request = await this.database.unitOfWork.repository(FlagChangeRequest).findOneBy({ id });
    if (!request) throw notFound(['input', 'id']);
    if (request.state !== FlagChangeState.PENDING) throw notPending(id, request.state);
    return request;
  }

  private async close(
    before: FlagChangeRequest,
    state: keyof typeof EVENTS,
    { reason }: FlagDecision,
    by: Principal,
    revision: number | null = null,
  ): Promise<void> {
    const { id, flagId } = before;
    const change = {
      state,
      decidedBy: actorOf(by),
      decisionReason: reason ?? null,
      decidedAt: this.clock.now(),
      revision,
    };
    await this.database.unitOfWork.repository(FlagChangeRequest).update(id, change);
    await this.events.emit({
      type: EVENTS[state],
      subject: id,
      actor: by,
      reason: reason ?? undefined,
      before,
      after: { ...before, ...change },
      data: { flagId, revision },
    });
  }
}

const EVENTS = {
  [FlagChangeState.APPROVED]: FLAG_CHANGE_APPROVED,
  [FlagChangeState.REJECTED]: FLAG_CHANGE_REJECTED,
  [FlagChangeState.WITHDRAWN]: FLAG_CHANGE_WITHDRAWN,
} as const;
