/** Money that goes back to the card: never more than was paid. */
import type { EventLog } from '../event/event-log';
import { badParameter, notAllowed } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type PaymentIntent, type Refund } from '../store/wire';
import { refundedBy } from './charge';

export interface RefundTerms {
  /** Default: all that is left. */
  readonly amount?: number;
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer';
  readonly metadata?: Record<string, string>;
}

export class Refunds {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  async give(intent: PaymentIntent, terms: RefundTerms, at: number): Promise<Refund> {
    if (intent.status !== 'succeeded')
      throw notAllowed(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
    const paid = await this.store.find('charge', idOf(intent.latest_charge) ?? '');
    if (paid?.disputed) await this.assertRefundable(paid.id);
    const earlier = await this.store.all('refund', { parent: intent.id });
    const left = earlier.reduce((rest, { amount }) => rest - amount, intent.amount_received);
    const charge = idOf(intent.latest_charge) ?? '';
    if (left <= 0) throw notAllowed(`Charge ${charge} has already been refunded.`, 'charge_already_refunded');
    const amount = terms.amount ?? left;
    if (amount > left)
      throw badParameter(
        'amount',
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`,
      );
    const refund = await this.store.save<'refund'>({
      id: idFor('refund'),
      object: 'refund',
      amount,
      balance_transaction: newSandboxId('txn'),
      charge,
      created: at,
      currency: intent.currency,
      customer: idOf(intent.customer),
      customer_account: null,
      metadata: terms.metadata ?? {},
      payment_intent: intent.id,
      payment_method: idOf(intent.payment_method),
      reason: terms.reason ?? null,
      receipt_number: null,
      source_transfer_reversal: null,
      status: 'succeeded',
      transfer_reversal: null,
    });
    await this.events.record('refund.created', refund, at);
    if (paid) {
      const after = await this.store.save(refundedBy(paid, amount));
      await this.events.record('charge.refunded', after, at, paid);
    }
    return refund;
  }

  /** What the payer's bank has taken back is not given back once more. */
  private async assertRefundable(charge: string): Promise<void> {
    const disputes = await this.store.all('dispute', { parent: charge });
    if (disputes.every((one) => one.is_charge_refundable)) return;
    throw notAllowed(`The charge ${charge} has been charged back; cannot issue a refund.`, 'charge_disputed');
  }
}
