/** The customer's balance, and the entries that it is the sum of. Negative is what the customer has to his credit. */
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { BalanceTransaction, Customer } from '../store/wire';

export interface BalanceEntry {
  readonly type: 'adjustment' | 'applied_to_invoice' | 'credit_note' | 'initial' | 'unapplied_from_invoice';
  readonly invoice?: string;
  readonly creditNote?: string;
  readonly currency?: string;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
}

export class BalanceBook {
  constructor(private readonly store: ObjectStore) {}

  /** undefined when nothing moves. */
  async move(
    customer: Customer,
    amount: number,
    entry: BalanceEntry,
    at: number,
  ): Promise<BalanceTransaction | undefined> {
    if (amount === 0) return undefined;
    const balance = customer.balance + amount;
    const currency = entry.currency ?? customer.currency ?? 'usd';
    await this.store.save<'customer'>({ ...customer, balance, currency });
    return this.store.save<'customer_balance_transaction'>({
      id: idFor('customer_balance_transaction'),
      object: 'customer_balance_transaction',
      amount,
      checkout_session: null,
      created: at,
      credit_note: entry.creditNote ?? null,
      currency,
      customer: customer.id,
      customer_account: null,
      description: entry.description ?? null,
      ending_balance: balance,
      invoice: entry.invoice ?? null,
      livemode: false,
      metadata: entry.metadata ?? {},
      type: entry.type,
    });
  }
}
