/** What is left of a customer's credit grants, in which order it burns, and the entries that say where it went. */
import { isMetered } from '../catalogue/price-rule';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CreditGrant, type CreditTransaction, idOf, type Price } from '../store/wire';

export interface UsableGrant {
  readonly grant: CreditGrant;
  /** In minor units. */
  readonly left: number;
}

/** The line of an invoice that credit burns on. */
export interface BurnedOn {
  readonly customer: string;
  readonly price: Price;
  readonly amount: number;
  readonly invoice: string;
  readonly line: string;
}

const KIND = 'billing.credit_balance_transaction';

export class CreditGrants {
  constructor(private readonly store: ObjectStore) {}

  /** A new grant is whole. */
  async begin(grant: CreditGrant, at: number): Promise<void> {
    const value = grant.amount.monetary?.value ?? 0;
    await this.store.keepAside(grant.id, { left: value });
    await this.give(grant, value, { type: 'credits_granted', credits_application_invoice_voided: null }, at);
  }

  /** What is left of a grant that is over before its time. */
  async drop(grant: CreditGrant, type: 'credits_expired' | 'credits_voided', at: number): Promise<void> {
    const { left } = await this.store.aside<{ left: number }>(grant.id);
    if (left > 0) await this.take(grant, left, { type, credits_applied: null }, at);
  }

  /** Grants that can burn at an instant: by priority, then by their end, then by what they are, then the oldest. */
  async usable(customer: string, at: number): Promise<UsableGrant[]> {
    const usable: UsableGrant[] = [];
    for (const grant of await this.store.all('billing.credit_grant', { customer })) {
      const { left } = await this.store.aside<{ left: number }>(grant.id);
      const begun = (grant.effective_at ?? 0) <= at;
      const over = grant.voided_at !== null || (grant.expires_at !== null && grant.expires_at <= at);
      if (left > 0 && begun && !over) usable.push({ grant, left });
    }
    return usable.sort(
      ({ grant: a }, { grant: b }) =>
        (a.priority ?? 0) - (b.priority ?? 0) ||
        (a.expires_at ?? Infinity) - (b.expires_at ?? Infinity) ||
        Number(a.category === 'paid') - Number(b.category === 'paid') ||
        (a.effective_at ?? 0) - (b.effective_at ?? 0),
    );
  }

  /** Takes up to the amount of a line out of a customer's grants that are for its price, and says how much that was. */
  async burn({ customer, price, amount, invoice, line }: BurnedOn, at: number): Promise<number> {
    let rest = amount;
    for (const { grant, left } of await this.usable(customer, at)) {
      if (rest === 0) break;
      if (grant.amount.monetary?.currency !== price.currency || !isFor(grant, price)) continue;
      const taken = Math.min(left, rest);
      rest -= taken;
      await this.store.keepAside(grant.id, { left: left - taken });
      const credits_applied = { invoice, invoice_line_item: line };
      await this.take(grant, taken, { type: 'credits_applied', credits_applied }, at);
    }
    return amount - rest;
  }

  /** What an invoice had burned that is void now. */
  async giveBack(invoice: { readonly id: string; readonly customer: string }, at: number): Promise<void> {
    for (const grant of await this.store.all('billing.credit_grant', { customer: invoice.customer })) {
      for (const { debit } of await this.store.all(KIND, { parent: grant.id })) {
        const applied = debit?.credits_applied;
        if (!applied || idOf(applied.invoice) !== invoice.id) continue;
        const amount = debit.amount.monetary?.value ?? 0;
        const { left } = await this.store.aside<{ left: number }>(grant.id);
        await this.store.keepAside(grant.id, { left: left + amount });
        const reason = {
          type: 'credits_application_invoice_voided',
          credits_application_invoice_voided: applied,
        };
        await this.give(grant, amount, reason, at);
      }
    }
  }

  private give(
    grant: CreditGrant,
    value: number,
    reason: Omit<NonNullable<CreditTransaction['credit']>, 'amount'>,
    at: number,
  ): Promise<unknown> {
    return this.store.save<typeof KIND>({
      ...blank(grant, at),
      type: 'credit',
      credit: { amount: amountIn(grant, value), ...reason },
      debit: null,
    });
  }

  private take(
    grant: CreditGrant,
    value: number,
    reason: Omit<NonNullable<CreditTransaction['debit']>, 'amount'>,
    at: number,
  ): Promise<unknown> {
    return this.store.save<typeof KIND>({
      ...blank(grant, at),
      type: 'debit',
      credit: null,
      debit: { amount: amountIn(grant, value), ...reason },
    });
  }
}

function blank(
  grant: CreditGrant,
  at: number,
): Omit<CreditTransaction, 'credit' | 'debit' | 'type'> & { object: typeof KIND } {
  return {
    id: idFor(KIND),
    object: KIND,
    created: at,
    credit_grant: grant.id,
    effective_at: at,
    livemode: false,
    test_clock: grant.test_clock,
  };
}

function amountIn(
  { amount }: CreditGrant,
  value: number,
): { monetary: { currency: string; value: number }; type: 'monetary' } {
  return { monetary: { currency: amount.monetary?.currency ?? '', value }, type: 'monetary' };
}

/** A grant is for everything that is metered, or for some of its prices. */
function isFor({ applicability_config: { scope } }: CreditGrant, price: Price): boolean {
  const prices = scope.prices ?? [];
  return isMetered(price) && (prices.length === 0 || prices.some(({ id }) => id === price.id));
}
