/**
 * Latencies of however many queries in little memory, and without a sort that would hold up the process that serves: counts in
 * buckets each a thousandth wider than the last. A quantile is the upper edge of its bucket, so it is never told too small, and
 * too large by a thousandth at most.
 */
const STEP = Math.log(1.001);
/** Less than a microsecond is nothing. */
const LEAST_MS = 0.001;

export class LatencyHistogram {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(ms: number): void {
    const bucket = ms <= LEAST_MS ? 0 : Math.ceil(Math.log(ms / LEAST_MS) / STEP);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.total++;
  }

  get count(): number {
    return this.total;
  }

  /** By nearest rank: the smallest latency that so large a share does not exceed. 0 when there is none. */
  quantile(share: number): number {
    let rank = Math.max(1, Math.ceil(share * this.total - 1e-9));
    for (const bucket of [...this.counts.keys()].sort((a, b) => a - b)) {
      rank -= this.counts.get(bucket)!;
      if (rank <= 0) return bucket === 0 ? 0 : LEAST_MS * Math.exp(bucket * STEP);
    }
    return 0;
  }
}
