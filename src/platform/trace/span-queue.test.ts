import { createLog } from '../log';
import { Metrics } from '../metrics';
import { Span } from './span';
import { SpanQueue } from './span-queue';

const LIMITS = { waiting: 10, batch: 4, gatherMs: 3_600_000, lastMs: 20 };
const log = createLog({ logLevel: 'silent' });

function span(): Span {
  const trace = { id: '1'.repeat(32), state: undefined, wallMs: 0, take: () => undefined };
  return new Span(trace, 'work', undefined);
}

async function countsOf(metrics: Metrics): Promise<Record<string, number>> {
  const { values } = (await metrics.registry.getSingleMetric('flywheel_trace_spans')!.get()) as unknown as {
    values: { labels: { outcome: string }; value: number }[];
  };
  return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
}

test('a collector that hangs: so many wait and no more, the rest is counted, and a stop does not wait for it', async () => {
  const metrics = new Metrics();
  let asked = 0;
  const hangs = (): Promise<void> => (asked++, new Promise(() => undefined));
  const queue = new SpanQueue(hangs, metrics, log, LIMITS);
  for (let i = 0; i < 1000; i++) queue.add(span());
  await queue.stop();
  expect(asked).toBe(1);
  // Four were on their way, ten waited.
  expect(await countsOf(metrics)).toEqual({ dropped: 1000 - 4 });
});

test('batches go one after the other, what is refused is lost and counted, and what comes after it is sent', async () => {
  const metrics = new Metrics();
  const batches: number[] = [];
  let under = 0;
  const queue = new SpanQueue(
    async ({ length }) => {
      expect(under++).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      batches.push(length);
      if (batches.length === 1) throw new Error('away');
    },
    metrics,
    log,
    { ...LIMITS, lastMs: 30_000 },
  );
  for (let i = 0; i < 10; i++) queue.add(span());
  await queue.flush();
  expect(batches).toEqual([4, 4, 2]);
  expect(await countsOf(metrics)).toEqual({ lost: 4, sent: 6 });
  await queue.stop();
  queue.add(span());
  expect(await countsOf(metrics)).toEqual({ lost: 4, sent: 6, dropped: 1 });
});
