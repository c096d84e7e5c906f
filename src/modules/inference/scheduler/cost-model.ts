/**
 * Learns what a batch costs on the device, per lane and power-of-two bucket of rows: a moving average plus twice the
 * mean absolute deviation, so that a noisy device is priced with care. (A least-squares line, clipped, can lock a server
 * out at overload: one slow batch tilts it for all sizes.)
 */
interface Bucket {
  meanMs: number;
  deviationMs: number;
}

interface Lane {
  readonly buckets: Map<number, Bucket>;
  /** What was predicted since the last observation: admission asks for the same few sizes again and again. */
  readonly predicted: Map<number, number>;
}

/** Weight of the newest sample. */
const ALPHA = 0.15;
/** What an unknown lane is taken for: little, because only trying it teaches. */
const PRIOR_MS = 1;

export class CostModel {
  private readonly lanes = new Map<string, Lane>();

  observe(name: string, rows: number, ms: number): void {
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = { buckets: new Map(), predicted: new Map() }));
    lane.predicted.clear();
    const index = bucketOf(rows);
    const bucket = lane.buckets.get(index);
    if (!bucket) {
      lane.buckets.set(index, { meanMs: ms, deviationMs: 0 });
      return;
    }
    const off = ms - bucket.meanMs;
    bucket.deviationMs += ALPHA * (Math.abs(off) - bucket.deviationMs);
    bucket.meanMs += ALPHA * off;
  }

  /** What a batch of so many rows is expected to take, with care. */
  predict(name: string, rows: number): number {
    const lane = this.lanes.get(name);
    if (!lane) return PRIOR_MS;
    const wanted = bucketOf(rows);
    let ms = lane.predicted.get(wanted);
    if (ms === undefined) lane.predicted.set(wanted, (ms = expectation(lane.buckets, wanted)));
    return ms;
  }

  /** The most rows, at most `limit`, that are expected to take no longer than `ms`; at least one. */
  rowsWithin(lane: string, ms: number, limit: number): number {
    for (let rows = limit; rows > 1; rows = 2 ** (bucketOf(rows) - 1)) {
      if (this.predict(lane, rows) <= ms) return rows;
    }
    return 1;
  }
}

function expectation(buckets: ReadonlyMap<number, Bucket>, wanted: number): number {
  const nearest = nearestOf(buckets, wanted);
  const { meanMs, deviationMs } = buckets.get(nearest)!;
  const ms = meanMs + 2 * deviationMs;
  // A larger neighbour is an upper bound as it is; from a smaller one it can grow at most with the rows.
  return nearest < wanted ? ms * 2 ** (wanted - nearest) : ms;
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
