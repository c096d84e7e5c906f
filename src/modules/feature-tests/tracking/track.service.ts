/** Keeps metric events of people who agreed to analytics, once each, and adds them up in the tests they take part in. */
import type { Clock } from '../../../kernel/clock';
import { type AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { type Database, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { EndUser } from '../../identity';
import type {
  IgnoredReason,
  ObservationRepository,
  TrackedEntry,
} from '../experiments/observation.repository';
import { isBuiltIn } from '../experiments/metric-plan';
import { METRIC_EVENTS_TRACKED } from '../feature-tests.events';
import { LARGEST_VALUE, type TrackedEventInput } from './track.input';

/** By so much the clock of whoever sends may go ahead: one event would refuse a hundred, now and then. It happened now, then. */
const CLOCK_SKEW_MS = 60_000;

/** Has agreed to nothing, as whoever is known and never did. */
const NOBODY = '';

export interface Tracked {
  readonly accepted: number;
  readonly ignored: number;
  /** In the order in which they were sent. */
  readonly ignoredEvents: readonly IgnoredEvent[];
}

export interface IgnoredEvent {
  readonly id: string;
  readonly reason: IgnoredReason;
}

/** Something that a person did, whom we know. */
export interface TrackedEvent {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** One of another customer, or of nobody, has agreed to nothing here. */
  readonly endUserId: string;
  readonly at?: Date | null;
}

export class TrackService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly observations: ObservationRepository,
  ) {}

  /** @throws AppErrors with every event that cannot be kept by anyone. */
  async track(customerId: string, by: Principal, events: readonly TrackedEventInput[]): Promise<Tracked> {
    const now = this.clock.now();
    const faults = events.flatMap((event, index) => faultsOf(event, index, by, now));
    if (faults.length > 0) throw new AppErrors(faults);
    return this.database.unitOfWork.run(tenant(customerId), async () => {
      const people = await this.people(customerId, by, events);
      const named = events.map(({ endUserExternalId, ...event }) => ({
        ...event,
        endUserId: people.get(endUserExternalId ?? '') ?? NOBODY,
      }));
      return this.keep(customerId, by, named);
    });
  }

  /** Keeps events that are known to be sound. Event: metric-events.tracked. */
  async keep(customerId: string, by: Principal, events: readonly TrackedEvent[]): Promise<Tracked> {
    const now = this.clock.now();
    return this.database.unitOfWork.run(tenant(customerId), async () => {
      const entries = events.map(({ id, name, value, endUserId, at }): TrackedEntry => {
        const isDated = Boolean(at && at < now);
        return { eventId: ownId(id, by), endUserId, name, value, at: isDated ? at! : now, isDated };
      });
      const reasons = entries.length === 0 ? [] : await this.observations.recordTracked(customerId, entries);
      const ignoredEvents = reasons.flatMap((reason, place) =>
        reason ? [{ id: events[place]!.id, reason }] : [],
      );
      const accepted = events.length - ignoredEvents.length;
      if (accepted > 0) {
        const data = { accepted };
        await this.events.emit({
          type: METRIC_EVENTS_TRACKED,
          customerId,
          subject: customerId,
          actor: by,
          data,
        });
      }
      return { accepted, ignored: ignoredEvents.length, ignoredEvents };
    });
  }

  /** End users by the customer's own id; an end user's token speaks for itself. Whom we never met has agreed to nothing. */
  private async people(
    customerId: string,
    by: Principal,
    events: readonly TrackedEventInput[],
  ): Promise<ReadonlyMap<string, string>> {
    if (by.kind === 'END_USER') return new Map([['', by.endUserId]]);
    const externalIds = [...new Set(events.map(({ endUserExternalId }) => endUserExternalId!))];
    const where = { customerId, externalId: { in: externalIds } };
    const rows = await this.database.read.list(EndUser, {
      scope: tenant(customerId),
      where,
      selection: { id: true, externalId: true },
    });
    return new Map(rows.map(({ id, externalId }) => [externalId, id]));
  }
}

/** A browser's ids are its person's own: nobody takes another person's ids away, or learns which are taken. */
function ownId(id: string, by: Principal): string {
  return by.kind === 'END_USER' ? `${by.endUserId} ${id}` : id;
}

function faultsOf(
  { name, value, endUserExternalId, at }: TrackedEventInput,
  index: number,
  by: Principal,
  now: Date,
): AppError[] {
  const path = ['input', 'events', String(index)];
  const faults: AppError[] = [];
  if (isBuiltIn(name)) {
    faults.push(
      invalidInput(
        [...path, 'name'],
        'This metric is measured by the house itself. Choose another name.',
        'reserved',
      ),
    );
  }
  if (!(Math.abs(value) <= LARGEST_VALUE)) {
    faults.push(
      invalidInput(
        [...path, 'value'],
        `The value must be a number from −${LARGEST_VALUE} to ${LARGEST_VALUE}.`,
        'range',
      ),
    );
  }
  if (by.kind === 'END_USER' && typeof endUserExternalId === 'string') {
    faults.push(
      invalidInput(
        [...path, 'endUserExternalId'],
        'An end user’s token speaks for itself: leave this out.',
        'absent',
      ),
    );
  }
  if (by.kind !== 'END_USER' && typeof endUserExternalId !== 'string') {
    faults.push(invalidInput([...path, 'endUserExternalId'], 'Say whose event it is.', 'required'));
  }
  if (at && at.getTime() > now.getTime() + CLOCK_SKEW_MS)
    faults.push(invalidInput([...path, 'at'], 'It cannot have happened in the future.', 'past'));
  return faults;
}
