/**
 * A device and its clock as numbers: arrivals are a list, time is handed in, nothing sleeps, and seeds are fixed. Tests and
 * benchmarks put any policy of batching in front of it and see what becomes of each request.
 */
import type { Work } from '../../src/modules/inference/scheduler/work';

export interface Arrival {
  readonly at: number;
  readonly customerId: string;
  readonly weight: number;
  readonly rows: number;
  readonly withinMs: number;
  readonly givesWay?: boolean;
}

interface SimulatedBatch {
  readonly works: readonly Work[];
  readonly rows: number;
}

/** Whoever decides what waits, what is refused, and when a batch goes to the device. */
export interface Policy<B extends SimulatedBatch = SimulatedBatch> {
  /** False = refused at once. */
  offer(work: Work, now: number): boolean;
  next(now: number): B | undefined;
  finished(batch: B, deviceMs: number, now: number): void;
  /** When to look again although nothing arrives or ends; Infinity for never. */
  lookAgainAt(now: number): number;
  /** Taken out of the queue before they ran, since the last call. */
  dropped(): readonly Work[];
}

export interface Done {
  readonly work: Work;
  readonly at: number;
  readonly deviceMs: number;
}

export interface Course {
  readonly done: readonly Done[];
  readonly refused: readonly Work[];
  readonly dropped: readonly { readonly work: Work; readonly at: number }[];
  readonly batches: readonly {
    readonly works: readonly Work[];
    readonly rows: number;
    readonly deviceMs: number;
    readonly startedAt: number;
  }[];
  /** Milliseconds of real time that each refusal took to decide. */
  readonly refusalMs: readonly number[];
}

/** Deterministic pseudo-random numbers (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Arrivals of one customer without memory, so many a millisecond. */
export function poisson(
  customerId: string,
  perMs: number,
  untilMs: number,
  seed: number,
  fields: Partial<Omit<Arrival, 'at' | 'customerId'>> = {},
): Arrival[] {
  const next = random(seed);
  const gap = (): number => -Math.log(1 - next()) / perMs;
  const arrivals: Arrival[] = [];
  for (let at = gap(); at < untilMs; at += gap())
    arrivals.push({ at, customerId, weight: 1, rows: 1, withinMs: 1e6, ...fields });
  return arrivals;
}

/** Runs the course of all arrivals to the end of the last batch. */
export function simulate<B extends SimulatedBatch>(
  policy: Policy<B>,
  arrivals: readonly Arrival[],
  deviceMs: (rows: number) => number,
): Course {
  const done: Done[] = [];
  const refused: Work[] = [];
  const dropped: { work: Work; at: number }[] = [];
  const refusalMs: number[] = [];
  const batches: { works: readonly Work[]; rows: number; deviceMs: number; startedAt: number }[] = [];
  const device: { batch: B; ms: number }[] = [];
  let freeAt = Infinity;
  let lookAt = Infinity;

  const begin = (now: number): void => {
    const [first] = device;
    freeAt = first ? now + first.ms : Infinity;
    if (!first) return;
    const { works, rows } = first.batch;
    batches.push({ works, rows, deviceMs: first.ms, startedAt: now });
  };
  const release = (now: number): void => {
    for (let batch = policy.next(now); batch; batch = policy.next(now)) {
      device.push({ batch, ms: deviceMs(batch.rows) });
      if (device.length === 1) begin(now);
    }
    for (const work of policy.dropped()) dropped.push({ work, at: now });
    lookAt = Math.max(policy.lookAgainAt(now), now + 1e-6);
  };
  const complete = (): void => {
    const now = freeAt;
    const { batch, ms } = device.shift()!;
    for (const work of batch.works) done.push({ work, at: now, deviceMs: (ms * work.rows) / batch.rows });
    policy.finished(batch, ms, now);
    begin(now);
    release(now);
  };
  const until = (end: number): void => {
    while (Math.min(freeAt, lookAt) <= end && Math.min(freeAt, lookAt) < Infinity) {
      if (freeAt <= lookAt) complete();
      else release(lookAt);
    }
  };
  for (const { at, withinMs, ...fields } of [...arrivals].sort((a, b) => a.at - b.at)) {
    until(at);
    const work: Work = { ...fields, lane: 'v1', arrivedAt: at, deadlineAt: at + withinMs };
    const startedAt = performance.now();
    const admitted = policy.offer(work, at);
    if (!admitted) {
      refusalMs.push(performance.now() - startedAt);
      refused.push(work);
    }
    release(at);
  }
  until(Infinity);
  return { done, refused, dropped, batches, refusalMs };
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
