/** How thick and fast something comes, by a clock that never goes back: a count in which each time weighs less the longer ago it was (exponential decay). */
export class Pace {
  private count = 0;
  private at = -Infinity;

  /** @param timeMs after which one weighs 1/e of what it did. */
  constructor(private readonly timeMs: number) {}

  /** Counts so many more, at this moment. Answers the count. */
  after(nowMs: number, more: number): number {
    this.count = this.count * Math.exp((this.at - nowMs) / this.timeMs) + more;
    this.at = nowMs;
    return this.count;
  }
}
