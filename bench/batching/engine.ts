/**
 * The batching of the product in front of a real engine process: capacity is measured first, then half as much again is
 * asked for, and some clients leave. What each request is charged must add up to what the engine says it worked.
 */
import { AppError } from '../../src/kernel/errors';
import { ComputeService, type DenseLayer, denseToOnnx, denseToTfjs } from '../../src/modules/compute';
import { BatchingService } from '../../src/modules/inference/batching/batching.service';
import { Execution } from '../../src/modules/inference/batching/execution';
import { InferenceMetrics } from '../../src/modules/inference/batching/inference-metrics';
import { createLog } from '../../src/platform/log';
import { Metrics } from '../../src/platform/metrics';
import { quantile, random } from '../../test/support/simulated-device';

const VERSION = 'benchmark';
const WIDTH = 64;
const UNITS = 1024;
const ROWS = 32;
const BATCH_ROWS = 1024;
const WITHIN_MS = 200;
const OVERLOAD = 1.5;
/** Part of the clients that do not wait for their answer. */
const LEAVING = 0.05;

export interface EngineFigures {
  readonly engine: string;
  readonly capacityRowsPerSecond: number;
  readonly goodput: number;
  readonly late: number;
  readonly refused: number;
  readonly refusalP99: number;
  readonly p50: number;
  readonly p99: number;
  readonly cost: {
    readonly deviceMs: number;
    readonly requestsMs: number;
    readonly unattributedMs: number;
    /** Of requests and unattributed together, beside the device's. */
    readonly difference: number;
  };
}

export async function onEngine(seconds: number): Promise<EngineFigures> {
  const metrics = new Metrics();
  const compute = new ComputeService('auto', createLog({ logLevel: 'error' }), metrics);
  await compute.start();
  try {
    const layers = network();
    const files = [
      { format: 'ONNX' as const, source: { bytes: denseToOnnx(layers) } },
      { format: 'TFJS' as const, source: { bytes: denseToTfjs(layers) } },
    ];
    await compute.load({ versionId: VERSION, inputWidth: WIDTH, outputWidth: 1, files });
    let deviceMs = 0;
    const batching = new BatchingService(
      new Execution({
        info: () => compute.info(),
        infer: async (versionId, batch, options) => {
          const outcome = await compute.infer(versionId, batch, options);
          deviceMs += outcome.deviceMs;
          return outcome;
        },
      }),
      new InferenceMetrics(metrics),
    );
    for (let rows = 1; rows <= BATCH_ROWS; rows *= 2) {
      for (let again = 0; again < 5; again++) {
        const batch = { rows: new Float32Array(rows * WIDTH), count: rows };
        const outcome = await compute.infer(VERSION, batch);
        if (again > 1) batching.learn(VERSION, rows, outcome.deviceMs);
      }
    }
    const warmedMs = await unattributed(metrics);
    const capacity = await capacityOf(batching);
    deviceMs = 0;
    const load = await overload(batching, capacity * OVERLOAD, seconds);
    const unattributedMs = (await unattributed(metrics)) - warmedMs;
    const { kind, device, version } = compute.info();
    return {
      engine: `${kind} ${device} ${version}`,
      capacityRowsPerSecond: capacity * 1000,
      goodput: load.goodRows / (capacity * load.tookMs),
      late: load.late / load.admitted,
      refused: load.refusals.length / load.asked,
      refusalP99: quantile(load.refusals, 0.99),
      p50: quantile(load.latencies, 0.5),
      p99: quantile(load.latencies, 0.99),
      cost: {
        deviceMs,
        requestsMs: load.chargedMs,
        unattributedMs,
        difference: Math.abs((load.chargedMs + unattributedMs) / deviceMs - 1),
      },
    };
  } finally {
    await compute.stop();
  }
}

function network(): DenseLayer[] {
  const next = random(1);
  const layer = (inputs: number, units: number, activation: DenseLayer['activation']): DenseLayer => ({
    weights: Float32Array.from({ length: inputs * units }, () => (next() - 0.5) / Math.sqrt(inputs)),
    bias: new Float32Array(units),
    activation,
  });
  return [layer(WIDTH, UNITS, 'relu'), layer(UNITS, UNITS, 'relu'), layer(UNITS, 1, 'sigmoid')];
}

const ask = (batching: BatchingService, signal: AbortSignal, withinMs: number) =>
  batching.submit({
    customerId: 'cus_benchmark',
    weight: 1,
    versionId: VERSION,
    numbers: new Float32Array(ROWS * WIDTH),
    rows: ROWS,
    withinMs,
    signal,
  });

/** Rows a millisecond, with always enough waiting to fill the next batch. */
async function capacityOf(batching: BatchingService): Promise<number> {
  const until = performance.now() + 1500;
  let rows = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const { signal } = new AbortController();
      await ask(batching, signal, 60_000);
      rows += ROWS;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: (4 * BATCH_ROWS) / ROWS }, client));
  return rows / (performance.now() - start);
}

async function overload(batching: BatchingService, rowsPerMs: number, seconds: number) {
  const next = random(2);
  const refusals: number[] = [];
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  let [goodRows, late, admitted, chargedMs] = [0, 0, 0, 0];
  const call = async (): Promise<void> => {
    const leaving = new AbortController();
    const askedAt = performance.now();
    const answer = ask(batching, leaving.signal, WITHIN_MS);
    if (next() < LEAVING) setTimeout(() => leaving.abort(new Error('left')), next() * WITHIN_MS);
    try {
      const { deviceMs } = await answer;
      const took = performance.now() - askedAt;
      admitted++;
      chargedMs += deviceMs;
      latencies.push(took);
      if (took <= WITHIN_MS) goodRows += ROWS;
      else late++;
    } catch (error) {
      // What was admitted and then not done in time is late, however it is told.
      if (error instanceof AppError && /^The deadline passed/.test(error.message))
        [late, admitted] = [late + 1, admitted + 1];
      else if (!leaving.signal.aborted) refusals.push(performance.now() - askedAt);
      else if (error !== leaving.signal.reason) throw error;
    }
  };
  const start = performance.now();
  let due = start;
  while (performance.now() < start + seconds * 1000) {
    for (; due <= performance.now(); due += -Math.log(1 - next()) * (ROWS / rowsPerMs)) calls.push(call());
    // Not at every turn: the cores are the engine's.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const tookMs = performance.now() - start;
  const inWindow = goodRows;
  await Promise.all(calls);
  return {
    asked: calls.length,
    admitted,
    late,
    chargedMs,
    goodRows: inWindow,
    refusals,
    latencies,
    tookMs,
  };
}

async function unattributed(metrics: Metrics): Promise<number> {
  const metric = metrics.registry.getSingleMetric('flywheel_inference_unattributed_device_milliseconds');
  const { values } = await metric!.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}
