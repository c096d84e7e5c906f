/**
 * Successive halving (Jamieson, Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization"):
 * all trials learn a little, of each rung the best η-th part goes on to η times as many epochs. Without it there is one rung,
 * on which every trial learns to its end.
 */
export interface Halving {
  /** η: of so many trials one goes on. */
  readonly eta: number;
  /** Epochs of the first rung. */
  readonly minEpochs: number;
}

export interface Rung {
  /** How many trials stand on it. */
  readonly trials: number;
  /** Epochs that each has learned at its end, the rungs below included; null = all of its recipe. */
  readonly epochs: number | null;
}

/** @param epochs of the recipe: what the last rung learns. */
export function rungsOf(trials: number, epochs: number, halving: Halving | null): Rung[] {
  if (!halving) return [{ trials, epochs: null }];
  const rungs: Rung[] = [];
  let left = trials;
  // One that is alone has nobody to be held against: it learns to its end.
  for (let reached = halving.minEpochs; left > 1 && reached < epochs; reached *= halving.eta) {
    rungs.push({ trials: left, epochs: reached });
    left = Math.max(1, Math.floor(left / halving.eta));
  }
  return [...rungs, { trials: left, epochs: null }];
}

/** Epochs that a search comes to when nothing ends early: its budget in the unit of a recipe. */
export function plannedEpochs(rungs: readonly Rung[], epochsOf: readonly number[]): number {
  if (rungs.length === 1) return epochsOf.reduce((sum, epochs) => sum + epochs, 0);
  const all = epochsOf[0]!;
  return rungs.reduce((sum, { trials, epochs }, rung) => {
    const before = rungs[rung - 1]?.epochs ?? 0;
    return sum + trials * ((epochs ?? all) - before);
  }, 0);
}
