/**
 * By what trials are held against each other: one figure of the validation part each, which way is better, and what has to
 * be learned for there to be one.
 */
import type { LabelRule } from '../dataset/label-rule';
import type { EpochFigures } from '../trainer/process/trainer-message';
import type { Recipe } from '../trainer/recipe';

export type Objective = 'VALIDATION_LOSS' | 'VALIDATION_ACCURACY' | 'VALIDATION_AUC' | 'VALIDATION_F1';

export type WatchedFigures = Pick<EpochFigures, 'valLoss' | 'valAccuracy' | 'valAuc' | 'valF1'>;

interface Rule {
  readonly figure: keyof WatchedFigures;
  readonly isBest: 'LEAST' | 'MOST';
  readonly words: string;
  readonly needs: 'ANYTHING' | 'CLASSES' | 'YES_OR_NO';
}

const RULES: Readonly<Record<Objective, Rule>> = {
  VALIDATION_LOSS: { figure: 'valLoss', isBest: 'LEAST', words: 'validation loss', needs: 'ANYTHING' },
  VALIDATION_ACCURACY: {
    figure: 'valAccuracy',
    isBest: 'MOST',
    words: 'validation accuracy',
    needs: 'CLASSES',
  },
  VALIDATION_AUC: { figure: 'valAuc', isBest: 'MOST', words: 'validation AUC', needs: 'YES_OR_NO' },
  VALIDATION_F1: { figure: 'valF1', isBest: 'MOST', words: 'validation F1', needs: 'YES_OR_NO' },
};

/** Negative when `one` is better than `other`, 0 when they are equal. */
export function compareScores(objective: Objective, one: number, other: number): number {
  return RULES[objective].isBest === 'LEAST' ? one - other : other - one;
}

/** The figure of an epoch by which it is judged; null where it has none. */
export function figureOf(objective: Objective, figures: WatchedFigures): number | null {
  return figures[RULES[objective].figure];
}

export function wordsOf(objective: Objective): string {
  return RULES[objective].words;
}

/** Why trials of this recipe on this label cannot be judged by it; undefined when they can. */
export function objectiveFault(
  objective: Objective,
  recipe: Pick<Recipe, 'objective'>,
  label: Pick<LabelRule, 'kind'>,
): string | undefined {
  const { needs, words } = RULES[objective];
  if (needs === 'ANYTHING') return undefined;
  if (recipe.objective === 'REGRESSION')
    return `A regression calls nothing right or wrong, so it has no ${words}. Search by VALIDATION_LOSS.`;
  if (needs === 'YES_OR_NO' && label.kind === 'CLASSES')
    return `The label has several classes, and ${words} is for yes or no. Search by VALIDATION_LOSS or VALIDATION_ACCURACY.`;
  return undefined;
}
