/** What is left of a customer's credit grants, and in which order it burns. */
import type { ObjectStore } from '../store/object-store';
import type { CreditGrant } from '../store/wire';

export interface UsableGrant {
  readonly grant: CreditGrant;
  /** In minor units. */
  readonly left: number;
}

export class CreditGrants {
  constructor(private readonly store: ObjectStore) {}

  /** A new grant is whole. */
  begin(grant: CreditGrant): Promise<void> {
    return this.store.keepAside(grant.id, { left: grant.amount.monetary?.value ?? 0 });
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

  /** Takes up to `amount` out of a customer's grants, and says how much that was. */
  async burn(customer: string, currency: string, amount: number, at: number): Promise<number> {
    let rest = amount;
    for (const { grant, left } of await this.usable(customer, at)) {
      if (grant.amount.monetary?.currency !== currency) continue;
      const taken = Math.min(left, rest);
      rest -= taken;
      await this.store.keepAside(grant.id, { left: left - taken });
      if (rest === 0) break;
    }
    return amount - rest;
  }
}
