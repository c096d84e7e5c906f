/** What reviewers decide about feedback: one at a time, with what was and why, and with duplicates counted once. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import type { Principal, StaffPrincipal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import { Feedback } from '../feedback.entity';
import {
  cannotBecome,
  cannotMerge,
  changedMeanwhile,
  heldByAnother,
  takenBack,
  tooManyLabels,
} from '../feedback.errors';
import {
  type FeedbackMergeInput,
  type FeedbackTriageInput,
  type FeedbackTriageManyInput,
  MAX_LABELS,
} from '../feedback.input';
import { type Changes, FeedbackEventKind } from '../feedback-event.entity';
import type { FeedbackHistoryService } from '../feedback-history.service';
import type { FeedbackPlace } from '../feedback.service';
import { isSeveritySaid } from '../feedback-kind';
import { FeedbackStatus, mayBecome } from './feedback-status';
import { dueAt } from './priority';
import type { RankingService } from './ranking.service';

const LOCK_MS = 15 * 60_000;

type Decision = Partial<
  Pick<
    Feedback,
    'status' | 'severity' | 'assigneeId' | 'tags' | 'lockedById' | 'lockedUntil' | 'dueAt' | 'mergedIntoId'
  >
>;

/** What is decided about one item, alone or with others, whose own labels then stay. */
export type Judgement = FeedbackTriageInput & Pick<FeedbackTriageManyInput, 'addTags' | 'removeTags'>;

