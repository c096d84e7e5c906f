/**
 * Writes what becomes of a flag: the flag, its revision with what changed, who and why, the event, and the word to every process.
 * Requests that wait for review were made for the revision before: from now on they are in CONFLICT.
 */
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { Database } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { Environment } from '../../deployments';
import {
  FEATURE_FLAG_CREATED,
  FEATURE_FLAG_UPDATED,
  FLAG_CHANGE_OUTDATED,
  FLAG_CHANNEL,
} from '../feature-tests.events';
import { FeatureFlag } from './feature-flag.entity';
import { differences } from './flag-change';
import { FlagChangeState } from './flag-change-request.entity';
import type { FlagFactsRepository } from './flag-facts.repository';
import { reachesEveryone } from './flag-reach';
import { type FlagDifference, FlagRevision } from './flag-revision.entity';
import { stalenessOf } from './flag-staleness';

export interface Told {
  readonly reason: string;
  /** Who does it. */
  readonly by: Principal;
  /** Switched off without the review that was due. */
  readonly emergency?: boolean;
  /** The request that is approved with it, and who asked for it. */
  readonly request?: { readonly id: string; readonly by: string };
}

export class FlagHistory {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly facts: FlagFactsRepository,
  ) {}

  /** Inside the caller's unit of work. */
  async begin(flag: FeatureFlag, by: Principal): Promise<void> {
    await this.database.unitOfWork.repository(FeatureFlag).insert(flag as object);
    await this.keepRevision(flag, flag, { reason: 'It was made.', by });
    await this.events.emit({ type: FEATURE_FLAG_CREATED, subject: flag.id, actor: by, after: flag });
  }

  /** Inside the caller's unit of work, in its turn. */
  async move(before: FeatureFlag, after: FeatureFlag, told: Told): Promise<void> {
    const { unitOfWork } = this.database;
    const { id, key, revision } = after;
    await unitOfWork.repository(FeatureFlag).update(id, after as object);
    await this.keepRevision(before, after, told);
    const all = await this.facts.all(id);
    const stale = stalenessOf(all, after.updatedAt).get(id) ?? null;
    await this.facts.keepStaleness(new Map([[id, stale]]));
    await this.events.emit({
      type: FEATURE_FLAG_UPDATED,
      subject: id,
      actor: told.by,
      reason: told.reason,
      before,
      after: { ...after, stale },
      data: {
        key,
        revision,
        reachesEveryone: after.archivedAt === null && reachesEveryone(id, all),
        ...(told.emergency && { emergency: true }),
        ...(told.request && { changeRequestId: told.request.id }),
      },
    });
    await this.outdate(after, told);
    await this.signals.publish(FLAG_CHANNEL, { id });
  }

  /** Finds anew why it is stale, after something else than a change of it. Inside the caller's unit of work. */
  async review(id: string, now: Date): Promise<void> {
    const stale = stalenessOf(await this.facts.all(id), now).get(id) ?? null;
    await this.facts.keepStaleness(new Map([[id, stale]]));
    await this.signals.publish(FLAG_CHANNEL, { id });
  }

  /** What differs from when it was last on in production. Inside the caller's unit of work. */
  async changedWhileOff(flag: FeatureFlag): Promise<FlagDifference[]> {
    type LastOn = Pick<FlagRevision, 'rules' | 'prerequisites'>;
    const [lastOn] = await this.database.unitOfWork.sql<LastOn>(LAST_ON, [flag.id]);
    return lastOn ? differences({ ...flag, ...lastOn }, flag) : [];
  }

  private async keepRevision(before: FeatureFlag, after: FeatureFlag, told: Told): Promise<void> {
    const { revision, defaultValue, rules, environments, prerequisites, updatedAt } = after;
    const row: FlagRevision = {
      id: newId('flr', updatedAt),
      flagId: after.id,
      revision,
      defaultValue,
      rules,
      environments,
      prerequisites,
      changes: differences(before, after),
      emergency: told.emergency ?? false,
      changeRequestId: told.request?.id ?? null,
      reason: told.reason,
      by: told.request?.by ?? actorOf(told.by),
      at: updatedAt,
    };
    await this.database.unitOfWork.repository(FlagRevision).insert(row as object);
  }

  private async outdate({ id, updatedAt }: FeatureFlag, { by, request }: Told): Promise<void> {
    const outdated = await this.database.unitOfWork.sql<{ id: string }>(OUTDATE, [
      id,
      updatedAt,
      request?.id ?? null,
    ]);
    for (const { id: subject } of outdated) {
      await this.events.emit({ type: FLAG_CHANGE_OUTDATED, subject, actor: by, data: { flagId: id } });
    }
  }
}

const LAST_ON = `select rules, prerequisites from feature_flag_revisions where flag_id = $1
  and environments @> '[{"environment": "${Environment.PRODUCTION}", "enabled": true}]' order by revision desc limit 1`;

const OUTDATE = `update flag_change_requests set state = '${FlagChangeState.CONFLICT}', decided_at = $2
  where flag_id = $1 and state = '${FlagChangeState.PENDING}' and id is distinct from $3 returning id`;
