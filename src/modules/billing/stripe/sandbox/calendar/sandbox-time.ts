/** Which time it is for a customer: that of the test clock where one is attached, the sandbox's own otherwise. */
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf } from '../store/wire';

export class SandboxTime {
  constructor(private readonly store: ObjectStore) {}

  async of({ test_clock }: Pick<Customer, 'test_clock'>, at: number): Promise<number> {
    const clockId = idOf(test_clock);
    return clockId ? (await this.store.get('test_helpers.test_clock', clockId)).frozen_time : at;
  }
}