export class TriageService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ranking: RankingService,
    private readonly history: FeedbackHistoryService,
  ) {}

  /** Event: feedback.triaged. @throws AppError CONFLICT when it changed, is held by another or cannot become this. */
  async triage(id: string, input: Judgement, principal: StaffPrincipal): Promise<FeedbackPlace> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const item = await this.locked(id, ['id']);
      if (item.withdrawnAt) throw takenBack(id);
      this.assertFree(item, principal);
      const { expectedVersion, status } = input;
      if (expectedVersion != null && expectedVersion !== item.version)
        throw changedMeanwhile(id, item.version);
      if (status && !mayBecome(item.status, status)) throw cannotBecome(id, item.status, status);
      const decision = this.decisionOf(item, input, principal);
      const changes = changesOf(item, decision);
      const note = input.note?.trim() || null;
      if (Object.keys(changes).length === 0 && note === null) return item;
      const now = await this.apply(item, decision);
      await this.history.record(now, principal, { kind: FeedbackEventKind.TRIAGED, changes, note });
      return item;
    });
  }

  /** Events: feedback.merged or feedback.unmerged for each duplicate. Answers the one that stands for all, or the first set free. */
  async merge({ ids, into }: FeedbackMergeInput, principal: StaffPrincipal): Promise<FeedbackPlace> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      // In one order, so that two reviewers cannot wait for each other.
      const names = [...new Set(ids)].sort();
      if (into != null) return this.mergeInto(names, into, principal);
      for (const id of names) await this.setFree(await this.locked(id, ['input', 'ids']), principal);
      return this.found(ids[0]!);
    });
  }

  private async mergeInto(
    ids: readonly string[],
    into: string,
    principal: StaffPrincipal,
  ): Promise<Feedback> {
    const target = await this.locked(into, ['input', 'into']);
    if (target.mergedIntoId) throw cannotMerge(into, 'the one to stand for all is itself a duplicate');
    if (target.withdrawnAt) throw takenBack(into);
    for (const id of ids) {
      const found = await this.locked(id, ['input', 'ids']);
      if (id === into) throw cannotMerge(id, 'it is the one that stands for all');
      if (found.mergedIntoId === into) continue;
      if (found.withdrawnAt) throw takenBack(id);
      if (found.mergedIntoId) throw cannotMerge(id, 'it is a duplicate of another one already');
      this.assertFree(found, principal);
      const item = await this.standingAlone(found, principal);
      const decision = { status: FeedbackStatus.DUPLICATE, mergedIntoId: into };
      const now = await this.apply(item, decision);
      const changes = changesOf(item, decision);
      await this.history.record(now, principal, { kind: FeedbackEventKind.MERGED, changes });
    }
    return this.apply(target, {});
  }

  /**
   * What is merged stands for nobody: who took back what was merged into it may say it anew, and is heard for themselves then. The votes
   * of its rank do not tell, which may be an hour old. @throws AppError CONFLICT while it stands for others.
   */
  private async standingAlone(item: Feedback, principal: Principal): Promise<Feedback> {
    const { id } = item;
    const merged = await this.database.unitOfWork.sql<{ isLive: boolean }>(
      'select withdrawn_at is null as "isLive" from feedback where merged_into_id = $1',
      [id],
    );
    if (merged.length === 0) return item;
    if (merged.some(({ isLive }) => isLive))
      throw cannotMerge(id, 'others were merged into it; free them first');
    await this.freeDuplicatesOf(id, principal);
    return this.locked(id, ['input', 'ids']);
  }

  /** Those for which one stood that was taken back, which nobody works on any more. Event: feedback.unmerged for each. */
  async freeDuplicatesOf(id: string, principal: Principal): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      const left = await this.database.unitOfWork.sql<{ id: string }>(
        'select id from feedback where merged_into_id = $1 order by id',
        [id],
      );
      for (const duplicate of left) await this.setFree(await this.locked(duplicate.id, ['id']), principal);
    });
  }

  /** The giver says that it was not mended: it waits again, for itself where another one stood for it. In the open unit of work. Event: feedback.reopened. */
  async reopen(item: Feedback, principal: Principal): Promise<void> {
    const decision = { status: FeedbackStatus.TRIAGED, mergedIntoId: null };
    const now = await this.apply(item, decision);
    const changes = changesOf(item, decision);
    await this.history.record(now, principal, { kind: FeedbackEventKind.REOPENED, changes });
    if (item.mergedIntoId) await this.apply(await this.locked(item.mergedIntoId, ['input', 'id']), {});
  }

  private async setFree(item: Feedback, principal: Principal): Promise<void> {
    if (!item.mergedIntoId) return;
    const merge = await this.history.lastMerge(item);
    const [before = FeedbackStatus.TRIAGED] = (merge?.['status'] ?? []) as FeedbackStatus[];
    const decision = { status: before, mergedIntoId: null };
    const now = await this.apply(item, decision);
    const changes = changesOf(item, decision);
    await this.history.record(now, principal, { kind: FeedbackEventKind.UNMERGED, changes });
    await this.apply(await this.locked(item.mergedIntoId, ['input', 'ids']), {});
  }

  private decisionOf(item: Feedback, input: Judgement, { staffId }: StaffPrincipal): Decision {
    const { status, severity, assigneeId, lock } = input;
    const tags = labelsOf(item, input);
    return {
      ...(status && { status }),
      ...(severity !== undefined && { severity, dueAt: dueAt(severity, item.createdAt) }),
      ...(assigneeId !== undefined && { assigneeId }),
      ...(tags && { tags }),
      ...(lock === true && { lockedById: staffId, lockedUntil: new Date(this.clock.millis() + LOCK_MS) }),
      ...(lock === false && { lockedById: null, lockedUntil: null }),
    };
  }

  private async apply(item: Feedback, decision: Decision): Promise<Feedback> {
    const decided = { ...item, ...decision };
    const rank = await this.ranking.rankOf(decided, SERVICE);
    const change = { ...decision, ...rank, version: item.version + 1, updatedAt: this.clock.now() };
    const { customerId, id } = item;
    await this.database.unitOfWork.repository(Feedback).update({ customerId, id }, change as never);
    return { ...decided, ...change };
  }

  private assertFree({ id, lockedById, lockedUntil }: Feedback, { staffId }: StaffPrincipal): void {
    const isHeld = lockedUntil !== null && lockedUntil > this.clock.now();
    if (isHeld && lockedById !== staffId) throw heldByAnother(id, lockedUntil);
  }

  private async locked(id: string, path: readonly string[]): Promise<Feedback> {
    const item = await this.database.unitOfWork
      .repository(Feedback)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!item) throw notFound(path);
    return item;
  }

  private found(id: string): Promise<Feedback> {
    return this.database.unitOfWork.repository(Feedback).findOneByOrFail({ id });
  }
}

/** Undefined where they stay as they are. @throws AppError INVALID_INPUT for more than it may have. */
function labelsOf(item: Feedback, { tags, addTags, removeTags }: Judgement): string[] | undefined {
  if (tags === undefined && !addTags && !removeTags) return undefined;
  const lower = (labels: readonly string[] | null | undefined): string[] =>
    (labels ?? []).map((label) => label.toLowerCase());
  const gone = lower(removeTags);
  const kept = (tags === undefined ? item.tags : lower(tags)).filter((label) => !gone.includes(label));
  const labels = [...new Set([...kept, ...lower(addTags)])].sort();
  if (labels.length > MAX_LABELS) throw tooManyLabels(MAX_LABELS);
  return labels;
}

/** Of a severity that the person gave no trace, nor of when it made it due: history outlives what is taken back. */
function changesOf(item: Feedback, decision: Decision): Changes {
  const properties = Object.keys(decision) as (keyof Decision)[];
  const changed = properties.filter((key) => JSON.stringify(item[key]) !== JSON.stringify(decision[key]));
  const before = isSeveritySaid(item) ? { ...item, severity: null, dueAt: null } : item;
  return Object.fromEntries(changed.map((key) => [key, [before[key], decision[key]] as const]));
}
