/**
 * Keeps to which groups people belong, sealed, while they agree to FAIRNESS_MONITORING, and only for attributes and groups that a
 * monitor names: what nobody watches is not asked of anybody, and what is no longer watched is deleted.
 */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, invalidInput } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, type Scope, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import { CONSENT_NOW_SQL, ConsentPurpose, type PrivacyModule, WITHDRAWN_SQL } from '../../privacy';
import { EndUserGroup } from './end-user-group.entity';
import { FairnessMonitor } from './fairness-monitor.entity';
import { groupOf } from './monitored-groups';

const SEAL = 'end-user-group';
const PURPOSE = ConsentPurpose.FAIRNESS_MONITORING;
/** A person's groups by all attributes that anybody watches. */
const MOST_ATTRIBUTES = 20;
export const FORGET_UNWATCHED = 'ethics.forget-unwatched-groups';

const KNOWN = `select customer_id as "customerId", end_user_id as "endUserId", attribute, value
  from end_user_groups as kept join unnest($1::text[], $2::text[]) as asked (customer_id, end_user_id) using (customer_id, end_user_id)
  where ${CONSENT_NOW_SQL('kept.customer_id', 'kept.end_user_id', PURPOSE)}`;

const OF_PEOPLE = `select customer_id as "customerId", end_user_id as "endUserId", attribute, value, told_at as "toldAt"
  from end_user_groups as kept where end_user_id = any($1)
    and ${CONSENT_NOW_SQL('kept.customer_id', 'kept.end_user_id', PURPOSE)} order by attribute`;

/** An attribute of a person stays while one monitor that could count them names it. */
const UNWATCHED = `delete from end_user_groups as kept where attribute = any($1) and not exists (
  select from fairness_monitors as monitor, jsonb_array_elements(monitor.attributes) as one
  where monitor.ended_at is null and one->>'name' = kept.attribute
    and (monitor.customer_id is null or monitor.customer_id = kept.customer_id))`;

export interface Person {
  readonly customerId: string;
  readonly endUserId: string;
}

export interface ToldGroup {
  readonly attribute: string;
  /** Null takes it back. */
  readonly value?: string | null;
}

