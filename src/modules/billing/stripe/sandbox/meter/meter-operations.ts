/** Meters and the usage that is sent to them. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import { badParameter, missing, notAllowed } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Meter } from '../store/wire';
import type { MeterReadings } from './meter-readings';

const OLDEST_SECONDS = 35 * 86_400;
const NEWEST_SECONDS = 300;
const LONGEST_LIST = 1000;
/** What was recorded wrongly is taken back by a negative number. */
const WHOLE = /^-?\d{1,15}$/;

export class MeterOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly readings: MeterReadings,
  ) {}

  list(): Operation[] {
    const address = '/v1/billing/meters';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      {
        method: 'GET',
        path: address,
        run: ({ parameters }) => {
          const status = parameters.choice('status', ['active', 'inactive']);
          return this.store.page('billing.meter', { properties: { status: status && [status] } }, parameters);
        },
      },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('billing.meter', path.id!) },
      { method: 'GET', path: `${address}/:id/event_summaries`, run: (call) => this.summaries(call) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.rename(call) },
      { method: 'POST', path: `${address}/:id/deactivate`, run: (call) => this.turn(call, 'inactive') },
      { method: 'POST', path: `${address}/:id/reactivate`, run: (call) => this.turn(call, 'active') },
      { method: 'POST', path: '/v1/billing/meter_event_adjustments', run: (call) => this.adjust(call) },
      { method: 'POST', path: '/v1/billing/meter_events', run: (call) => this.record(call) },
    ];
  }

  private async create({ parameters, at }: Call): Promise<Meter> {
    const eventName = parameters.required('event_name');
    const taken = await this.store.all('billing.meter', {
      properties: { event_name: [eventName], status: ['active'] },
    });
    if (taken.length > 0)
      throw badParameter(
        'event_name',
        `An active meter already exists with event name ${eventName}.`,
        'resource_already_exists',
      );
    const formula = parameters
      .requiredGroup('default_aggregation')
      .choice('formula', ['sum', 'count', 'last']);
    if (!formula)
      throw badParameter(
        'default_aggregation[formula]',
        'Missing required param: default_aggregation[formula].',
        'parameter_missing',
      );
    const mapping = parameters.group('customer_mapping');
    mapping?.choice('type', ['by_id']);
    return this.store.save<'billing.meter'>({
      id: idFor('billing.meter'),
      object: 'billing.meter',
      created: at,
      customer_mapping: {
        event_payload_key: mapping?.text('event_payload_key') ?? 'stripe_customer_id',
        type: 'by_id',
      },
      default_aggregation: { formula },
      display_name: parameters.required('display_name'),
      event_name: eventName,
      event_time_window: null,
      livemode: false,
      status: 'active',
      status_transitions: { deactivated_at: null },
      updated: at,
      value_settings: {
        event_payload_key: parameters.group('value_settings')?.text('event_payload_key') ?? 'value',
      },
    });
  }

  private async rename({ path, parameters, at }: Call): Promise<Meter> {
    const before = await this.store.get('billing.meter', path.id!);
    const display_name = parameters.text('display_name') ?? before.display_name;
    return this.store.save<'billing.meter'>({ ...before, display_name, updated: at });
  }

  private async turn({ path, at }: Call, status: 'active' | 'inactive'): Promise<Meter> {
    const before = await this.store.get('billing.meter', path.id!);
    if (before.status === status) throw notAllowed(`This meter is already ${status}.`);
    const status_transitions = { deactivated_at: status === 'active' ? null : at };
    return this.store.save<'billing.meter'>({ ...before, status, status_transitions, updated: at });
  }

  private async adjust({ parameters, at }: Call): Promise<object> {
    const eventName = parameters.required('event_name');
    parameters.required('type');
    const type = parameters.choice('type', ['cancel']);
    const identifier = parameters.requiredGroup('cancel').required('identifier');
    const reading = await this.readings.find(eventName, identifier);
    if (!reading) throw missing('meter event', identifier, 'cancel[identifier]');
    const customer = await this.store.get('customer', reading.customer);
    const now = await this.time.of(customer, at);
    await this.readings.cancel(eventName, identifier, reading.created, now);
    return {
      object: 'billing.meter_event_adjustment',
      cancel: { identifier },
      event_name: eventName,
      livemode: false,
      status: 'complete',
      type,
    };
  }

  private async record({ parameters, at: realTime }: Call): Promise<object> {
    const eventName = parameters.required('event_name');
    const [meter] = await this.store.all('billing.meter', { properties: { event_name: [eventName] } });
    if (!meter) throw missing('meter', eventName, 'event_name');
    if (meter.status !== 'active')
      throw badParameter('event_name', 'The meter of this event is inactive.', 'archived_meter');
    const payload = parameters.requiredGroup('payload');
    const customer = await this.store.get(
      'customer',
      payload.required(meter.customer_mapping.event_payload_key),
      payload.name(meter.customer_mapping.event_payload_key),
    );
    const valueKey = meter.value_settings.event_payload_key;
    const value =
      meter.default_aggregation.formula === 'count'
        ? (payload.text(valueKey) ?? '1')
        : payload.required(valueKey);
    if (!WHOLE.test(value))
      throw badParameter(
        payload.name(valueKey),
        'Invalid value: a whole number is needed.',
        'parameter_invalid_integer',
      );
    const at = await this.time.of(customer, realTime);
    const timestamp = parameters.integer('timestamp') ?? at;
    if (timestamp < at - OLDEST_SECONDS || timestamp > at + NEWEST_SECONDS)
      throw badParameter(
        'timestamp',
        'The timestamp must be within the past 35 calendar days or up to 5 minutes in the future.',
      );
    const identifier = parameters.text('identifier') ?? newSandboxId('mev');
    await this.readings.add({ identifier, eventName, customer: customer.id, value, timestamp }, at);
    return {
      object: 'billing.meter_event',
      created: at,
      event_name: eventName,
      identifier,
      livemode: false,
      payload: { [meter.customer_mapping.event_payload_key]: customer.id, [valueKey]: value },
      timestamp,
    };
  }

  private async summaries({ path, parameters }: Call): Promise<object> {
    const meter = await this.store.get('billing.meter', path.id!);
    const customer = parameters.required('customer');
    const start = Number(parameters.required('start_time'));
    const end = Number(parameters.required('end_time'));
    parameters.count('limit', 1);
    const grouping = parameters.choice('value_grouping_window', ['day', 'hour']);
    assertAligned('start_time', start, grouping ?? 'minute');
    assertAligned('end_time', end, grouping ?? 'minute');
    const window = grouping === 'day' ? 86_400 : grouping === 'hour' ? 3600 : end - start;
    if (end <= start || (grouping && (end - start) / window > LONGEST_LIST))
      throw badParameter('end_time', 'The end must be after the start, and not too far from it.');
    const data: object[] = [];
    for (let from = start; from < end; from += window) {
      const span = { start: from, end: Math.min(from + window, end) };
      data.push({
        id: newSandboxId('mtrusg'),
        object: 'billing.meter_event_summary',
        aggregated_value: await this.readings.sum(meter.id, customer, span),
        end_time: span.end,
        livemode: false,
        meter: meter.id,
        start_time: span.start,
      });
    }
    // Newest first, as every list.
    return {
      object: 'list',
      data: data.reverse(),
      has_more: false,
      url: `/v1/billing/meters/${meter.id}/event_summaries`,
    };
  }
}

/** Summaries are cut at the hours or days that they are grouped by, and at whole minutes otherwise. */
function assertAligned(param: string, time: number, grouping: 'day' | 'hour' | 'minute'): void {
  if (time % { day: 86_400, hour: 3600, minute: 60 }[grouping] !== 0)
    throw badParameter(param, `Invalid ${param}: must be aligned with ${grouping} boundaries.`);
}
