/**
 * A bucket of cost for each caller: it drains by what operations cost and refills steadily, so that a burst is allowed and
 * a flood is not. It lives in the memory of one process: a guard against overload, not the meter of anybody's plan.
 */
import type { Clock } from '../../../kernel/clock';
import type { Principal } from '../../../kernel/principal';

export interface Allowance {
  readonly maximum: number;
  readonly restorePerSecond: number;
}

export interface Draw {
  readonly granted: boolean;
  readonly available: number;
  /** Milliseconds until the cost would fit; 0 when it was granted. */
  readonly retryAfterMs: number;
}

interface Bucket {
  level: number;
  at: number;
}

/** What a bucket holds, when nothing is drawn. */
export interface Level {
  readonly available: number;
  readonly fullInMs: number;
}

const MAX_BUCKETS = 20_000;

/** Servers and staff work in bulk, a browser serves one person. */
export function allowanceOf({ kind }: Principal): Allowance {
  switch (kind) {
    case 'STAFF':
    case 'API_KEY':
    case 'SYSTEM':
      return { maximum: 100_000, restorePerSecond: 10_000 };
    case 'MEMBER':
      return { maximum: 20_000, restorePerSecond: 1_000 };
    case 'END_USER':
    case 'ANONYMOUS':
      return { maximum: 2_000, restorePerSecond: 100 };
  }
}

export class RateBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** @param inVain what is owed where it is not granted; the time to wait counts it. */
  draw(key: string, allowance: Allowance, cost: number, inVain = 0): Draw {
    const now = this.clock.millis();
    const level = this.levelOf(key, allowance, now);
    const granted = cost <= level;
    const left = granted ? level - cost : Math.max(-allowance.maximum, level - inVain);
    this.keep(key, { level: left, at: now });
    return {
      granted,
      available: Math.max(0, Math.floor(left)),
      retryAfterMs: granted ? 0 : Math.ceil(((cost - left) / allowance.restorePerSecond) * 1000),
    };
  }

  /** Takes what was spent already, if need be as a debt; never more than it takes to fill the bucket once. */
  owe(key: string, allowance: Allowance, cost: number): void {
    const now = this.clock.millis();
    const level = this.levelOf(key, allowance, now) - cost;
    this.keep(key, { level: Math.max(-allowance.maximum, level), at: now });
  }

  look(key: string, allowance: Allowance): Level {
    const level = this.levelOf(key, allowance, this.clock.millis());
    const { maximum, restorePerSecond } = allowance;
    return {
      available: Math.max(0, Math.floor(level)),
      fullInMs: ((maximum - level) / restorePerSecond) * 1000,
    };
  }

  private levelOf(key: string, { maximum, restorePerSecond }: Allowance, now: number): number {
    const bucket = this.buckets.get(key);
    if (!bucket) return maximum;
    const restored = (Math.max(0, now - bucket.at) / 1000) * restorePerSecond;
    return Math.min(maximum, bucket.level + restored);
  }

  /** The least recently used bucket goes first: by then it has most likely refilled. */
  private keep(key: string, bucket: Bucket): void {
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > MAX_BUCKETS) this.buckets.delete(this.buckets.keys().next().value!);
  }
}
