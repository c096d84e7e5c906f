/**
 * Rungs of the ladder that took a process with them. They are left out for a while and not for good: what killed the process may
 * have been the machine, short of memory for a moment, and one that is left no rung would never start again. Pure; time comes
 * from outside.
 */

const LEFT_OUT_MS = 10 * 60_000;

export class FallenRungs {
  private readonly until = new Map<string, number>();

  constructor(private readonly now = (): number => performance.now()) {}

  fell(rung: string): void {
    this.until.set(rung, this.now() + LEFT_OUT_MS);
  }

  has(rung: string): boolean {
    return (this.until.get(rung) ?? -Infinity) > this.now();
  }

  /** Why a rung is left out, by its name. */
  reasons(): Record<string, string> {
    const fallen = [...this.until.keys()].filter((rung) => this.has(rung));
    return Object.fromEntries(fallen.map((rung) => [rung, 'the engine process died while it was tried']));
  }

  /** The next climb tries them all. */
  forget(): void {
    this.until.clear();
  }
}
