/** Money that somebody who is no more asked for a customer, and that nobody decided about. */
import { newId } from '../../src/kernel/id';
import type { World } from '../support/world';

export async function moneyWaits(world: World, customerId: string): Promise<string> {
  const now = world.clock.now();
  const id = newId('mrq', now);
  await world.app.platform.database.servicePool.query(
    `insert into money_requests (customer_id, id, kind, amount_minor, currency, reason, by, idempotency_key, input_hash, created_at, state)
     values ($1, $2, 'REFUND', 5000, 'USD', 'for the trouble', 'stf_nobody', $2, '', $3, 'PENDING')`,
    [customerId, id, now],
  );
  return id;
}
