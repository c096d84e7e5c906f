/**
 * Learns what a batch costs on the device, per lane and power-of-two bucket of rows: a moving average, and with care twice
 * the mean absolute deviation more. A single batch moves both only so far (a winsorised average): a device that stalls once
 * is not slow, and one that has become slow is believed after a few. (A least-squares line, clipped, can lock a server out
 * at overload: one slow batch tilts it for all sizes.)
 */
interface Bucket {
  meanMs: number;
  deviationMs: number;
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
/** One sample counts as no further off than so many deviations, and this part of the average more. */
const MOST_DEVIATIONS = 3;
const MOST_SURPRISE = 0.5;

export class CostModel {
  private readonly lanes = new Map<string, Lane>();

  observe(name: string, rows: number, ms: number): void {
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = { buckets: new Map(), estimates: new Map() }));
    lane.estimates.clear();
    const index = bucketOf(rows);
    const bucket = lane.buckets.get(index);
    if (!bucket) {
      lane.buckets.set(index, { meanMs: ms, deviationMs: FIRST_DEVIATION * ms });
      return;
    }
    const most = MOST_DEVIATIONS * bucket.deviationMs + MOST_SURPRISE * bucket.meanMs;
    const off = Math.max(-most, Math.min(most, ms - bucket.meanMs));
    bucket.deviationMs += ALPHA * (Math.abs(off) - bucket.deviationMs);
    bucket.meanMs += ALPHA * off;
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

  /** The most rows, at most `limit`, that are expected to take no longer than `ms`; at least one. */
  rowsWithin(lane: string, ms: number, limit: number): number {
    for (let rows = limit; rows > 1; rows = 2 ** (bucketOf(rows) - 1)) {
      if (this.expect(lane, rows) <= ms) return rows;
    }
    return 1;
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

function estimateOf(buckets: ReadonlyMap<number, Bucket>, wanted: number): Estimate {
  const nearest = nearestOf(buckets, wanted);
  const { meanMs, deviationMs } = buckets.get(nearest)!;
  // A larger neighbour is an upper bound as it is; from a smaller one it can grow at most with the rows.
  const times = nearest < wanted ? 2 ** (wanted - nearest) : 1;
  return { expectedMs: meanMs * times, deviationMs: deviationMs * times };
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
