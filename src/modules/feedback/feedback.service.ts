/** Saying something and taking it back. One word of each kind by one person on one answer: said again, it is changed. */
import type { FindOptionsWhere } from 'typeorm';
import type { Clock } from '../../kernel/clock';
import { AppErrors, invalidInput, notFound } from '../../kernel/errors';
import { canonicalJson } from '../../kernel/hash';
import { bornAt, newId } from '../../kernel/id';
import type { Principal } from '../../kernel/principal';
import { type Database, SERVICE, tenant } from '../../platform/database';
import type { RequestContext } from '../../platform/graphql';
import { Inference } from '../inference';
import { cleanText } from './clean-text';
import type { CurationService } from './curation/curation.service';
import { Feedback } from './feedback.entity';
import { correctionTooLarge, noAddress, tooMuchFeedback } from './feedback.errors';
import type { FeedbackSubmitInput, FeedbackWithdrawInput } from './feedback.input';
import { type Changes, FeedbackEventKind } from './feedback-event.entity';
import { type FeedbackGiver, type FeedbackGiverService, mayTakeBack } from './feedback-giver.service';
import type { FeedbackHistoryService } from './feedback-history.service';
import { FeedbackKind, faultsOf, isSeveritySaid, type Said } from './feedback-kind';
import { FeedbackStatus } from './triage/feedback-status';
import { dueAt } from './triage/priority';
import type { RankingService } from './triage/ranking.service';
import type { SurveyService } from './survey/survey.service';

const MAX_CORRECTION = 10_000;
const HOUR_MS = 3_600_000;
/** Pieces of general feedback an hour; what is said about answers is bounded by the answers. */
const HOURLY = { person: 60, server: 1000 };

/** Where a piece of feedback lies. */
export interface FeedbackPlace {
  readonly customerId: string;
  readonly id: string;
}

