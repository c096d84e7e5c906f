import 'reflect-metadata';
import type { CancelSignal } from '../../../kernel/cancellation';
import { AppError } from '../../../kernel/errors';
import { Metrics } from '../../../platform/metrics';
import { type ComputeService, type EngineInfo, EngineKind } from '../../compute';
import { DEFAULT_LIMITS } from '../scheduler/work';
import { type BatchRequest, BatchingService } from './batching.service';
import { Execution } from './execution';
import { InferenceMetrics } from './inference-metrics';

type Batch = Parameters<ComputeService['infer']>[1];
type Outcome = Awaited<ReturnType<ComputeService['infer']>>;

/** An engine that answers when told to: each row's answer is the row itself. */
class HandEngine {
  readonly batches: { batch: Batch; finish: (deviceMs?: number) => void; fail: (error: Error) => void }[] =
    [];
  private arrived: (() => void)[] = [];

  readonly cancelled: Batch[] = [];

  info(): EngineInfo {
    return { kind: EngineKind.ONNX, device: 'hand', version: '1', refused: [] };
  }

  infer(_versionId: string, batch: Batch, { signal }: { signal?: CancelSignal } = {}): Promise<Outcome> {
    const outcome = new Promise<Outcome>((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.cancelled.push(batch);
        reject(signal.reason as Error);
      });
      const finish = (deviceMs = 4): void => resolve({ outputs: batch.rows, deviceMs });
      this.batches.push({ batch, finish, fail: reject });
    });
    for (const arrive of this.arrived.splice(0)) arrive();
    return outcome;
  }

  /** The n-th batch, as soon as it is there. */
  async batch(n: number) {
    while (this.batches.length <= n) await new Promise<void>((resolve) => this.arrived.push(resolve));
    return this.batches[n]!;
  }
}

/** However long a busy machine takes for a batch, the next one may be as full. */
const LIMITS = { ...DEFAULT_LIMITS, batchMs: 60_000 };
const engine = (): { hand: HandEngine; batching: BatchingService } => {
  const hand = new HandEngine();
  const metrics = new InferenceMetrics(new Metrics());
  return { hand, batching: new BatchingService(new Execution(hand), metrics, LIMITS) };
};
const ask = (values: readonly number[], fields: Partial<BatchRequest> = {}): BatchRequest => ({
  customerId: 'cus_a',
  weight: 1,
  versionId: 'mdv_a',
  numbers: Float32Array.from(values),
  rows: values.length,
  withinMs: 60_000,
  signal: new AbortController().signal,
  ...fields,
});

test('each request gets the answers to its own rows, and its share of the device by rows', async () => {
  const { hand, batching } = engine();
  const answers = Promise.all([batching.submit(ask([1])), batching.submit(ask([2, 3, 4]))]);
  (await hand.batch(0)).finish(8);
  const [one, three] = await answers;
  expect([...one!.outputs]).toEqual([1]);
  expect([...three!.outputs]).toEqual([2, 3, 4]);
  expect([one!.deviceMs, three!.deviceMs, one!.batchRows]).toEqual([2, 6, 4]);
});

test('a client that left is skipped before the next batch', async () => {
  const { hand, batching } = engine();
  const leaving = new AbortController();
  const first = batching.submit(ask([1]));
  const running = await hand.batch(0);
  const gone = batching.submit(ask([2], { signal: leaving.signal }));
  const stays = batching.submit(ask([3]));
  leaving.abort(new Error('the client left'));
  await expect(gone).rejects.toThrow('the client left');
  running.finish();
  (await hand.batch(1)).finish();
  expect([...(await stays).outputs]).toEqual([3]);
  await first;
});

test('a request that takes longer than it may is refused at once, with how long it takes and no word of coming back', async () => {
  const { batching } = engine();
  batching.learn('mdv_a', 1, 40);
  const refusal = await batching.submit(ask([1], { withinMs: 39 })).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({
    code: 'DEADLINE_UNREACHABLE',
    data: {},
    message: expect.stringContaining('takes about 44 ms'),
  });
});

