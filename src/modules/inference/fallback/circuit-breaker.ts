/**
 * Which deployments are worth asking: a circuit for each that failed lately. It counts what the engine did wrong, never what
 * a caller sent wrong, so that no customer can talk it open for the others.
 */
import { Circuit } from '../../../kernel/circuit';

export class CircuitBreaker {
  private readonly circuits = new Map<string, Circuit>();

  /** @param now milliseconds. */
  constructor(private readonly now: () => number) {}

  /** Whether to ask it now. While half open, one request is let through; whoever asks must report how it went. */
  allows(name: string): boolean {
    return (this.circuits.get(name)?.waitMs() ?? 0) === 0;
  }

  succeeded(name: string): void {
    this.circuits.delete(name);
  }

  failed(name: string): void {
    let circuit = this.circuits.get(name);
    if (!circuit) this.circuits.set(name, (circuit = new Circuit(this.now)));
    circuit.failed();
  }

  /** It was asked and neither failed nor answered: the client left, or the request itself was at fault. */
  abstained(name: string): void {
    this.circuits.get(name)?.undecided();
  }
}
