/**
 * How long a batch may take before its process counts as hanging: many times what such batches took until now, and never
 * less than a generous floor, because a machine that is busy elsewhere is slow and not broken. Pure.
 */
const FLOOR_MS = 10_000;
/** Nothing is known of a version's first batch; loading reads files and warms a device. */
const UNKNOWN_MS = 60_000;
const LOAD_MS = 120_000;
const TIMES = 20;
/** The share of a new time in the average. */
const SHARE = 0.2;

export class Watchdog {
  /** Milliseconds by version and power of two of the rows. */
  private readonly learned = new Map<string, Map<number, number>>();

  constructor(private readonly floorMs = FLOOR_MS) {}

  observe(versionId: string, rows: number, milliseconds: number): void {
    let times = this.learned.get(versionId);
    if (!times) this.learned.set(versionId, (times = new Map()));
    const bucket = bucketOf(rows);
    const before = times.get(bucket) ?? milliseconds;
    times.set(bucket, before + SHARE * (milliseconds - before));
  }

  forBatch(versionId: string, rows: number): number {
    const expected = this.expected(versionId, bucketOf(rows));
    return Math.max(this.floorMs, expected === undefined ? this.unless(UNKNOWN_MS) : TIMES * expected);
  }

  forLoad(): number {
    return this.unless(LOAD_MS);
  }

  /** Anything else answers at once. */
  forQuestion(): number {
    return this.floorMs;
  }

  forget(versionId: string): void {
    this.learned.delete(versionId);
  }

  /** A floor below the usual one makes everything shorter: who sets it wants to be told early. */
  private unless(usual: number): number {
    return usual * Math.min(1, this.floorMs / FLOOR_MS);
  }

  /** The time of this bucket; else that of the largest smaller one in proportion, else of the smallest larger one. */
  private expected(versionId: string, bucket: number): number | undefined {
    const times = [...(this.learned.get(versionId) ?? [])].sort(([one], [other]) => one - other);
    const below = times.filter(([known]) => known <= bucket).at(-1);
    if (below) return below[1] * 2 ** (bucket - below[0]);
    return times[0]?.[1];
  }
}

function bucketOf(rows: number): number {
  return Math.ceil(Math.log2(Math.max(1, rows)));
}