test('an engine that fails fails its batch alone; the next one runs', async () => {
  const { hand, batching } = engine();
  const first = batching.submit(ask([1]));
  (await hand.batch(0)).fail(new Error('no engine'));
  await expect(first).rejects.toThrow('no engine');
  const second = batching.submit(ask([2]));
  (await hand.batch(1)).finish();
  expect([...(await second).outputs]).toEqual([2]);
});

test('a row that no engine can answer fails its own request, not those that shared its batch', async () => {
  const { hand, batching } = engine();
  const first = batching.submit(ask([1]));
  const running = await hand.batch(0);
  const requests = [[2], [NaN], [3, 4]].map((values) => batching.submit(ask(values)));
  const [two, bad, others] = requests;
  const refused = expect(bad).rejects.toMatchObject({ code: 'ENGINE_FAULT' });
  running.finish();
  await first;
  const fault = new AppError('ENGINE_FAULT', 'no number');
  const together = await hand.batch(1);
  expect(together.batch.count).toBe(4);
  together.fail(fault);
  (await hand.batch(2)).finish(6);
  (await hand.batch(3)).fail(fault);
  (await hand.batch(4)).finish();
  expect(await two).toMatchObject({ deviceMs: 6, batchRows: 1 });
  await refused;
  expect([...(await others!).outputs]).toEqual([3, 4]);
});

test('a batch whose clients have all left is cancelled in the engine; with one that stays it goes on', async () => {
  const { hand, batching } = engine();
  const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
  const gone = [
    batching.submit(ask([1], { signal: one.signal })),
    batching.submit(ask([2], { signal: two.signal })),
  ];
  await hand.batch(0);
  const settled = Promise.allSettled(gone);
  one.abort(new Error('left'));
  expect(hand.cancelled).toHaveLength(0);
  two.abort(new Error('left'));
  expect(hand.cancelled).toHaveLength(1);
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const leaves = batching.submit(ask([3], { signal: three.signal })).catch((error: unknown) => error);
  const stays = batching.submit(ask([4]));
  const batch = await hand.batch(1);
  three.abort(new Error('left'));
  batch.finish();
  expect([...(await stays).outputs]).toEqual([4]);
  expect(await leaves).toMatchObject({ message: 'left' });
  expect(hand.cancelled).toHaveLength(1);
});

test('an engine that hangs keeps nobody beyond the deadline', async () => {
  const { hand, batching } = engine();
  const refusal = await batching.submit(ask([1], { withinMs: 500 })).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'DEADLINE_UNREACHABLE' });
  expect(hand.cancelled).toHaveLength(1);
});

test('who shares a batch that hangs with others that have more time is let go at its own deadline', async () => {
  const { hand, batching } = engine();
  const short = batching.submit(ask([1], { withinMs: 50 }));
  const long = batching.submit(ask([2]));
  const { finish } = await hand.batch(0);
  await expect(short).rejects.toMatchObject({ code: 'DEADLINE_UNREACHABLE' });
  expect(hand.cancelled).toEqual([]);
  finish();
  expect([...(await long).outputs]).toEqual([2]);
});

test('who waits behind a batch that hangs is let go at its deadline', async () => {
  const { hand, batching } = engine();
  const hanging = batching.submit(ask([1]));
  const batch = await hand.batch(0);
  const refusal = await batching.submit(ask([2], { withinMs: 300 })).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'DEADLINE_UNREACHABLE' });
  batch.finish();
  await hanging;
});

test('versions do not share batches', async () => {
  const { hand, batching } = engine();
  const answers = [batching.submit(ask([1])), batching.submit(ask([2], { versionId: 'mdv_b' }))];
  (await hand.batch(0)).finish();
  (await hand.batch(1)).finish();
  await Promise.all(answers);
  expect(hand.batches.map(({ batch }) => batch.count)).toEqual([1, 1]);
});
