import {
  decimalOf,
  type HourOfUsage,
  microsOf,
  planMeterEvents,
  type Standing,
  UsageMeter,
} from './meter-plan';

const period = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') };
const now = new Date('2026-11-10T14:06:00Z');
/** An invoice that has as much as is to come off it. */
const setOff = { room: 1_000_000_000n, givenAway: 0n, meteredAt: now, late: false };
const nothing = { requests: 0n, charge: '0', owedMicros: 0n };

function hour(clock: string, requests: number, charge: string): HourOfUsage {
  return { hour: new Date(`2026-11-10T${clock}:00:00Z`), requests: BigInt(requests), charge };
}

/** More is used than is handed over, unless told otherwise. */
const plan = (
  hours: readonly HourOfUsage[],
  credited = '0',
  before = nothing,
  currency = 'USD',
  used = '1000',
  off: Standing['setOff'] = setOff,
) => planMeterEvents(hours, { period, before, used, credited, currency, now, setOff: off });
const values = ({ events }: ReturnType<typeof plan>, meter: UsageMeter): bigint[] =>
  events.filter((event) => event.meter === meter).map(({ value }) => value);

describe('what is handed over to the meters', () => {
  it('is one event of requests an hour, and what they come to in millionths', () => {
    const planned = plan([hour('12', 3, '1.2'), hour('13', 2, '0.8')]);
    expect(values(planned, UsageMeter.REQUESTS)).toEqual([3n, 2n]);
    expect(values(planned, UsageMeter.CHARGE)).toEqual([2_000_000n]);
    expect(planned.totals).toEqual({ requests: 5n, charge: '2', owedMicros: 2_000_000n });
  });

  it('owes only what credits did not pay', () => {
    const planned = plan([hour('12', 10, '4')], '3.25');
    expect(values(planned, UsageMeter.CHARGE)).toEqual([750_000n]);
    expect(values(plan([hour('12', 10, '4')], '4'), UsageMeter.CHARGE)).toEqual([]);
  });

  it('takes nothing back when credits that pay for the running hour are known before it is over', () => {
    const first = plan([hour('12', 10, '4')]);
    const meanwhile = plan([hour('13', 1, '0.4')], '2', first.totals);
    expect(values(meanwhile, UsageMeter.CHARGE)).toEqual([]);
    const then = plan([hour('14', 5, '2')], '2', meanwhile.totals);
    expect(values(then, UsageMeter.CHARGE)).toEqual([400_000n]);
    expect(then.totals.owedMicros).toBe(4_400_000n);
  });

  it('takes back what is owed no more, once all that was used is handed over, in steps that a card can pay', () => {
    const { totals } = plan([hour('12', 10, '4')]);
    expect(plan([], '3', totals)).toEqual({ events: [], totals });
    const back = plan([], '3', totals, 'USD', '4');
    expect(back.events).toEqual([
      { meter: 'CHARGE', hour: now, value: -3_000_000n, charge: '0', meteredAt: now, late: false },
    ]);
    expect(plan([], '3', back.totals, 'USD', '4').events).toEqual([]);
    const fils = plan([hour('12', 4, '34.7')], '0', nothing, 'KWD');
    const fewer = plan([], '5', fils.totals, 'KWD', '34.7');
    expect(values(fewer, UsageMeter.CHARGE)).toEqual([-10_000_000n]);
  });

  it('takes back no more than the invoice has, and the rest from the next, until nothing is left', () => {
    let { totals } = plan([hour('12', 10, '4')]);
    const taken: bigint[] = [];
    for (const room of [null, 0n, -5n, 1_500_000n, 2_000_000n, 2_000_000n, 9_000_000n]) {
      const off = room === null ? null : { ...setOff, room };
      const planned = plan([], '4', totals, 'USD', '4', off);
      totals = planned.totals;
      taken.push(...values(planned, UsageMeter.CHARGE));
    }
    expect(taken).toEqual([-1_500_000n, -2_000_000n, -500_000n]);
    expect(totals.owedMicros).toBe(0n);
    const fils = plan([hour('12', 4, '34.7')], '0', nothing, 'KWD').totals;
    const some = plan([], '34.7', fils, 'KWD', '34.7', { ...setOff, room: 25_000_000n });
    expect(values(some, UsageMeter.CHARGE)).toEqual([-20_000_000n]);
  });

  it('takes nothing back that nobody paid, because no invoice has had it', () => {
    const { totals } = plan([hour('12', 10, '4')]);
    const back = (credited: string) =>
      plan([], credited, totals, 'USD', '4', { ...setOff, givenAway: 3_000_000n });
    expect(values(back('2'), UsageMeter.CHARGE)).toEqual([]);
    expect(values(back('4'), UsageMeter.CHARGE)).toEqual([-1_000_000n]);
  });

  it('loses no millionth over many hours: what is left of one comes with the next', () => {
    let totals: typeof nothing = nothing;
    for (let count = 0; count < 10; count++) totals = plan([hour('12', 1, '0.0000003')], '0', totals).totals;
    expect(totals).toEqual({ requests: 10n, charge: '0.000003', owedMicros: 3n });
  });

  it('asks for dinars in tens of fils, which is what a card can pay, and for the rest with what comes', () => {
    const first = plan([hour('12', 4, '14.7')], '0', nothing, 'KWD');
    expect(values(first, UsageMeter.CHARGE)).toEqual([10_000_000n]);
    const second = plan([hour('13', 4, '6')], '0', first.totals, 'KWD');
    expect(values(second, UsageMeter.CHARGE)).toEqual([10_000_000n]);
    expect(values(plan([hour('14', 1, '9.2')], '0.7', second.totals, 'KWD'), UsageMeter.CHARGE)).toEqual([]);
    expect(values(plan([hour('12', 4, '9.999999')], '0', nothing, 'KWD'), UsageMeter.CHARGE)).toEqual([]);
  });

  it('writes millionths as decimals and back', () => {
    expect([microsOf('12.3456789'), microsOf('-0.5'), microsOf('7')]).toEqual([
      12_345_678n,
      -500_000n,
      7_000_000n,
    ]);
    expect([decimalOf(12_345_678n), decimalOf(-500_000n), decimalOf(0n)]).toEqual(['12.345678', '-0.5', '0']);
  });
});
