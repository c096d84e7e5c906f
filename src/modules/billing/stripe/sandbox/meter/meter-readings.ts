/** What was metered: events with an identifier, summed for a customer and a period. */
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import type { Span } from '../calendar/proration';
import { badParameter } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';

export interface MeterReading {
  readonly identifier: string;
  readonly eventName: string;
  readonly customer: string;
  readonly value: string;
  readonly timestamp: number;
}

/** Identifiers are remembered this long. */
const REMEMBERED_SECONDS = 24 * 3600;

/** What the readings of a period come to, by the meter's formula. */
const TOTALS: Record<string, string> = {
  sum: 'coalesce(sum(value), 0)',
  count: 'count(*)',
  last: 'coalesce((array_agg(value order by timestamp desc, position desc))[1], 0)',
};

export class MeterReadings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: ObjectStore,
  ) {}

  /** @throws Refusal when the identifier was used in the last 24 hours. */
  async add(reading: MeterReading, at: number): Promise<void> {
    const { identifier, eventName, customer, value, timestamp } = reading;
    const known = await this.sql(
      'select from stripe_sandbox_meter_events where identifier = $1 and created > $2',
      [identifier, at - REMEMBERED_SECONDS],
    );
    if (known.length > 0) {
      const message = `An event already exists with identifier ${identifier}.`;
      throw badParameter('identifier', message, 'resource_already_exists');
    }
    await this.sql(
      `insert into stripe_sandbox_meter_events (identifier, event_name, customer, value, timestamp, created)
       values ($1, $2, $3, $4, $5, $6)`,
      [identifier, eventName, customer, value, timestamp, at],
    );
  }

  /** What of it is billed: where more was taken back than used, that is nothing. */
  async billable(...asked: Parameters<MeterReadings['sum']>): Promise<number> {
    return Math.max(0, await this.sum(...asked));
  }

  async sum(meterId: string, customer: string, { start, end }: Span): Promise<number> {
    const meter = await this.store.get('billing.meter', meterId);
    const [row] = await this.sql<{ total: string }>(
      `select ${TOTALS[meter.default_aggregation.formula] ?? TOTALS.sum} as total
       from stripe_sandbox_meter_events
       where event_name = $1 and customer = $2 and timestamp >= $3 and timestamp < $4`,
      [meter.event_name, customer, start, end],
    );
    return Number(row!.total);
  }

  /** Whose reading it was and when it came; the newest of that identifier. */
  async find(
    eventName: string,
    identifier: string,
  ): Promise<{ customer: string; created: number } | undefined> {
    const [row] = await this.sql<{ customer: string; created: string }>(
      `select customer, created from stripe_sandbox_meter_events
       where event_name = $1 and identifier = $2 order by position desc limit 1`,
      [eventName, identifier],
    );
    return row && { customer: row.customer, created: Number(row.created) };
  }

  /** Takes back a reading that was sent by mistake. @throws Refusal when its identifier is forgotten by then. */
  async cancel(eventName: string, identifier: string, created: number, at: number): Promise<void> {
    if (created <= at - REMEMBERED_SECONDS)
      throw badParameter('cancel[identifier]', 'Only events of the last 24 hours can be canceled.');
    await this.sql(
      'delete from stripe_sandbox_meter_events where event_name = $1 and identifier = $2 and created = $3',
      [eventName, identifier, created],
    );
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.unitOfWork.run(SERVICE, () => this.unitOfWork.sql<R>(text, values));
  }
}
