import { compareScores, figureOf, type Objective, objectiveFault } from './objective';

const FIGURES = { valLoss: 0.3, valAccuracy: 0.8, valAuc: 0.9, valF1: null };

test.each<[Objective, number | null]>([
  ['VALIDATION_LOSS', 0.3],
  ['VALIDATION_ACCURACY', 0.8],
  ['VALIDATION_AUC', 0.9],
  ['VALIDATION_F1', null],
])('%s looks at its own figure', (objective, figure) => {
  expect(figureOf(objective, FIGURES)).toBe(figure);
});

test('the least loss is best, and the most of everything else', () => {
  expect(compareScores('VALIDATION_LOSS', 0.1, 0.2)).toBeLessThan(0);
  for (const objective of ['VALIDATION_ACCURACY', 'VALIDATION_AUC', 'VALIDATION_F1'] as const)
    expect(compareScores(objective, 0.1, 0.2)).toBeGreaterThan(0);
});

test('AUC and F1 are for yes or no, accuracy for classes, the loss for everything', () => {
  const fault = (objective: Objective, kind: 'EQUALS' | 'CLASSES', isRegression = false) =>
    objectiveFault(objective, { objective: isRegression ? 'REGRESSION' : 'CLASSIFICATION' }, { kind });
  expect(fault('VALIDATION_AUC', 'EQUALS')).toBeUndefined();
  expect(fault('VALIDATION_F1', 'CLASSES')).toContain('several classes');
  expect(fault('VALIDATION_ACCURACY', 'CLASSES')).toBeUndefined();
  expect(fault('VALIDATION_AUC', 'EQUALS', true)).toContain('VALIDATION_LOSS');
  expect(fault('VALIDATION_LOSS', 'CLASSES', true)).toBeUndefined();
});
