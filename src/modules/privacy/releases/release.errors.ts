/** Why something is not released, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../../kernel/errors';

const list = (names: readonly string[]): string => names.join(', ');

export function unknownDataset(names: readonly string[]): AppError {
  return invalidInput(
    ['input', 'dataset'],
    `There is no such dataset. There are: ${list(names)}.`,
    'dataset',
  );
}

export function unknownMeasure(dataset: string, names: readonly string[]): AppError {
  return invalidInput(['input', 'measure'], `In ${dataset} there are: ${list(names)}.`, 'measure');
}

export function statisticNotOffered(measure: string, names: readonly string[]): AppError {
  return invalidInput(['input', 'statistic'], `Of ${measure} there are: ${list(names)}.`, 'statistic');
}

export function notOneMonth(path: readonly string[]): AppError {
  return invalidInput(
    path,
    'Releases are about one calendar month in UTC, as budgets are: from its first instant to that of the next month.',
    'month',
  );
}

export function monthNotOver(): AppError {
  return invalidInput(
    ['input', 'period', 'to'],
    'This month is not over: what is released of it now would be asked again tomorrow. Ask when it is.',
    'isOver',
  );
}

export function lossOutOfRange(unit: 'epsilon' | 'rho'): AppError {
  return invalidInput(
    ['input', 'loss', unit],
    'A loss is above 0 and below 1000, and has at most 6 decimals.',
    'range',
  );
}

export function noPureLoss(dataset: string): AppError {
  return invalidInput(
    ['input', 'loss', 'rho'],
    `${dataset} adds up its losses in ε, and Gaussian noise has none. Give an epsilon.`,
    'accounting',
  );
}

export function drawnForEpsilonOnly(): AppError {
  return invalidInput(
    ['input', 'loss', 'rho'],
    'A quartile is drawn whole, for an ε. Give an epsilon.',
    'mechanism',
  );
}

/** What is told cannot be untold: another answer for more would be a second one, to be averaged with the first. */
export function releasedOtherwise(id: string, loss: string): AppError {
  return conflict(
    `This was released already, for ${loss}. Read that release, or ask with the same loss to be answered it again at no cost.`,
    ['input', 'loss'],
    id,
  );
}

export interface BudgetStanding {
  readonly dataset: string;
  readonly month: string;
  readonly unit: string;
  readonly total: string;
  readonly left: string;
  readonly charge: string;
}

export function budgetExceeded({ dataset, month, unit, total, left, charge }: BudgetStanding): AppError {
  return new AppError(
    'PRIVACY_BUDGET_EXCEEDED',
    `Of the privacy budget of ${dataset} for ${month}, ${unit} = ${total}, there is ${left} left, and this would take ${charge}. Ask for a smaller loss, read what was released already, or ask about another month: the budget of this one does not grow again.`,
    ['input', 'loss'],
  );
}
