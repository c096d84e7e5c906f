/**
 * Whether a deployment is worth asking: after several failures in a row it is left alone for a while, then one request
 * tries it again. Pure; the clock is handed in. It counts what the engine did wrong, never what a caller sent wrong, so
 * that no customer can talk it open for the others.
 */
export interface BreakerLimits {
  readonly failures: number;
  /** How long it stays open, at first; each further failure of a trial doubles it. */
  readonly openMs: number;
  readonly longestMs: number;
}

const DEFAULT_BREAKER: BreakerLimits = { failures: 5, openMs: 1000, longestMs: 60_000 };

interface Circuit {
  failures: number;
  /** How often in a row it was opened. */
  opened: number;
  openUntil: number;
  trying: boolean;
}

export class CircuitBreaker {
  private readonly circuits = new Map<string, Circuit>();

  constructor(private readonly limits: BreakerLimits = DEFAULT_BREAKER) {}

  /** Whether to ask it now. While half open, one request is let through; whoever asks must report how it went. */
  allows(name: string, now: number): boolean {
    const circuit = this.circuits.get(name);
    if (!circuit || circuit.failures < this.limits.failures) return true;
    if (now < circuit.openUntil || circuit.trying) return false;
    circuit.trying = true;
    return true;
  }

  succeeded(name: string): void {
    this.circuits.delete(name);
  }

  failed(name: string, now: number): void {
    let circuit = this.circuits.get(name);
    if (!circuit)
      this.circuits.set(name, (circuit = { failures: 0, opened: 0, openUntil: 0, trying: false }));
    circuit.failures++;
    circuit.trying = false;
    if (circuit.failures < this.limits.failures) return;
    circuit.openUntil = now + Math.min(this.limits.longestMs, this.limits.openMs * 2 ** circuit.opened);
    circuit.opened++;
  }

  /** It was asked and neither failed nor answered: the client left, or the request itself was at fault. */
  abstained(name: string): void {
    const circuit = this.circuits.get(name);
    if (circuit) circuit.trying = false;
  }
}
