/**
 * How the figures of a test will be read, said before the first of them is there: which estimate decides, at which level, how
 * many comparisons share it. It is part of the plan, so the hash of the plan covers it.
 */
import type { EffectPrior } from '../../../kernel/statistics';

export enum CupedUse {
  BESIDE = 'BESIDE',
  INSTEAD = 'INSTEAD',
}

export enum MultiplicityMethod {
  HOLM = 'HOLM',
  BENJAMINI_HOCHBERG = 'BENJAMINI_HOCHBERG',
}

export enum MultiplicityScope {
  PRIMARY = 'PRIMARY',
  ALL = 'ALL',
}

/** What is absent was not planned: tests from before it could be have none of it. */
export interface AnalysisPlan {
  readonly level: number;
  /** The smallest lift that matters, as a share (0.05 = 5 %). */
  readonly minimumEffect: number;
  /** People in all variants together. */
  readonly plannedSize: number;
  /** Wanted chance of finding the smallest lift that matters. */
  readonly power?: number | null;
  readonly cuped?: { readonly use: CupedUse; readonly days: number } | null;
  readonly multiplicity?: { readonly method: MultiplicityMethod; readonly scope: MultiplicityScope } | null;
  /** Of the lift; absent = flat. */
  readonly prior?: EffectPrior | null;
}

/** What practice asks for (Cohen 1988). */
export const USUAL_POWER = 0.8;