export class FeedbackService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly givers: FeedbackGiverService,
    private readonly ranking: RankingService,
    private readonly history: FeedbackHistoryService,
    private readonly curation: Pick<CurationService, 'takeBack'>,
    private readonly surveys: Pick<SurveyService, 'answered'>,
  ) {}

  /** Events: feedback.submitted, or feedback.changed when it was said before in other words. @throws AppErrors with every fault. */
  async submit(context: RequestContext, input: FeedbackSubmitInput): Promise<FeedbackPlace> {
    const { principal } = context;
    const said = saidBy(input);
    const notifyGiver = wishOf(input, principal);
    const giver = await this.givers.giverOf(context, input);
    return this.database.unitOfWork.run(tenant(giver.customerId), async () => {
      const earlier = said.kind === FeedbackKind.PMF ? await this.surveys.answered(giver) : null;
      if (earlier) return this.change({ id: earlier }, giver, said, notifyGiver, principal);
      if (giver.inferenceId === null) await this.assertNotTooMuch(giver, principal);
      const item = await this.born(said, giver, notifyGiver ?? false);
      if (await this.insert(item)) {
        await this.history.record(item, principal, { kind: FeedbackEventKind.SUBMITTED, changes: {} });
        return item;
      }
      const { giver: by, inferenceId } = giver;
      const where = { inferenceId: inferenceId!, giver: by, kind: said.kind };
      return this.change(where, giver, said, notifyGiver, principal);
    });
  }

  /** What was said is gone, with what reviewers noted about it and a severity that none judged; that something was said stays. Event: feedback.withdrawn. @throws AppError NOT_FOUND for what is not the caller's. */
  async withdraw(
    context: RequestContext,
    { id, feedbackToken }: FeedbackWithdrawInput,
  ): Promise<FeedbackPlace> {
    const { principal } = context;
    const { customerId, claim } = this.givers.ownerOf(context, feedbackToken);
    return this.database.unitOfWork.run(tenant(customerId), async () => {
      const items = this.database.unitOfWork.repository(Feedback);
      const item = await items.findOne({ where: { customerId, id }, lock: { mode: 'pessimistic_write' } });
      if (!item || !mayTakeBack(item, principal, claim)) throw notFound(['input', 'id']);
      if (item.withdrawnAt) return item;
      const withdrawnAt = this.clock.now();
      const severity = await this.severityBy(item, null);
      const gone = { score: null, text: null, correction: null, fixed: null, askedAt: null };
      const left = { ...gone, withdrawnAt, ...severity };
      await this.save(item, left);
      await this.history.forgetNotes(item);
      await this.history.record({ ...item, ...left }, principal, {
        kind: FeedbackEventKind.WITHDRAWN,
        changes: { withdrawnAt: [null, withdrawnAt] },
      });
      await this.curation.takeBack({ ...item, ...left }, principal);
      return item;
    });
  }

  private async change(
    where: FindOptionsWhere<Feedback>,
    { customerId }: FeedbackGiver,
    said: Said,
    wish: boolean | null,
    principal: Principal,
  ): Promise<FeedbackPlace> {
    const item = await this.database.unitOfWork.repository(Feedback).findOneOrFail({
      where: { ...where, customerId },
      lock: { mode: 'pessimistic_write' },
    });
    const changes = changesOf(item, said);
    const notifyGiver = wish ?? item.notifyGiver;
    if (Object.keys(changes).length === 0) {
      if (notifyGiver !== item.notifyGiver) await this.save(item, { notifyGiver });
      return item;
    }
    const { score, text, correction } = said;
    const severity = await this.severityBy(item, score);
    const now = { score, text, correction, withdrawnAt: null, notifyGiver, ...severity };
    await this.save(item, now);
    await this.history.record({ ...item, ...now }, principal, { kind: FeedbackEventKind.CHANGED, changes });
    // What was accepted is no longer what the person says.
    if (changes['correction']) await this.curation.takeBack({ ...item, ...now }, principal);
    return item;
  }

  /** How bad a problem is says the person, until a reviewer judges otherwise; what is urgent and due follows. */
  private async severityBy(item: Feedback, score: number | null): Promise<Partial<Feedback>> {
    if (!isSeveritySaid(item)) return {};
    // Other customers' duplicates lend their votes, which a tenant cannot see.
    const rank = await this.ranking.rankOf({ ...item, severity: score }, SERVICE);
    return { severity: score, dueAt: dueAt(score, item.createdAt), ...rank };
  }

  private async save({ customerId, id, version }: Feedback, now: Partial<Feedback>): Promise<void> {
    await this.database.unitOfWork
      .repository(Feedback)
      .update({ customerId, id }, { ...now, version: version + 1, updatedAt: this.clock.now() } as never);
  }

  /** Whether it was new: the same person's word of this kind on this answer may stand already. */
  private async insert(item: Feedback): Promise<boolean> {
    const { raw } = await this.database.unitOfWork
      .repository(Feedback)
      .createQueryBuilder()
      .insert()
      .values(item as never)
      .orIgnore()
      .returning('id')
      .execute();
    return (raw as unknown[]).length > 0;
  }

  private async born(
    { kind, score, text, correction }: Said,
    giver: FeedbackGiver,
    notifyGiver: boolean,
  ): Promise<Feedback> {
    const createdAt = this.clock.now();
    const severity = kind === FeedbackKind.SEVERITY ? score : null;
    const place = { id: newId('fbk', createdAt), customerId: giver.customerId };
    const answer = await this.answerOf(giver);
    const rank = await this.ranking.rankOf({ ...place, severity, createdAt }, tenant(giver.customerId));
    return {
      ...giver,
      ...place,
      ...rank,
      kind,
      score,
      text,
      correction,
      deploymentId: answer?.deploymentId ?? null,
      modelVersionId: answer?.modelVersionId ?? null,
      versionChoice: answer?.versionChoice ?? null,
      status: FeedbackStatus.NEW,
      severity,
      assigneeId: null,
      tags: [],
      lockedById: null,
      lockedUntil: null,
      dueAt: dueAt(severity, createdAt),
      mergedIntoId: null,
      notifyGiver,
      askedAt: null,
      fixed: null,
      version: 1,
      createdAt,
      updatedAt: createdAt,
      withdrawnAt: null,
    };
  }

  private answerOf({ customerId, inferenceId }: FeedbackGiver): Promise<Inference | null> | null {
    if (inferenceId === null) return null;
    return this.database.read.one(Inference, {
      scope: tenant(customerId),
      where: { customerId, createdAt: bornAt(inferenceId), id: inferenceId },
      selection: { deploymentId: true, modelVersionId: true, versionChoice: true },
    });
  }

  private async assertNotTooMuch({ customerId, giver }: FeedbackGiver, { kind }: Principal): Promise<void> {
    const limit = kind === 'API_KEY' ? HOURLY.server : HOURLY.person;
    const [row] = await this.database.unitOfWork.sql<{ count: number }>(
      'select count(*)::int as count from feedback where customer_id = $1 and giver = $2 and inference_id is null and created_at > $3',
      [customerId, giver, new Date(this.clock.millis() - HOUR_MS)],
    );
    if (row!.count >= limit) throw tooMuchFeedback(limit, HOUR_MS / 10);
  }
}

/** @throws AppErrors with everything that is wrong. */
function saidBy({ kind, score = null, text, correction = null, feedbackToken }: FeedbackSubmitInput): Said {
  const said: Said = { kind, score, text: cleanText(text), correction };
  const faults = faultsOf(said, Boolean(feedbackToken)).map(({ field, message, constraint }) =>
    invalidInput(['input', field], message, constraint),
  );
  if (JSON.stringify(correction).length > MAX_CORRECTION) faults.push(correctionTooLarge(MAX_CORRECTION));
  if (faults.length > 0) throw new AppErrors(faults);
  return said;
}

/** Null where nothing was wished. @throws AppError INVALID_INPUT for whoever has no address here. */
function wishOf({ notify }: FeedbackSubmitInput, { kind }: Principal): boolean | null {
  if (notify == null) return null;
  if (kind !== 'MEMBER') throw noAddress();
  return notify;
}

/** Only whether there was a score, words or a correction, before and after: history outlives what is taken back. */
function changesOf(item: Feedback, said: Said): Changes {
  const changes: Changes = {};
  if (item.score !== said.score) changes['score'] = [item.score !== null, said.score !== null];
  if (item.text !== said.text) changes['text'] = [item.text !== null, said.text !== null];
  // In one order of keys: the database has its own.
  if (canonicalJson(item.correction ?? null) !== canonicalJson(said.correction))
    changes['correction'] = [item.correction !== null, said.correction !== null];
  if (item.withdrawnAt) changes['withdrawnAt'] = [item.withdrawnAt, null];
  return changes;
}
