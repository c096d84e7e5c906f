/**
 * The rules of the ledger, pure. A transfer moves one amount out of one account (debit) into another (credit), so every
 * transfer sums to zero by its shape (as in TigerBeetle's data model), and so does whatever is added up of them. A transfer never changes;
 * what was wrong is reversed by its mirror.
 */
import { addDecimals, subtractDecimals } from '../../../kernel/money';

export enum LedgerAccount {
  /** Money that customers paid ahead. */
  CASH = 'CASH',
  /** What we gave away. */
  PROMOTION = 'PROMOTION',
  /** Prepaid and not used yet: what we owe the customer in usage. */
  CREDIT = 'CREDIT',
  /** Used and not prepaid: what the customer owes us. */
  RECEIVABLE = 'RECEIVABLE',
  /** Usage by the price book. */
  REVENUE = 'REVENUE',
  /** Credits that nobody used in time. */
  BREAKAGE = 'BREAKAGE',
}

export enum TransferKind {
  GRANT = 'GRANT',
  BURN = 'BURN',
  CHARGE = 'CHARGE',
  EXPIRY = 'EXPIRY',
  REVERSAL = 'REVERSAL',
  REFUND = 'REFUND',
}

export enum CreditSource {
  PURCHASED = 'PURCHASED',
  PROMOTIONAL = 'PROMOTIONAL',
}

export interface Transfer {
  readonly kind: TransferKind;
  readonly debitAccount: LedgerAccount;
  readonly creditAccount: LedgerAccount;
  /** The grant whose part of CREDIT moves; null when CREDIT is on neither side. */
  readonly grantId: string | null;
  readonly currency: string;
  /** Decimal string of minor units, above 0. */
  readonly amount: string;
}

/** One side of a transfer: positive where the amount went, negative where it came from. */
export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly grantId: string | null;
  readonly currency: string;
  readonly amount: string;
}

interface GrantFacts {
  readonly id: string;
  readonly source: CreditSource;
  readonly currency: string;
  readonly amountMinor: string;
}

export function grantOf({ id, source, currency, amountMinor }: GrantFacts): Transfer {
  const purchased = source === CreditSource.PURCHASED;
  return {
    kind: TransferKind.GRANT,
    debitAccount: purchased ? LedgerAccount.CASH : LedgerAccount.PROMOTION,
    creditAccount: LedgerAccount.CREDIT,
    grantId: id,
    currency,
    amount: amountMinor,
  };
}

/** Credits that were bought and not used, given back as money: a part of a grant, and so no mirror of it. */
export function refundOf({ id, currency }: Pick<GrantFacts, 'id' | 'currency'>, amount: string): Transfer {
  return {
    kind: TransferKind.REFUND,
    debitAccount: LedgerAccount.CREDIT,
    creditAccount: LedgerAccount.CASH,
    grantId: id,
    currency,
    amount,
  };
}

/** Money that was given back did not arrive: so much of the credits is the customer's again. */
export function refundUndone(grant: Pick<GrantFacts, 'id' | 'currency'>, amount: string): Transfer {
  const { debitAccount, creditAccount, ...refund } = refundOf(grant, amount);
  return { ...refund, debitAccount: creditAccount, creditAccount: debitAccount };
}

/** The transfer that undoes another: the same amount the other way. */
export function mirrorOf({ debitAccount, creditAccount, ...rest }: Transfer): Transfer {
  return {
    ...rest,
    kind: TransferKind.REVERSAL,
    debitAccount: creditAccount,
    creditAccount: debitAccount,
  };
}

/** Both sides of a transfer. They sum to zero. */
export function entriesOf({
  debitAccount,
  creditAccount,
  grantId,
  currency,
  amount,
}: Transfer): LedgerEntry[] {
  return [
    { account: debitAccount, grantId, currency, amount: subtractDecimals('0', amount) },
    { account: creditAccount, grantId, currency, amount },
  ];
}

/** The balance of an account (of one grant, where one is named) in a currency: the sum of its entries. */
export function balanceOf(
  transfers: readonly Transfer[],
  of: { readonly account: LedgerAccount; readonly currency: string; readonly grantId?: string },
): string {
  const entries = transfers
    .flatMap(entriesOf)
    .filter(({ account, currency }) => account === of.account && currency === of.currency)
    .filter(({ grantId }) => of.grantId === undefined || grantId === of.grantId);
  return addDecimals('0', ...entries.map(({ amount }) => amount));
}
