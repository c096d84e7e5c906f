/**
 * What a search does next, from what is written down of its trials: pure, so that a search that was killed goes on where it
 * stood, and never tries again what was scored.
 */
import type { EarlyStopping } from '../trainer/recipe';
import type { Rung } from './halving';
import { compareScores, figureOf, type Objective, type WatchedFigures } from './objective';

export interface TrialStanding {
  /** From 1; among equals the first is better. */
  readonly number: number;
  /** One for each rung that it has done. */
  readonly scores: readonly number[];
  readonly hasFailed: boolean;
  readonly isDropped: boolean;
}

export type Step<T> =
  | { readonly kind: 'TRAIN'; readonly trial: T; readonly rung: number }
  /** The rung is done: these do not go on. */
  | { readonly kind: 'DROP'; readonly trials: readonly T[]; readonly rung: number }
  /** Nothing is left to train, or to train with: this is the best that was seen. */
  | ({ readonly kind: 'CROWN' } & Best<T>)
  /** None has a score: all failed, or nothing could be spent on one. */
  | { readonly kind: 'NONE' };

/** A trial as it was at the end of a rung. */
export interface Best<T> {
  readonly trial: T;
  readonly rung: number;
}

/** @param mayTrain false when the budget is spent. */
export function nextStep<T extends TrialStanding>(
  rungs: readonly Rung[],
  trials: readonly T[],
  objective: Objective,
  mayTrain: boolean,
): Step<T> {
  let field = [...trials].sort((a, b) => a.number - b.number);
  for (const [rung] of rungs.entries()) {
    const standing = field.filter(({ hasFailed }) => !hasFailed);
    const waiting = standing.find(({ scores }) => scores.length <= rung);
    if (waiting && !mayTrain) break;
    if (waiting) return { kind: 'TRAIN', trial: waiting, rung };
    const next = rungs[rung + 1];
    if (!next) break;
    const ranked = standing.sort((a, b) =>
      order(objective, [a.scores[rung]!, a.number], [b.scores[rung]!, b.number]),
    );
    const dropped = ranked.slice(next.trials).filter(({ isDropped }) => !isDropped);
    if (dropped.length > 0) return { kind: 'DROP', trials: dropped, rung };
    field = ranked.slice(0, next.trials).sort((a, b) => a.number - b.number);
  }
  const best = bestOf(trials, objective);
  return best ? { kind: 'CROWN', ...best } : { kind: 'NONE' };
}

/**
 * The best score of any trial on any rung, as Hyperband takes it (Li et al. 2018): who learns on may get worse. Among equals the
 * first trial, and of its rungs the lowest.
 */
export function bestOf<T extends TrialStanding>(
  trials: readonly T[],
  objective: Objective,
): Best<T> | undefined {
  const [best] = trials
    .flatMap((trial) => trial.scores.map((score, rung) => ({ trial, rung, score })))
    .sort((a, b) => order(objective, [a.score, a.trial.number], [b.score, b.trial.number]));
  return best && { trial: best.trial, rung: best.rung };
}

/** The best of a trial's scores; null before its first. */
export function bestScore(scores: readonly number[], objective: Objective): number | null {
  if (scores.length === 0) return null;
  return scores.reduce((best, score) => (compareScores(objective, score, best) < 0 ? score : best));
}

/** Better first; the number decides between equal scores. */
function order(
  objective: Objective,
  [one, first]: readonly [number, number],
  [other, second]: readonly [number, number],
): number {
  return compareScores(objective, one, other) || first - second;
}

/**
 * The score of a trial: what the validation part said at the epoch whose weights are kept, which is the last one, or with early
 * stopping the best one. Null before the first epoch, and where there is no such figure.
 * @param curve in order.
 */
export function scoreOf(
  curve: readonly WatchedFigures[],
  earlyStopping: EarlyStopping | null,
  objective: Objective,
): number | null {
  let kept = curve.at(-1);
  if (earlyStopping) {
    kept = curve[0];
    for (const figures of curve) if (figures.valLoss < kept!.valLoss - earlyStopping.minDelta) kept = figures;
  }
  return kept ? figureOf(objective, kept) : null;
}
