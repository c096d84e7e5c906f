/** Test clocks: time for the customers on them, moved by hand. */
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import { badParameter } from '../request/refusal';
import { cadenceOf } from '../catalogue/price-rule';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { TestClock } from '../store/wire';
import { isOver } from '../subscription/subscription-shape';
import { addMonths, periodBoundary } from './billing-cycle';
import type { Timekeeper } from './timekeeper';

const LIFETIME = 30 * 86_400;
/** How far a clock may be moved at a time: so many intervals of its shortest subscription, or so many years without one. */
const FARTHEST = 2;

export class TestClockOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly timekeeper: Timekeeper,
  ) {}

  list(): Operation[] {
    const address = '/v1/test_helpers/test_clocks';
    const kind = 'test_helpers.test_clock';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.store.page(kind, {}, parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get(kind, path.id!) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
      { method: 'POST', path: `${address}/:id/advance`, run: (call) => this.advance(call) },
    ];
  }

  private async create({ parameters, at }: Call): Promise<TestClock> {
    const clock = await this.store.save<'test_helpers.test_clock'>({
      id: idFor('test_helpers.test_clock'),
      object: 'test_helpers.test_clock',
      created: at,
      deletes_after: at + LIFETIME,
      frozen_time: frozenTime(parameters),
      livemode: false,
      name: parameters.nullable('name') ?? null,
      status: 'ready',
      status_details: {},
    });
    await this.events.record('test_helpers.test_clock.created', clock, at);
    return clock;
  }

  /** The answer says `advancing`, as Stripe's does; by the time it is read, the clock is ready. */
  private async advance({ path, parameters, at }: Call): Promise<TestClock> {
    const before = await this.store.get('test_helpers.test_clock', path.id!);
    const target = frozenTime(parameters);
    if (target <= before.frozen_time)
      throw badParameter(
        'frozen_time',
        'The frozen time must be after the current frozen time of the clock.',
      );
    if (target > (await this.farthest(before)))
      throw badParameter(
        'frozen_time',
        'Test clock advancement is limited to two intervals of the shortest subscription on the clock, and to two years without one.',
      );
    const advancing: TestClock = {
      ...before,
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: target } },
    };
    await this.events.record('test_helpers.test_clock.advancing', advancing, at);
    await this.events.during(undefined, () =>
      this.timekeeper.advance(before.id, target, async (instant) => {
        await this.store.save<'test_helpers.test_clock'>({ ...before, frozen_time: instant });
      }),
    );
    const ready = await this.store.save<'test_helpers.test_clock'>({ ...before, frozen_time: target });
    await this.events.record('test_helpers.test_clock.ready', ready, at);
    return advancing;
  }

  /** With everything that lives by it. */
  private async remove({ path, at }: Call): Promise<object> {
    const clock = await this.store.get('test_helpers.test_clock', path.id!);
    await this.store.removeOnClock(clock.id);
    await this.events.record('test_helpers.test_clock.deleted', clock, at);
    return { id: clock.id, object: clock.object, deleted: true };
  }

  private async farthest({ id, frozen_time: now }: TestClock): Promise<number> {
    const subscriptions = await this.store.all('subscription', { properties: { test_clock: [id] } });
    const limits = subscriptions
      .filter((one) => !isOver(one))
      .flatMap(({ items }) => items.data)
      .map(({ price }) => periodBoundary(now, cadenceOf(price), FARTHEST));
    return limits.length > 0 ? Math.min(...limits) : addMonths(now, FARTHEST * 12);
  }
}

function frozenTime(parameters: Call['parameters']): number {
  const seconds = parameters.count('frozen_time', 0);
  if (seconds === undefined)
    throw badParameter('frozen_time', 'Missing required param: frozen_time.', 'parameter_missing');
  return seconds;
}
