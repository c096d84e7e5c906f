/** The same arrivals before the same simulated device, once for each policy. */
import { schedulerPolicy } from '../../test/support/scheduler-policy';
import {
  type Arrival,
  type Course,
  poisson,
  type Policy,
  quantile,
  random,
  simulate,
} from '../../test/support/simulated-device';
import { median } from '../measure/rounds';
import { BentoMl, FixedWindow } from './policies';

/** A millisecond a batch and a twentieth a row, a tenth more or less. */
const deviceMs = (rows: number): number => 1 + rows * 0.05;
export const BATCH_ROWS = 256;
const CAPACITY = BATCH_ROWS / deviceMs(BATCH_ROWS);
const WITHIN_MS = 100;
const MAX_ROWS = 16;
/** Until queues and models of cost have settled. */
const RAMP_MS = 500;

const CONTENDERS: readonly { readonly name: string; readonly policy: () => Policy }[] = [
  { name: 'flywheel', policy: () => schedulerPolicy(deviceMs, { batchRows: BATCH_ROWS }) as Policy },
  { name: 'fixed window, 5 ms', policy: () => new FixedWindow(5, BATCH_ROWS) as Policy },
  { name: 'BentoML’s adaptive rule', policy: () => new BentoMl(WITHIN_MS, BATCH_ROWS) as Policy },
];

export interface PolicyFigures {
  readonly name: string;
  /** Part of the device's capacity that answered in time. */
  readonly goodput: number;
  /** Part of what was admitted that was answered late or dropped. */
  readonly late: number;
  /** Part of what was asked that was refused at once. */
  readonly refused: number;
  readonly p50: number;
  readonly p99: number;
  readonly batchRows: number;
  /** Milliseconds until a refusal is said: to decide it, or the wait of what is dropped later. */
  readonly refusalP99: number;
}

export function simulated(load: number, seeds: number, seconds: number): PolicyFigures[] {
  const rounds = Array.from({ length: seeds }, (_, seed) => {
    const until = RAMP_MS + seconds * 1000;
    const arrivals = mixed(
      poisson('a', (CAPACITY * load) / ((1 + MAX_ROWS) / 2), until, seed * 3 + 1, { withinMs: WITHIN_MS }),
      seed * 3 + 2,
    );
    return CONTENDERS.map(({ name, policy }) => {
      const next = random(seed * 3 + 3);
      const course = simulate(policy(), arrivals, (rows) => deviceMs(rows) * (0.9 + 0.2 * next()));
      return { name, ...figuresOf(course, until, arrivals.length) };
    });
  });
  return CONTENDERS.map(({ name }, at) => {
    const middle = (key: Exclude<keyof PolicyFigures, 'name'>): number =>
      median(rounds.map((round) => round[at]![key]));
    return {
      name,
      goodput: middle('goodput'),
      late: middle('late'),
      refused: middle('refused'),
      p50: middle('p50'),
      p99: middle('p99'),
      batchRows: middle('batchRows'),
      refusalP99: middle('refusalP99'),
    };
  });
}

function mixed(arrivals: readonly Arrival[], seed: number): Arrival[] {
  const next = random(seed);
  return arrivals.map((arrival) => ({ ...arrival, rows: 1 + Math.floor(next() * MAX_ROWS) }));
}

function figuresOf(course: Course, until: number, asked: number): Omit<PolicyFigures, 'name'> {
  const { done, dropped, refused, batches, refusalMs } = course;
  const inTime = done.filter(({ work, at }) => at <= work.deadlineAt);
  const steady = inTime.filter(({ at }) => at > RAMP_MS && at <= until);
  const latencies = done.map(({ work, at }) => at - work.arrivedAt);
  const admitted = done.length + dropped.length;
  const refusals = [...refusalMs, ...dropped.map(({ work, at }) => at - work.arrivedAt)];
  return {
    goodput: steady.reduce((sum, { work }) => sum + work.rows, 0) / (CAPACITY * (until - RAMP_MS)),
    late: (admitted - inTime.length) / admitted,
    refused: refused.length / asked,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    batchRows: batches.reduce((sum, { rows }) => sum + rows, 0) / batches.length,
    refusalP99: refusals.length > 0 ? quantile(refusals, 0.99) : 0,
  };
}
