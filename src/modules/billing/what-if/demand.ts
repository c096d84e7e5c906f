/**
 * What is assumed of demand when prices move: a constant elasticity, Q′ = Q · (P′ / P)^ε (H. Varian, Intermediate Microeconomics, ch.
 * 15), where P′ / P is what a customer's bill would be at unchanged demand by what it was: Laspeyres' price index of all
 * that this customer bought. An assumption, and nothing that was measured.
 */

/** Beyond this, the formula says more than anybody knows: near a price of nothing it has no bound. */
const MOST = 100;
/** Places of a decimal. */
const PLACES = 12;

/**
 * By how much demand is multiplied, as a decimal. 1 without an elasticity, and of whoever paid nothing before or after: there is no
 * price to compare with.
 */
export function demandFactor(before: string, after: string, elasticity: number): string {
  const [was, is] = [Number(before), Number(after)];
  if (elasticity === 0 || was <= 0 || is <= 0 || before === after) return '1';
  return Math.min(MOST, Math.pow(is / was, elasticity)).toFixed(PLACES);
}
