/**
 * Moves aliases and answers where they pointed at any moment. The history is the only record: the present alias is its
 * last row, so the two can never disagree.
 */
import type { Clock } from '../../kernel/clock';
import { AppErrors, notFound } from '../../kernel/errors';
import { newId, prefixOf } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, type Scope, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import { inOrder } from '../../platform/graphql';
import { AliasMove } from './alias-move.entity';
import { Model } from './model.entity';
import { ModelVersion } from './model-version.entity';
import { aliasMovedMeanwhile, notWarm } from './models.errors';
import type { VersionRetirementService } from './retirement/version-retirement.service';
import type { VersionUse } from './retirement/version-use';
import { MODEL_ALIAS_MOVED, type ModelAliasMoved } from './models.events';

export interface NewAliasMove {
  readonly modelId: string;
  readonly alias: string;
  readonly versionId: string;
  readonly reason: string;
  /** Objects of any module that speak for it. */
  readonly evidenceIds?: readonly string[] | null;
  /** Where the caller believes the alias points; null = nowhere yet, undefined = does not care. */
  readonly expectedVersionId?: string | null;
}

/** Of many questions at once: where an alias of a model pointed at a moment. */
const POINTED_AT = `select asked.question, move.version_id as "versionId"
  from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) asked (question, model_id, alias, time)
    cross join lateral (select version_id from model_alias_moves m where m.model_id = asked.model_id
      and m.alias = asked.alias and m.at <= asked.time order by m.at desc, m.id desc limit 1) move`;

/** A model, the name of an alias and a moment, as one text. */
export type AliasQuestion = string;

export function aliasQuestion(modelId: string, alias: string, time: Date): AliasQuestion {
  return JSON.stringify([modelId, alias, time]);
}

const LAST_MOVE = `select version_id, at from model_alias_moves
  where model_id = $1 and alias = $2 order by at desc, id desc limit 1`;

export class ModelAliasService {
  private use: Pick<VersionUse, 'isWarm'> | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly retirements: Pick<VersionRetirementService, 'holdForUse'>,
  ) {}

  useVersionUse(use: Pick<VersionUse, 'isWarm'>): void {
    this.use = use;
  }

  /**
   * @throws AppError NOT_FOUND for an unknown model or a version of another one, CONFLICT when the alias moved meanwhile, or
   * when the version is not warm or was retired.
   */
  async move(move: NewAliasMove, principal: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    const { modelId, alias, versionId, reason, expectedVersionId } = move;
    const evidenceIds = [...(move.evidenceIds ?? [])];
    const faults = evidenceIds.flatMap((id, at) =>
      prefixOf(id) ? [] : [notFound(['input', 'evidenceIds', String(at)])],
    );
    if (faults.length > 0) throw new AppErrors(faults);
    await unitOfWork.run(SERVICE, async () => {
      const model = await unitOfWork
        .repository(Model)
        .findOne({ where: { id: modelId }, lock: { mode: 'pessimistic_write' } });
      if (!model) throw notFound(['input', 'modelId']);
      const version = await unitOfWork.repository(ModelVersion).existsBy({ id: versionId, modelId });
      if (!version) throw notFound(['input', 'versionId']);
      const [last] = await unitOfWork.sql<{ version_id: string | null; at: Date }>(LAST_MOVE, [
        modelId,
        alias,
      ]);
      // Clocks of processes differ: what was moved after is written down as after, or it would not be the present one.
      const at = new Date(Math.max(this.clock.millis(), last ? last.at.getTime() + 1 : 0));
      const previousVersionId = last?.version_id ?? null;
      if (expectedVersionId !== undefined && expectedVersionId !== previousVersionId) {
        throw aliasMovedMeanwhile(alias, previousVersionId);
      }
      if (previousVersionId === versionId) return;
      await this.retirements.holdForUse([versionId], ['input', 'versionId']);
      if (this.use && !this.use.isWarm(versionId)) throw notWarm(versionId);
      const { customerId } = model;
      const by = actorOf(principal);
      const id = newId('alm', at);
      await unitOfWork.repository(AliasMove).insert({
        id,
        customerId,
        modelId,
        alias,
        versionId,
        previousVersionId,
        reason,
        evidenceIds,
        by,
        at,
      });
      const data: ModelAliasMoved = { alias, versionId, previousVersionId, evidenceIds };
      await this.events.emit({
        type: MODEL_ALIAS_MOVED,
        customerId,
        subject: modelId,
        actor: principal,
        reason,
        data,
      });
    });
  }

  /** Ids of the versions that were pointed at, in the order of the questions; null where it was none. */
  async versionsAt(scope: Scope, questions: readonly AliasQuestion[]): Promise<(string | null)[]> {
    const parts = questions.map((question) => JSON.parse(question) as string[]);
    const rows = await this.database.read.sql<{ question: string; versionId: string | null }>(
      scope,
      'models.alias-at',
      POINTED_AT,
      [questions, ...[0, 1, 2].map((column) => parts.map((part) => part[column]))],
    );
    return inOrder(questions, rows, ({ question }) => question).map((row) => row?.versionId ?? null);
  }
}
