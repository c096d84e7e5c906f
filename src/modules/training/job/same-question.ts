/**
 * Whether two versions can be held against each other: both are asked the same of the same columns. Known before either is
 * asked, so that nobody trains for an hour to be told.
 */
import type { ServableVersion } from '../../models';
import type { LabelRule } from '../dataset/label-rule';
import { isTable, preparationOf } from '../preparation/preparation';
import type { Recipe } from '../trainer/recipe';
import { outputWidth } from '../trainer/recipe-rules';

interface Question {
  readonly columns: readonly { readonly name: string }[];
  readonly label: LabelRule;
}

export function answersSame(
  version: Pick<ServableVersion, 'preparation' | 'signature' | 'outputWidth'>,
  { columns, label }: Question,
  recipe: Recipe,
): boolean {
  const preparation = preparationOf(version);
  if (!preparation || !isTable(preparation)) return false;
  if (version.outputWidth !== outputWidth(recipe, label)) return false;
  const names = columns.map(({ name }) => name);
  if (!preparation.steps.every(({ spec }) => names.includes(spec.name))) return false;
  const { outputs, labels } = version.signature;
  if (recipe.objective === 'REGRESSION') return !labels && outputs[0]?.name === label.column;
  return labels != null && isSameLabel(labels, label);
}

/** @param labels of the other version. */
function isSameLabel(labels: readonly string[], label: LabelRule): boolean {
  const positive = labels.at(-1)!;
  switch (label.kind) {
    case 'CLASSES':
      return labels.every((name, index) => name === label.labels[index]);
    case 'ABOVE_MEDIAN':
      // The median moves with the data, and the question stays.
      return positive.startsWith(`${label.column} > `);
    case 'EQUALS':
      return positive === label.labels.at(-1);
  }
}
