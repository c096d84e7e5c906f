/**
 * Refusals of quota that are repeated from memory for half a second: an exhausted customer costs the database nothing. How long is
 * asked of the clock that is never set, by whoever repeats one and by whoever clears away.
 */
import type { Clock } from '../../../kernel/clock';

const REFUSAL_MS = 500;

interface Refusal {
  readonly error: Error;
  readonly until: number;
}

export class Refusals {
  private readonly byCustomer = new Map<string, Refusal>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  remember(customerId: string, error: Error): void {
    this.byCustomer.set(customerId, { error, until: this.clock.monotonic() + REFUSAL_MS });
  }

  /** undefined when the customer was not refused lately. */
  known(customerId: string): Error | undefined {
    const refusal = this.byCustomer.get(customerId);
    return refusal && this.clock.monotonic() < refusal.until ? refusal.error : undefined;
  }

  forget(customerId: string): void {
    this.byCustomer.delete(customerId);
  }

  forgetOld(): void {
    const now = this.clock.monotonic();
    for (const [customerId, { until }] of this.byCustomer)
      if (until <= now) this.byCustomer.delete(customerId);
  }

  customers(): Iterable<string> {
    return this.byCustomer.keys();
  }
}
