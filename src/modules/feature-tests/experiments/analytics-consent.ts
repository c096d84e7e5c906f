/**
 * Who agreed to analytics, from memory: it decides whether a person gets a variant at all. A stale copy is harmless:
 * whether an exposure is kept is decided by the statement that keeps it. Dropped by notification when a person decides
 * anew, and after a short time as a belt.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, tenant } from '../../../platform/database';
import type { DomainEvent, EventSubscriber, Signals } from '../../../platform/events';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import { CONSENT_CHANNEL } from '../feature-tests.events';

const KEPT_MS = 30_000;
const MOST_PEOPLE = 100_000;

interface Known {
  readonly given: Promise<boolean>;
  readonly until: number;
}

export class AnalyticsConsent implements EventSubscriber {
  readonly name = 'feature-tests.consent';
  readonly types = ['consent.given', 'consent.withdrawn'];
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** Hears of decisions in any process. Answers the function that stops it. */
  listen(): () => void {
    return this.signals.subscribe(
      CONSENT_CHANNEL,
      ({ id }) => this.known.delete(String(id)),
      () => this.known.clear(),
    );
  }

  given(customerId: string, endUserId: string): Promise<boolean> {
    const now = this.clock.millis();
    const held = this.known.get(endUserId);
    if (held && held.until > now) return held.given;
    if (this.known.size >= MOST_PEOPLE) this.known.clear();
    const given = this.read(customerId, endUserId);
    this.known.set(endUserId, { given, until: now + KEPT_MS });
    given.catch(() => this.known.delete(endUserId));
    return given;
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { data } of events) await this.signals.publish(CONSENT_CHANNEL, { id: data['endUserId'] });
  }

  private async read(customerId: string, endUserId: string): Promise<boolean> {
    const scope = tenant(customerId);
    const values = [customerId, endUserId];
    const [row] = await this.database.read.sql<{ given: boolean }>(scope, this.name, GIVEN, values);
    return row?.given ?? false;
  }
}

const GIVEN = `
  select ${CONSENT_NOW_SQL('person.customer_id', 'person.id', ConsentPurpose.ANALYTICS)} as given
  from end_users person where person.customer_id = $1 and person.id = $2`;
