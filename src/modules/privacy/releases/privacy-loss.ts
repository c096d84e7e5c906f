/**
 * What a release tells about any one person at most, and how such losses add up. Two ways of adding: pure ε (losses add),
 * and zero-concentrated ρ (losses add as well, and Gaussian noise has one). Sources: Dwork and Roth, The Algorithmic
 * Foundations of Differential Privacy (2014), theorem 3.16; Bun and Steinke, Concentrated Differential Privacy (2016).
 */
import { registerEnumType } from 'type-graphql';
import { fromDecimal, isLess, minus, over, plus, type Rational, rational, times, toNumber } from './rational';

export enum PrivacyAccounting {
  PURE = 'PURE',
  ZCDP = 'ZCDP',
}

registerEnumType(PrivacyAccounting, {
  name: 'PrivacyAccounting',
  description: 'How the losses of releases are added up.',
  valuesConfig: {
    PURE: {
      description: 'In ε, which add: whatever is released, no answer gets more than e^ε times as likely.',
    },
    ZCDP: {
      description:
        'In ρ of zero-concentrated differential privacy, which add; a release of ε counts as ρ = ε²/2 (Bun and Steinke 2016).',
    },
  },
});

/** ε of a pure mechanism, or ρ of a Gaussian one. */
export interface PrivacyLoss {
  readonly kind: 'EPSILON' | 'RHO';
  readonly amount: Rational;
}

/** What all releases of one dataset about one month may tell of a person together. */
export interface PrivacyBudget {
  readonly accounting: PrivacyAccounting;
  /** In ε or ρ, by the accounting; a decimal of at most 12 places. */
  readonly total: string;
}

const HALF = rational(1n, 2n);
const TWO = rational(2n);
/** The chance that a guarantee in ε and δ leaves open, where one in ρ is told in those words. */
const DELTA = 1e-6;

/** What the loss costs by this accounting; undefined where it cannot be told: Gaussian noise has no pure ε. */
export function chargeOf({ kind, amount }: PrivacyLoss, accounting: PrivacyAccounting): Rational | undefined {
  if (accounting === PrivacyAccounting.PURE) return kind === 'EPSILON' ? amount : undefined;
  return kind === 'RHO' ? amount : over(times(amount, amount), TWO);
}

/** The loss of each of two parts that have it together. */
export function halfOf({ kind, amount }: PrivacyLoss): PrivacyLoss {
  return { kind, amount: times(amount, HALF) };
}

/** Where a budget stands after these charges (decimals). */
export function standingOf(
  { total }: PrivacyBudget,
  charges: readonly string[],
): { spent: Rational; left: Rational } {
  const spent = charges.map(fromDecimal).reduce(plus, rational(0n));
  return { spent, left: minus(fromDecimal(total), spent) };
}

export function isWithin(charge: Rational, left: Rational): boolean {
  return !isLess(left, charge);
}

/** The whole budget as a promise in words. ρ-zCDP implies (ρ + 2√(ρ ln 1/δ), δ) for every δ (Bun and Steinke, proposition 1.3). */
export function guaranteeOf({ accounting, total }: PrivacyBudget): string {
  if (accounting === PrivacyAccounting.PURE) return `ε = ${total}, with no exception`;
  const rho = toNumber(fromDecimal(total));
  const epsilon = rho + 2 * Math.sqrt(rho * Math.log(1 / DELTA));
  return `ρ = ${total}; that is ε = ${epsilon.toFixed(2)} but for a chance of one in a million`;
}
