/**
 * Moves aliases and answers where they pointed at any moment. The history is the only record: the present alias is its
 * last row, so the two can never disagree.
 */
import type { Clock } from '../../kernel/clock';
import { notFound } from '../../kernel/errors';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, type Scope, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import { AliasMove } from './alias-move.entity';
import { Model } from './model.entity';
import { ModelVersion } from './model-version.entity';
import { aliasMovedMeanwhile } from './models.errors';
import { MODEL_ALIAS_MOVED, type ModelAliasMoved } from './models.events';

export interface NewAliasMove {
  readonly modelId: string;
  readonly alias: string;
  readonly versionId: string;
  readonly reason: string;
  /** Where the caller believes the alias points; null = nowhere yet, undefined = does not care. */
  readonly expectedVersionId?: string | null;
}

const LAST_MOVE = `select version_id from model_alias_moves
  where model_id = $1 and alias = $2 and at <= $3 order by at desc, id desc limit 1`;

export class ModelAliasService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND for an unknown model or a version of another one, CONFLICT when the alias moved meanwhile. */
  async move(move: NewAliasMove, principal: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    const { modelId, alias, versionId, reason, expectedVersionId } = move;
    await unitOfWork.run(SERVICE, async () => {
      const model = await unitOfWork
        .repository(Model)
        .findOne({ where: { id: modelId }, lock: { mode: 'pessimistic_write' } });
      if (!model) throw notFound(['input', 'modelId']);
      const version = await unitOfWork.repository(ModelVersion).existsBy({ id: versionId, modelId });
      if (!version) throw notFound(['input', 'versionId']);
      const at = this.clock.now();
      const [last] = await unitOfWork.sql<{ version_id: string | null }>(LAST_MOVE, [modelId, alias, at]);
      const previousVersionId = last?.version_id ?? null;
      if (expectedVersionId !== undefined && expectedVersionId !== previousVersionId) {
        throw aliasMovedMeanwhile(alias, previousVersionId);
      }
      if (previousVersionId === versionId) return;
      const { customerId } = model;
      const by = actorOf(principal);
      const id = newId('alm', at);
      await unitOfWork
        .repository(AliasMove)
        .insert({ id, customerId, modelId, alias, versionId, previousVersionId, reason, by, at });
      const data: ModelAliasMoved = { alias, versionId, previousVersionId };
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

  /** Id of the version an alias pointed at; undefined when it pointed nowhere. */
  async versionAt(scope: Scope, modelId: string, alias: string, time: Date): Promise<string | undefined> {
    const values = [modelId, alias, time];
    const [last] = await this.database.read.sql<{ version_id: string | null }>(
      scope,
      'model-alias-at',
      LAST_MOVE,
      values,
    );
    return last?.version_id ?? undefined;
  }
}
