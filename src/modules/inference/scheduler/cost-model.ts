/**
 * Learns what a batch costs on the device, per lane and power-of-two bucket of rows: a moving average, and with care twice
 * the mean absolute deviation more. A single batch moves both only so far (a winsorised average): a device that stalls once
 * is not slow, and one that has become slow is believed after a few. (A least-squares line, clipped, can lock a server out
 * at overload: one slow batch tilts it for all sizes.)
 */
interface Bucket {
  meanMs: number;
  deviationMs: number;
  /** Until when it is believed, on the caller's clock, in milliseconds. */
  knownUntil: number;
  /** For how long it was last believed upon a batch that was given up; undefined once one was done. */
  doubtMs: number | undefined;
}

export interface Estimate {
  readonly expectedMs: number;
  /** Mean absolute deviation. */
  readonly deviationMs: number;
}

interface Lane {
  readonly buckets: Map<number, Bucket>;
  /** What was estimated since the last observation: admission asks for the same few sizes again and again. */
  readonly estimates: Map<number, Estimate>;
}

/** Deviations that a promise adds to what is expected. */
const CARE = 2;
/** Weight of the newest sample. */
const ALPHA = 0.15;
/** What an unknown lane is taken for: little, because only trying it teaches. */
const PRIOR_MS = 1;
const PRIOR: Estimate = { expectedMs: PRIOR_MS, deviationMs: 0 };
/** What was measured once is taken to vary by this part of it. */
const FIRST_DEVIATION = 0.05;
/** What was not measured for as long may have changed. */
const HOLDS_MS = 60_000;
/** Versions come and go: past so many lanes the one that was used longest ago is unknown again. */
const MOST_LANES = 10_000;
/** One sample counts as no further off than so many deviations, and this part of the average more. */
const MOST_DEVIATIONS = 3;
const MOST_SURPRISE = 0.5;

export class CostModel {
  private readonly lanes = new Map<string, Lane>();

  observe(name: string, rows: number, ms: number, now: number): void {
    const { lane, index, bucket } = this.sizeOf(name, rows);
    // The first that is done says more than all that were given up.
    if (!bucket || bucket.doubtMs !== undefined) lane.buckets.set(index, firstBucket(ms, now + HOLDS_MS));
    else {
      bucket.knownUntil = now + HOLDS_MS;
      const most = MOST_DEVIATIONS * bucket.deviationMs + MOST_SURPRISE * bucket.meanMs;
      const off = Math.max(-most, Math.min(most, ms - bucket.meanMs));
      bucket.deviationMs += ALPHA * (Math.abs(off) - bucket.deviationMs);
      bucket.meanMs += ALPHA * off;
    }
  }

  /**
   * A batch was given up after so long: it takes at least that. Where none was done lately this is believed for as long as it
   * cost to find out, and each time in a row for twice as long: an engine that hung once is asked again soon, and one that never
   * answers in time holds up the others once a minute.
   */
  observeAtLeast(name: string, rows: number, ms: number, now: number): void {
    const { lane, index, bucket } = this.sizeOf(name, rows);
    if (bucket?.doubtMs === undefined && this.isKnown(name, rows, now)) {
      // Who gave up before it is usually done has shown nothing.
      if (ms > bucket!.meanMs) this.observe(name, rows, ms, now);
      return;
    }
    const doubtMs = Math.min(HOLDS_MS, bucket?.doubtMs === undefined ? ms : 2 * bucket.doubtMs);
    const leastMs = Math.max(ms, bucket?.meanMs ?? 0);
    lane.buckets.set(index, { ...firstBucket(leastMs, now + doubtMs), doubtMs });
  }

  private sizeOf(name: string, rows: number) {
    const lane = this.laneOf(name);
    lane.estimates.clear();
    const index = bucketOf(rows);
    return { lane, index, bucket: lane.buckets.get(index) };
  }

  /** The lane, as the one that was used last. */
  private laneOf(name: string): Lane {
    const lane = this.lanes.get(name) ?? { buckets: new Map(), estimates: new Map() };
    this.lanes.delete(name);
    const [longestAgo] = this.lanes.size >= MOST_LANES ? this.lanes.keys() : [];
    if (longestAgo !== undefined) this.lanes.delete(longestAgo);
    this.lanes.set(name, lane);
    return lane;
  }

  /** What a batch of so many rows takes on average, in milliseconds. */
  expect(lane: string, rows: number): number {
    return this.estimate(lane, rows).expectedMs;
  }

  /** What it is promised to take: with care. */
  predict(lane: string, rows: number): number {
    const { expectedMs, deviationMs } = this.estimate(lane, rows);
    return expectedMs + CARE * deviationMs;
  }

  /**
   * The most rows, at most `limit`, that take no longer than `ms` even if their time grows with them, as it can at most; at least
   * one. So batches get larger a step at a time.
   */
  rowsWithin(name: string, ms: number, limit: number): number {
    const buckets = this.lanes.get(name)?.buckets;
    if (!buckets) return limit;
    for (let rows = limit; rows > 1; rows = 2 ** (bucketOf(rows) - 1)) {
      const wanted = bucketOf(rows);
      const nearest = nearestOf(buckets, wanted);
      if (buckets.get(nearest)!.meanMs * 2 ** Math.max(0, wanted - nearest) <= ms) return rows;
    }
    return 1;
  }

  /** Whether a batch of this size was measured, and lately enough to be refused for it. */
  isKnown(name: string, rows: number, now: number): boolean {
    const bucket = this.lanes.get(name)?.buckets.get(bucketOf(rows));
    return bucket !== undefined && now <= bucket.knownUntil;
  }

  /** In milliseconds. */
  estimate(name: string, rows: number): Estimate {
    const lane = this.lanes.get(name);
    if (!lane) return PRIOR;
    const wanted = bucketOf(rows);
    let estimate = lane.estimates.get(wanted);
    if (!estimate) lane.estimates.set(wanted, (estimate = estimateOf(lane.buckets, wanted)));
    return estimate;
  }
}

function firstBucket(ms: number, knownUntil: number): Bucket {
  return { meanMs: ms, deviationMs: FIRST_DEVIATION * ms, knownUntil, doubtMs: undefined };
}

/**
 * What was not measured is taken from the nearest size that was. A larger one is an upper bound. A smaller one is a lower bound, and
 * no more than that: a thousand rows seldom take a thousand times as long as one, and who is refused for it teaches nothing better.
 */
function estimateOf(buckets: ReadonlyMap<number, Bucket>, wanted: number): Estimate {
  const { meanMs, deviationMs } = buckets.get(nearestOf(buckets, wanted))!;
  return { expectedMs: meanMs, deviationMs };
}

/** 1 → 0, 2 → 1, 3–4 → 2, 5–8 → 3 … */
export function bucketOf(rows: number): number {
  return Math.ceil(Math.log2(Math.max(1, rows)));
}

function nearestOf(buckets: ReadonlyMap<number, unknown>, wanted: number): number {
  let best: number | undefined;
  for (const bucket of buckets.keys()) {
    const closer = best === undefined || Math.abs(bucket - wanted) < Math.abs(best - wanted);
    // Between two at the same distance the larger one: too careful is better than late.
    if (closer || (Math.abs(bucket - wanted) === Math.abs(best! - wanted) && bucket > best!)) best = bucket;
  }
  return best!;
}
