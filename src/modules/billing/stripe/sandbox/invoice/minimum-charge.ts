/**
 * The least that Stripe charges, in minor units of each currency. An invoice of less is paid at once, and what it asks for
 * is owed with the next one. Source: Stripe's list of minimum charge amounts, and what `amount_due` of an invoice says.
 */
const MINIMUMS: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

interface Owed {
  readonly total: number;
  /** Of the customer before the invoice: a negative one is credit, a positive one a debt. */
  readonly balance: number;
  readonly currency: string;
}

/** What is to be paid now: nothing where the sum is too small to be charged. */
export function amountDue({ total, balance, currency }: Owed): number {
  const sum = total + balance;
  return sum < (MINIMUMS[currency] ?? 1) ? 0 : sum;
}

/** The balance after the invoice: credit that was not used or was given back, or what was too small to be charged. */
export function endingBalance(owed: Owed): number {
  return owed.total + owed.balance - amountDue(owed);
}
