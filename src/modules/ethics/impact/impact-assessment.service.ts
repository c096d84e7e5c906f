/** Keeps what people found about the uses of models, one assessment after the other, and what they said is to be done. */
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { isActiveStaff, Staff } from '../../identity';
import { Model, ModelVersion } from '../../models';
import { impactActionClosed, impactAssessmentRecorded } from '../ethics.events';
import type { ModelCardService } from '../model-card/model-card.service';
import { watchedDeployments } from '../live-fairness/watched-deployments';
import { annexFour } from './annex-four';
import { ImpactAction } from './impact-action.entity';
import { ImpactAssessment } from './impact-assessment.entity';
import { type ImpactAssessmentRecordInput, MOST_OPEN_ACTIONS } from './impact-assessment.input';
import { latestReview } from './impact-standing';
import { riskTier } from './risk-tier';

/** So many versions are told as the changes of a model. */
const MOST_CHANGES = 100;

export type NewAssessment = Omit<ImpactAssessmentRecordInput, 'idempotencyKey'>;

export class ImpactAssessmentService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly cards: Pick<ModelCardService, 'factsOf'>,
  ) {}

  /**
   * Supersedes the latest of the use. Event: impact-assessment.recorded. @throws AppError NOT_FOUND for an unknown model or owner,
   * INVALID_INPUT for dates that are over, CONFLICT when another was recorded meanwhile.
   */
  async record(wish: NewAssessment, staffId: string): Promise<string> {
    const now = this.clock.now();
    const judgement = riskTier(answersOf(wish));
    this.checkDates(wish, now);
    if (judgement.tier === 'HIGH' && !wish.humanOversight)
      throw invalidInput(
        ['input', 'humanOversight'],
        'This use is a high risk: say how people oversee it (Article 14).',
        'humanOversight',
      );
    const ownerId = wish.ownerId ?? staffId;
    await this.checkOwner(ownerId);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const { modelId, use } = wish;
      // One after the other, so that numbers have no gap and one of them is the latest.
      await unitOfWork.sql('select 1 from models where id = $1 for update', [modelId]);
      const model = await unitOfWork.repository(Model).findOneBy({ id: modelId });
      if (!model) throw notFound(['input', 'modelId']);
      const assessments = unitOfWork.repository(ImpactAssessment);
      const [before] = await assessments.find({
        where: { modelId, use },
        order: { number: 'DESC' },
        take: 1,
      });
      checkNumber(wish.expectedNumber, before);
      if (before) await assessments.update({ id: before.id }, { supersededAt: now });
      const assessment: ImpactAssessment = {
        id: newId('ima', now),
        customerId: model.customerId,
        modelId,
        use,
        number: (before?.number ?? 0) + 1,
        purpose: wish.purpose,
        affected: wish.affected,
        answers: answersOf(wish),
        tier: judgement.tier,
        reasons: [...judgement.reasons],
        functions: wish.functions,
        risks: wish.risks,
        humanOversight: wish.humanOversight ?? null,
        ownerId,
        reviewBy: wish.reviewBy,
        assessedById: staffId,
        assessedAt: now,
        supersededAt: null,
      };
      await assessments.insert(assessment);
      await this.openActions(assessment, wish.actions, now);
      await this.events.emit(impactAssessmentRecorded(assessment));
      return assessment.id;
    });
  }

  /** A draft by the sections of Annex IV; null for a version of another model. Who asks may see both. */
  async documentation(assessment: ImpactAssessment, modelVersionId: string): Promise<string | null> {
    const scope = SERVICE;
    const { read } = this.database;
    const { modelId } = assessment;
    const one = await read.one(ModelVersion, { scope, where: { id: modelVersionId, modelId } });
    if (!one) return null;
    const [version] = await this.cards.factsOf([modelVersionId]);
    const versions = await read.list(ModelVersion, {
      scope,
      where: { modelId, number: { lte: one.number } },
      orderBy: [{ property: 'number', direction: 'DESC' }],
      limit: MOST_CHANGES,
    });
    const changes = versions.reverse().map(({ number, createdAt, derivation }) => ({
      number,
      createdAt: new Date(createdAt).toISOString(),
      derivation: derivation?.kind ?? null,
    }));
    const reviewBy = new Date(assessment.reviewBy).toISOString();
    const watched = await watchedDeployments(this.database, modelVersionId);
    return annexFour({ assessment, version: version!, changes, reviewBy, watched });
  }

  /** Event: impact-action.closed. @throws AppError NOT_FOUND, or CONFLICT when it is closed already. */
  async closeAction(id: string, outcome: string, by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const actions = unitOfWork.repository(ImpactAction);
      const [before] = await actions.find({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw notFound(['input', 'id']);
      if (before.closedAt) throw conflict('This action is closed already.', ['input', 'id'], id);
      const closed = { closedAt: this.clock.now(), outcome, closedBy: actorOf(by) };
      await actions.update({ id }, closed);
      await this.events.emit(impactActionClosed(before, { ...before, ...closed }));
    });
  }

  private async openActions(
    { id: assessmentId, customerId, modelId, use }: ImpactAssessment,
    wanted: NewAssessment['actions'],
    now: Date,
  ): Promise<void> {
    const actions = this.database.unitOfWork.repository(ImpactAction);
    const rows = wanted.map(({ title, dueAt }): ImpactAction => {
      const id = newId('iac', now);
      const open = { closedAt: null, outcome: null, closedBy: null };
      return { id, customerId, modelId, use, assessmentId, title, dueAt, ...open };
    });
    if (rows.length > 0) await actions.insert(rows);
    const open = await actions.countBy({ modelId, use, closedAt: IsNull() });
    if (open <= MOST_OPEN_ACTIONS) return;
    const message = `${open} actions would be open for this use, and at most ${MOST_OPEN_ACTIONS} may be: close some first.`;
    throw invalidInput(['input', 'actions'], message, 'actions');
  }

  private checkDates({ reviewBy, actions }: NewAssessment, now: Date): void {
    if (reviewBy <= now || reviewBy > latestReview(now))
      throw invalidInput(
        ['input', 'reviewBy'],
        'A review is due in the future, within two years.',
        'reviewBy',
      );
    for (const [at, { dueAt }] of actions.entries()) {
      if (dueAt.getTime() <= now.getTime())
        throw invalidInput(['input', 'actions', String(at), 'dueAt'], 'It must be in the future.', 'dueAt');
    }
  }

  private async checkOwner(id: string): Promise<void> {
    const owner = await this.database.read.one(Staff, { scope: SERVICE, where: { id } });
    if (!isActiveStaff(owner)) throw notFound(['input', 'ownerId']);
  }
}

function checkNumber(expected: number | null | undefined, before: ImpactAssessment | undefined): void {
  const number = before?.number ?? 0;
  if (expected == null || expected === number) return;
  const message = `The latest assessment of this use is number ${number}. Read it and decide anew.`;
  throw conflict(message, ['input', 'expectedNumber'], before?.id);
}

function answersOf({ answers }: NewAssessment): ImpactAssessment['answers'] {
  const { practices, isSafetyComponent, area, profilesPeople, narrowRole, duties } = answers;
  return {
    practices,
    isSafetyComponent,
    area: area ?? null,
    profilesPeople,
    narrowRole: narrowRole ?? null,
    duties,
  };
}
