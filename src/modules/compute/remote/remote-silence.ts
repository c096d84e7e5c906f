/**
 * How long a server that answers rows has said nothing to anybody. Its callers have less patience than the wire: each leaves by its
 * own deadline, which by itself says nothing against the server, and one that hangs would be asked for ever. So what they waited is
 * added up, waits at the same time once, until the server answers one of them. Pure; time comes from outside.
 */

/** Who waited less than this gave no server a chance, and says nothing of it. */
const CHANCE_MS = 1_000;

export class RemoteSilence {
  private waitedMs = 0;
  /** Up to here it is known whether the server was silent. */
  private knownUntil = -Infinity;

  /** @param mostMs a silence that is longer is the server's failure. */
  constructor(private readonly mostMs: number) {}

  /** It answered somebody. */
  broken(at: number): void {
    this.waitedMs = 0;
    this.knownUntil = at;
  }

  /** Somebody left without an answer. The silence in milliseconds, where it is the server's failure by now; else undefined. */
  left(since: number, now: number): number | undefined {
    if (now - since < CHANCE_MS) return undefined;
    this.waitedMs += Math.max(0, now - Math.max(since, this.knownUntil));
    this.knownUntil = now;
    return this.waitedMs > this.mostMs ? Math.round(this.waitedMs) : undefined;
  }
}
