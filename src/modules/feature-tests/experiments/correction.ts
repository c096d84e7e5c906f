/**
 * At which α each comparison of a test is made, when the plan says that they share one. All comparisons of the plan count, also
 * those without data yet. Of a family, what is rejected once stays rejected, so α never shrinks from look to look and a
 * narrowed interval never grows.
 */
import { benjaminiHochberg, eBenjaminiHochberg, holm } from '../../../kernel/statistics';
import { MultiplicityMethod } from './analysis-plan';

/** What a running comparison shows: evidence that holds at any look, and whether zero was left out at an earlier one. */
export interface RunningSign {
  readonly logE: number;
  readonly settled: boolean;
}

/**
 * While the test runs. HOLM: Holm over the p-values 1/E, each of which holds over all looks (Ville), so the family-wise promise does too.
 * BENJAMINI_HOCHBERG: e-BH; who was rejected counts with the evidence of that look, which keeps the set self-consistent (Wang and Ramdas 2022).
 */
export function runningAlphas(
  method: MultiplicityMethod,
  alpha: number,
  signs: readonly RunningSign[],
): number[] {
  const logE = signs.map((sign) => (sign.settled ? Infinity : sign.logE));
  if (method === MultiplicityMethod.HOLM) {
    return holmAlphas(
      logE.map((value) => Math.min(1, Math.exp(-value))),
      alpha,
    );
  }
  return shared(eBenjaminiHochberg(logE, alpha), alpha, signs.length);
}

/** At the planned size, by one look. @param p 1 where there is nothing to compare yet. */
export function finalAlphas(method: MultiplicityMethod, alpha: number, p: readonly number[]): number[] {
  if (method === MultiplicityMethod.HOLM) return holmAlphas(p, alpha);
  const rejected = benjaminiHochberg(p).filter((value) => value <= alpha).length;
  return shared(rejected, alpha, p.length);
}

/** Of m comparisons with r rejected, these were made at no more than α / (m − r + 1), and Holm stopped at α / (m − r). */
function holmAlphas(p: readonly number[], alpha: number): number[] {
  const adjusted = holm(p);
  const rejected = adjusted.filter((value) => value <= alpha).length;
  return adjusted.map((value) => alpha / (p.length - rejected + (value <= alpha ? 1 : 0)));
}

/** Intervals of what was selected cover at 1 − α r / m (Benjamini and Yekutieli 2005; for e-values Xu, Wang and Ramdas 2022). */
function shared(rejected: number, alpha: number, of: number): number[] {
  return new Array<number>(of).fill((alpha * Math.max(1, rejected)) / of);
}
