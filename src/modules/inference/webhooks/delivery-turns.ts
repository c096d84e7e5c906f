/**
 * How many messages of one customer are under way in this process: receivers that do not answer use up the slots of their
 * owner, never those of the others. Whatever comes beyond is told when to come again, one place in the line behind the other,
 * so that it neither holds a slot nor is looked at again and again.
 */

/** Of receivers that answer: enough for hundreds a second. */
const ABREAST = 8;
/** Of receivers that take longer than this. */
const SLOW_MS = 5_000;
const ABREAST_WHEN_SLOW = 2;
const SHORTEST_WAIT_MS = 100;
/** A receiver that has come back hears of what waits within this time. */
const LONGEST_WAIT_MS = 600_000;
/** What the newest answer counts for in what is usual. */
const NEWEST = 0.3;
/** With each that is asked for, so many lines are looked at: more than one can be new. */
const LOOKED_AT = 2;

interface Line {
  /** When each of those under way began, the oldest first. */
  readonly underWay: Set<{ readonly since: number }>;
  usualMs: number;
  /** When the last of those that were told to come again does. */
  endsAt: number;
}

export type Turn = { end(): void } | { readonly againInMs: number };

export class DeliveryTurns {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Customers of whom something is remembered. */
  get size(): number {
    return this.lines.size;
  }

  take(customerId: string): Turn {
    const now = this.now();
    this.forgetEnded(now);
    const line = this.lines.get(customerId) ?? { underWay: new Set(), usualMs: 0, endsAt: now };
    this.lines.set(customerId, line);
    const [oldest] = line.underWay;
    // One that is silent tells how slow its receiver is before it has ended.
    const paceMs = Math.max(line.usualMs, oldest ? now - oldest.since : 0);
    const abreast = paceMs > SLOW_MS ? ABREAST_WHEN_SLOW : ABREAST;
    if (line.underWay.size < abreast) return this.begin(customerId, line);
    line.endsAt = Math.max(now, line.endsAt) + paceMs / abreast;
    return { againInMs: Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, line.endsAt - now)) };
  }

  private begin(customerId: string, line: Line): Turn {
    const one = { since: this.now() };
    line.underWay.add(one);
    return {
      end: () => {
        const now = this.now();
        line.underWay.delete(one);
        const tookMs = now - one.since;
        line.usualMs = line.usualMs === 0 ? tookMs : line.usualMs + NEWEST * (tookMs - line.usualMs);
        if (hasEnded(line, now)) this.lines.delete(customerId);
      },
    };
  }

  /** Those that were told to come again may have had no reason to: of all lines a few are looked at in turn. */
  private forgetEnded(now: number): void {
    let looked = 0;
    for (const [customerId, line] of this.lines) {
      if (looked++ === LOOKED_AT) return;
      this.lines.delete(customerId);
      if (!hasEnded(line, now)) this.lines.set(customerId, line);
    }
  }
}

function hasEnded({ underWay, endsAt }: Line, now: number): boolean {
  return underWay.size === 0 && endsAt <= now;
}
