/** Whether a recipe fits together and fits the label, told before a training begins, each fault with its path. */
import { AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import type { LabelRule } from '../dataset/label-rule';
import { shapesOf } from './network/layer';
import type { Loss } from './network/loss';
import type { Architecture, Answer } from './network/network';
import { hiddenLayers, type Recipe } from './recipe';

const PATH = ['input', 'recipe'] as const;

/** @throws AppErrors with every fault. */
export function checkRecipe(recipe: Recipe, label: LabelRule): void {
  const faults: AppError[] = [];
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      faults.push(error);
    }
  };
  attempt(() => lossFor(recipe, label));
  attempt(() => checkClassWeights(recipe, label));
  attempt(() => {
    if (recipe.kind === 'NETWORK' && recipe.layers.length === 0) {
      throw refused('network', 'A NETWORK needs its layers. For the article’s network say DENSE_NETWORK.');
    }
    const shapes = shapesOf(hiddenLayers(recipe), recipe.inputShape ?? [null], [
      ...PATH,
      'network',
      'layers',
    ]);
    const last = shapes.at(-1) ?? [null];
    if (last.length !== 1) {
      throw refused(
        'network',
        `The last layer answers ${last.join(' × ')} numbers. Flatten them, so that one layer can answer from all of them.`,
      );
    }
  });
  if (faults.length > 0) throw new AppErrors(faults);
}

/** The loss, settled. @throws AppError INVALID_INPUT when it does not fit what is learned. */
export function lossFor({ objective, loss }: Recipe, label: LabelRule): Loss {
  if (objective === 'REGRESSION') {
    if (loss && loss !== 'MEAN_SQUARED_ERROR')
      throw refused('loss', 'A number is learned by MEAN_SQUARED_ERROR; cross-entropy is for classes.');
    return 'MEAN_SQUARED_ERROR';
  }
  const several = label.kind === 'CLASSES';
  if (loss === 'SOFTMAX_CROSS_ENTROPY' && !several)
    throw refused(
      'loss',
      'Softmax needs a label with the rule CLASSES. For yes or no: BINARY_CROSS_ENTROPY.',
    );
  if (loss === 'BINARY_CROSS_ENTROPY' && several)
    throw refused('loss', 'The label has several classes: SOFTMAX_CROSS_ENTROPY.');
  return loss ?? (several ? 'SOFTMAX_CROSS_ENTROPY' : 'BINARY_CROSS_ENTROPY');
}

export function answerFor({ objective }: Recipe, label: LabelRule): Answer {
  if (objective === 'REGRESSION') return 'linear';
  return label.kind === 'CLASSES' ? 'softmax' : 'sigmoid';
}

/** Numbers a row is answered with. */
export function outputWidth(recipe: Recipe, label: LabelRule): number {
  return answerFor(recipe, label) === 'softmax' ? label.labels.length : 1;
}

/** @param width numbers a row has once it is prepared. @throws AppError when they do not make the shape that was said. */
export function architectureOf(recipe: Recipe, label: LabelRule, width: number): Architecture {
  const inputShape = recipe.inputShape ?? [width];
  const size = inputShape.reduce((product, side) => product * side, 1);
  if (size !== width) {
    throw refused(
      'network',
      `Prepared rows have ${width} numbers; ${inputShape.join(' × ')} are ${size}. Say an inputShape of ${width}, or exclude columns.`,
    );
  }
  const layers = [
    ...hiddenLayers(recipe),
    { kind: 'DENSE', units: outputWidth(recipe, label), activation: 'linear' } as const,
  ];
  return { inputShape, layers, answer: answerFor(recipe, label) };
}

function checkClassWeights({ classWeights, objective }: Recipe, label: LabelRule): void {
  if (classWeights === null) return;
  if (objective === 'REGRESSION')
    throw refused('classWeights', 'A regression has no classes. Leave the weights out.');
  if (classWeights !== 'BALANCED' && classWeights.length !== label.labels.length) {
    throw refused(
      'classWeights',
      `The label has ${label.labels.length} classes, in this order: ${label.labels.join(', ')}. Give one weight for each.`,
    );
  }
  if (classWeights !== 'BALANCED' && !classWeights.some((weight) => weight > 0))
    throw refused('classWeights', 'No class counts anything. Give at least one a weight above 0.');
}

function refused(field: string, message: string): AppError {
  return invalidInput([...PATH, field], message, 'recipe');
}
