/** The four scenarios against a device of numbers, in virtual time. */
import { AppError } from '../../../kernel/errors';
import { VirtualTime } from '../../../../test/support/virtual-time';
import { type LoadPlan, LoadScenario, planOf } from './load-plan';
import { type AskRows, type LoadFigures, LoadRun } from './load-run';
import { throughputOf } from './load-verdict';

const ROWS = ['a', 'b', 'c'];
const never = new AbortController().signal;

const plan = (scenario: LoadScenario, more: Partial<LoadPlan> = {}): LoadPlan => ({
  ...planOf({ scenario, seed: 1, minDurationMs: 1000, findPeak: false }),
  latencyBoundMs: scenario === LoadScenario.OFFLINE ? null : 50,
  minQueries: 20,
  ...more,
});

/** One query at a time, each so many milliseconds a row and one more for the way. */
function device(time: VirtualTime, msPerRow: number, asked: (readonly string[])[] = []): AskRows<string> {
  let freeAt = 0;
  return async (rows) => {
    asked.push(rows);
    const arrivedAt = time.now();
    const begun = Math.max(freeAt, arrivedAt);
    const computeMs = rows.length * msPerRow;
    freeAt = begun + computeMs;
    await time.until(freeAt + 1);
    return { queueMs: begun - arrivedAt, computeMs };
  };
}

async function run(
  of: LoadPlan,
  ask: (time: VirtualTime) => AskRows<string>,
  signal: AbortSignal = never,
): Promise<LoadFigures> {
  const time = new VirtualTime();
  return time.pass(new LoadRun(of, ROWS, ask(time), time, signal).run());
}

test('a single stream sends the next query when the last is answered, until count and duration are reached', async () => {
  const { record, durationMs, isComplete } = await run(plan(LoadScenario.SINGLE_STREAM), (time) =>
    device(time, 9),
  );
  expect([record.queries, record.answeredRows, durationMs, isComplete]).toEqual([100, 100, 1000, true]);
  const [median] = record.quantiles();
  expect(median!.totalMs).toBeCloseTo(10, 1);
  expect([median!.queueMs, Math.round(median!.computeMs), Math.round(median!.restMs)]).toEqual([0, 9, 1]);
  const counted = plan(LoadScenario.SINGLE_STREAM, { minQueries: 150 });
  expect(await run(counted, (time) => device(time, 9))).toMatchObject({ durationMs: 1500 });
});

test('a multi stream asks several rows a query', async () => {
  const asked: (readonly string[])[] = [];
  const { record } = await run(plan(LoadScenario.MULTI_STREAM, { rowsPerQuery: 4 }), (time) =>
    device(time, 1, asked),
  );
  expect([record.queries, record.answeredRows]).toEqual([200, 800]);
  expect(asked.every((rows) => rows.length === 4 && rows.every((row) => ROWS.includes(row)))).toBe(true);
});

test('a server is sent what arrives, at the rate, and each is timed from its arrival', async () => {
  const served = await run(plan(LoadScenario.SERVER, { targetRate: 50 }), (time) => device(time, 9));
  expect(served.isComplete).toBe(true);
  expect(Math.abs(served.record.queries - 50)).toBeLessThan(20);
  expect(served.record.late).toBeLessThan(5);
  // Twice what it can: a queue builds up, and a load that waited for answers would not see it.
  const flooded = await run(plan(LoadScenario.SERVER, { targetRate: 200 }), (time) => device(time, 9));
  expect(flooded.record.late / flooded.record.queries).toBeGreaterThan(0.8);
  const [, , p99] = flooded.record.quantiles();
  expect(p99!.queueMs).toBeGreaterThan(700);
  expect(p99!.restMs).toBeLessThan(2);
});

test('the same seed sends the same rows at the same times', async () => {
  const course = async (seed: number): Promise<string> => {
    const asked: string[] = [];
    await run(plan(LoadScenario.SERVER, { targetRate: 50, seed }), (time) => async (rows) => {
      asked.push(`${rows.join('')} ${time.now()}`);
      return { queueMs: 0, computeMs: 0 };
    });
    return asked.join('\n');
  };
  expect(await course(3)).toBe(await course(3));
  expect(await course(3)).not.toBe(await course(4));
});

test('offline sends all at once, tells rows a second, and sends again what a full queue puts off', async () => {
  const full = new AppError('RATE_LIMITED', 'Too much of yours is waiting already.');
  const offline = plan(LoadScenario.OFFLINE, { rowsPerQuery: 32, targetRate: 900, minQueries: 50 });
  let [waiting, most, refused] = [0, 0, 0];
  const figures = await run(offline, (time) => {
    const ask = device(time, 1);
    return async (...query) => {
      if (waiting === 10) {
        refused++;
        throw full;
      }
      most = Math.max(most, ++waiting);
      return ask(...query).finally(() => waiting--);
    };
  });
  expect([most, figures.record.failed, figures.isComplete]).toEqual([10, 0, true]);
  expect(refused).toBeGreaterThan(0);
  expect(figures.record.queries).toBeGreaterThanOrEqual(50);
  expect(throughputOf(figures)).toBeCloseTo(1000, -1);
});

test.each([LoadScenario.SINGLE_STREAM, LoadScenario.SERVER, LoadScenario.OFFLINE])(
  'an engine that is down is a figure, and is not asked without a pause (%s)',
  async (scenario) => {
    const down = new AppError('ENGINE_UNAVAILABLE', 'No engine.');
    const rate = scenario === LoadScenario.SINGLE_STREAM ? null : 50;
    const { record } = await run(plan(scenario, { targetRate: rate }), () => () => Promise.reject(down));
    expect([record.answeredRows, record.firstFailure, record.quantiles()]).toEqual([0, 'No engine.', []]);
    expect(record.queries).toBeLessThanOrEqual(101);
  },
);

test('a test ends after ten minutes, whatever it has reached', async () => {
  const slow = plan(LoadScenario.SINGLE_STREAM, { minQueries: 100 });
  const { record, isComplete, durationMs } = await run(slow, (time) => device(time, 9_999));
  expect([record.queries, isComplete, durationMs]).toEqual([60, false, 600_000]);
});

test.each(Object.values(LoadScenario))(
  'what is cancelled ends soon, and gives no figures (%s)',
  async (scenario) => {
    const ending = new AbortController();
    const time = new VirtualTime();
    const rate = scenario === LoadScenario.SINGLE_STREAM ? null : 50;
    const ask: AskRows<string> = async (rows, withinMs, signal) => {
      await time.until(time.now() + 10, signal);
      if (time.now() > 200) ending.abort(new Error('cancelled'));
      signal.throwIfAborted();
      return { queueMs: 0, computeMs: 0 };
    };
    const going = new LoadRun(plan(scenario, { targetRate: rate }), ROWS, ask, time, ending.signal);
    await expect(time.pass(going.run())).rejects.toThrow('cancelled');
    expect(time.now()).toBeLessThan(300);
    expect(going.fraction).toBeLessThan(1);
  },
);
