/** Schedules, as they can be asked for. */
import { type Cadence, type Interval } from '../calendar/billing-cycle';
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Discounts } from '../catalogue/discount.service';
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type SubscriptionSchedule } from '../store/wire';
import { type EndBehavior, phaseOf, type PhaseOrder, phasesFrom, scheduleShape } from './schedule-shape';
import type { Schedules } from './schedule.service';
import { shareCadence } from './subscription-change';
import { PRORATIONS } from './subscription-order';
import type { Subscriptions } from './subscription.service';

const ENDS: readonly EndBehavior[] = ['cancel', 'release'];
const INTERVALS: readonly Interval[] = ['day', 'week', 'month', 'year'];
const KIND = 'subscription_schedule';

export class ScheduleOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly subscriptions: Subscriptions,
    private readonly schedules: Schedules,
    private readonly discounts: Discounts,
  ) {}

  list(): Operation[] {
    const address = '/v1/subscription_schedules';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get(KIND, path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'POST', path: `${address}/:id/release`, run: (call) => this.release(call) },
      { method: 'POST', path: `${address}/:id/cancel`, run: (call) => this.cancel(call) },
    ];
  }

  private async create(call: Call): Promise<SubscriptionSchedule> {
    const from = call.parameters.text('from_subscription');
    const schedule = await (from === undefined ? this.createNew(call) : this.createFrom(call, from));
    await this.events.record('subscription_schedule.created', schedule, schedule.created);
    return schedule;
  }

  private async createFrom({ at: realTime }: Call, from: string): Promise<SubscriptionSchedule> {
    const subscription = await this.store.get('subscription', from, 'from_subscription');
    if (subscription.schedule)
      throw notAllowed('You cannot migrate a subscription that is already attached to a schedule.');
    if (subscription.ended_at !== null) throw notAllowed('This subscription has ended.');
    const at = await this.time.of(subscription, realTime);
    const schedule = await this.store.save<typeof KIND>(
      scheduleShape({
        customer: await this.subscriptions.customerOf(subscription),
        subscription: subscription.id,
        phases: [phaseOf(subscription, await this.discounts.of(subscription))],
        endBehavior: 'release',
        metadata: {},
        at,
      }),
    );
    await this.subscriptions.move(subscription, { schedule: schedule.id }, at);
    return schedule;
  }

  private async createNew({ parameters, at: realTime }: Call): Promise<SubscriptionSchedule> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const at = await this.time.of(customer, realTime);
    const start = parameters.text('start_date') === 'now' ? at : (parameters.integer('start_date') ?? at);
    const schedule = await this.store.save<typeof KIND>(
      scheduleShape({
        customer,
        subscription: null,
        phases: phasesFrom(await this.phases(parameters, customer, at), start),
        endBehavior: parameters.choice('end_behavior', ENDS) ?? 'release',
        metadata: parameters.metadata(),
        at,
      }),
    );
    return start > at ? schedule : this.schedules.begin(schedule, at);
  }

  private page(parameters: Parameters): Promise<object> {
    return this.store.page(KIND, { customer: parameters.text('customer') }, parameters);
  }

  private async update({ path, parameters, at: realTime }: Call): Promise<SubscriptionSchedule> {
    const before = await this.living(path.id!);
    const at = await this.time.of({ test_clock: before.test_clock ?? undefined }, realTime);
    const change = {
      end_behavior: parameters.choice('end_behavior', ENDS) ?? before.end_behavior,
      metadata: parameters.metadata(before.metadata ?? {}),
    };
    const prorates = parameters.choice('proration_behavior', PRORATIONS);
    if (!parameters.has('phases')) return this.schedules.save(before, change, at);
    const customer = await this.store.get('customer', idOf(before.customer) ?? '');
    const orders = await this.phases(parameters, customer, at);
    const start = orders[0]!.startDate;
    if (before.current_phase && start !== undefined && start !== before.current_phase.start_date)
      throw badParameter('phases[0][start_date]', 'You cannot modify the start date of the current phase.');
    const phases = phasesFrom(orders, before.phases[0]?.start_date ?? at);
    const [first, ...rest] = phases;
    const asked = prorates ? [{ ...first!, proration_behavior: prorates }, ...rest] : phases;
    return this.schedules.replan(before, asked, change, at);
  }

  private async release({ path, parameters, at }: Call): Promise<SubscriptionSchedule> {
    parameters.boolean('preserve_cancel_date');
    const schedule = await this.living(path.id!);
    const now = await this.time.of({ test_clock: schedule.test_clock ?? undefined }, at);
    return this.schedules.release(schedule, now);
  }

  private async cancel({ path, at: realTime }: Call): Promise<SubscriptionSchedule> {
    const schedule = await this.living(path.id!);
    const at = await this.time.of({ test_clock: schedule.test_clock ?? undefined }, realTime);
    const id = idOf(schedule.subscription);
    const change = { status: 'canceled', canceled_at: at, current_phase: null } as const;
    const canceled = await this.schedules.save(schedule, change, at);
    if (id) {
      const subscription = await this.store.get('subscription', id);
      await this.subscriptions.end({ ...subscription, schedule: null }, at, 'cancellation_requested');
    }
    await this.events.record('subscription_schedule.canceled', canceled, at);
    return canceled;
  }

  private async living(id: string): Promise<SubscriptionSchedule> {
    const schedule = await this.store.get(KIND, id);
    if (schedule.status !== 'active' && schedule.status !== 'not_started')
      throw notAllowed(`You cannot change a subscription schedule that is ${schedule.status}.`);
    return schedule;
  }

  private async phases(parameters: Parameters, customer: Customer, at: number): Promise<PhaseOrder[]> {
    const orders: PhaseOrder[] = [];
    for (const phase of parameters.groups('phases')) orders.push(await this.phase(phase, customer, at));
    if (orders.length === 0)
      throw badParameter('phases', 'Missing required param: phases.', 'parameter_missing');
    return orders;
  }

  private async phase(phase: Parameters, customer: Customer, at: number): Promise<PhaseOrder> {
    const items = [];
    for (const item of phase.groups('items')) {
      const price = await this.store.get('price', item.required('price'), item.name('price'));
      if (!price.recurring) throw badParameter(item.name('price'), 'Only recurring prices can be scheduled.');
      items.push({ price, quantity: item.count('quantity', 0) ?? 1 });
    }
    if (items.length === 0)
      throw badParameter(
        phase.name('items'),
        `Missing required param: ${phase.name('items')}.`,
        'parameter_missing',
      );
    const prices = items.map(({ price }) => price);
    const { currency } = prices[0]!;
    if (!shareCadence(prices))
      throw notAllowed(
        'All prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      );
    const other = prices.find((price) => price.currency !== (customer.currency ?? currency));
    if (other)
      throw notAllowed(
        `You cannot combine currencies on a single customer: ${other.id} is in ${other.currency}.`,
      );
    return {
      items,
      trialEnd: phase.boolean('trial') ? 'PHASE' : phase.integer('trial_end'),
      redemptions: await this.discounts.asked(phase, customer, { currency, amount: null }, at),
      startDate: phase.integer('start_date'),
      endDate: phase.integer('end_date'),
      duration: durationIn(phase),
      prorationBehavior: phase.choice('proration_behavior', PRORATIONS) ?? 'create_prorations',
      anchor: phase.choice('billing_cycle_anchor', ['automatic', 'phase_start'] as const) ?? null,
      metadata: phase.metadata(),
    };
  }
}

function durationIn(phase: Parameters): Cadence | undefined {
  const duration = phase.group('duration');
  if (!duration) return undefined;
  duration.required('interval');
  return {
    interval: duration.choice('interval', INTERVALS)!,
    interval_count: duration.count('interval_count', 1) ?? 1,
  };
}