export class EndUserGroupsService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly consents: Pick<PrivacyModule['consents'], 'requireHeld'>,
  ) {}

  /**
   * What is not named stays as it is. Event: end-user-groups.recorded. @throws AppError CONSENT_REQUIRED; AppErrors INVALID_INPUT for
   * what no monitor of the person's customer watches.
   */
  async record({ customerId, endUserId }: Person, told: readonly ToldGroup[], by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    const faults = faultsOf(told, await this.watchedBy(customerId));
    if (faults.length > 0) throw new AppErrors(faults);
    await unitOfWork.run(tenant(customerId), async () => {
      const given = told.flatMap(({ attribute, value }) => (value == null ? [] : [{ attribute, value }]));
      // To take something back nobody needs to agree to anything.
      if (given.length > 0) await this.consents.requireHeld(customerId, endUserId, PURPOSE);
      const groups = unitOfWork.repository(EndUserGroup);
      const toldAt = this.clock.now();
      for (const { attribute, value } of told) {
        if (value == null) await groups.delete({ customerId, endUserId, attribute });
        else
          await groups.upsert(
            { customerId, endUserId, attribute, value: this.seal(endUserId, attribute, value), toldAt },
            ['customerId', 'endUserId', 'attribute'],
          );
      }
      await this.events.emit({
        type: 'end-user-groups.recorded',
        customerId,
        subject: endUserId,
        actor: by,
        data: { attributes: told.map(({ attribute }) => attribute), given: given.length },
      });
    });
  }

  /** What is kept about each of these people, in their order; nothing once they no longer agree. */
  async ofPeople(scope: Scope, endUserIds: readonly string[]): Promise<EndUserGroup[][]> {
    const { read } = this.database;
    const rows = await read.sql<EndUserGroup>(scope, 'ethics.groups-of-people', OF_PEOPLE, [endUserIds]);
    return endUserIds.map((id) =>
      rows
        .filter(({ endUserId }) => endUserId === id)
        .map((row) => ({ ...row, value: this.open(id, row.attribute, row.value) })),
    );
  }

  /** What was told of those who agree now, by person and attribute; in the caller's unit of work. */
  async known(people: readonly Person[]): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
    const rows = await this.database.unitOfWork.sql<EndUserGroup>(KNOWN, [
      people.map(({ customerId }) => customerId),
      people.map(({ endUserId }) => endUserId),
    ]);
    const byPerson = new Map<string, Map<string, string>>();
    for (const { endUserId, attribute, value } of rows) {
      const known = byPerson.get(endUserId) ?? new Map<string, string>();
      byPerson.set(endUserId, known.set(attribute, this.open(endUserId, attribute, value)));
    }
    return byPerson;
  }

  /** Told until they withdrew their consent: what was told since rests on a consent that was given since. In the caller's unit of work. */
  async forget({ customerId, endUserId }: Person, until: Date): Promise<void> {
    await this.database.unitOfWork.sql(
      `delete from end_user_groups where customer_id = $1 and end_user_id = $2
         and ${WITHDRAWN_SQL('$1', '$2', PURPOSE, 'told_at', '$3')}`,
      [customerId, endUserId, until],
    );
  }

  /** Deletes what no monitor names any more. */
  job(): JobDefinition<{ readonly attributes: readonly string[] }> {
    return {
      kind: FORGET_UNWATCHED,
      run: ({ attributes }) =>
        this.database.unitOfWork.run(SERVICE, async () => {
          await this.database.unitOfWork.sql(UNWATCHED, [attributes]);
        }),
    };
  }

  /** A value as its person gets it in a copy. */
  open(endUserId: string, attribute: string, sealed: string): string {
    return this.crypto.open(SEAL, sealed, contextOf(endUserId, attribute)).toString();
  }

  private seal(endUserId: string, attribute: string, value: string): string {
    return this.crypto.seal(SEAL, value.trim(), contextOf(endUserId, attribute));
  }

  private watchedBy(customerId: string): Promise<Pick<FairnessMonitor, 'attributes'>[]> {
    return this.database.read.list(FairnessMonitor, {
      scope: tenant(customerId),
      where: { endedAt: null },
      selection: { attributes: true },
    });
  }
}

const contextOf = (endUserId: string, attribute: string): string =>
  `end_user_groups:${endUserId}:${attribute}:value`;

function faultsOf(told: readonly ToldGroup[], monitors: readonly Pick<FairnessMonitor, 'attributes'>[]) {
  const watched = monitors.flatMap(({ attributes }) => attributes);
  if (told.length > MOST_ATTRIBUTES)
    return [invalidInput(['input', 'groups'], `Tell at most ${MOST_ATTRIBUTES} groups at once.`, 'max')];
  return told.flatMap(({ attribute, value }, at) => {
    const named = watched.filter(({ name }) => name === attribute);
    const path = ['input', 'groups', String(at)];
    if (told.findIndex((one) => one.attribute === attribute) < at)
      return [invalidInput([...path, 'attribute'], `${attribute} is named twice.`, 'unique')];
    // What is no longer watched can still be taken back.
    if (value == null) return [];
    if (named.length === 0) {
      const message = `Nothing is watched for ${attribute}, so it is not kept. Deployment.fairnessMonitor says what is.`;
      return [invalidInput([...path, 'attribute'], message, 'watched')];
    }
    if (named.some((one) => groupOf(one, value) !== undefined)) return [];
    const groups = [...new Set(named.flatMap((one) => one.groups))].join(', ');
    return [
      invalidInput([...path, 'value'], `This is no group of ${attribute}. They are: ${groups}.`, 'group'),
    ];
  });
}
