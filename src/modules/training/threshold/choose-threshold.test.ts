import 'reflect-metadata';
import { ThresholdGoal } from '../../models';
import { chooseThreshold, mostReached } from './choose-threshold';

const { MAX_F1, AT_LEAST_RECALL, AT_LEAST_PRECISION } = ThresholdGoal;
/** From the likeliest down: + + − + − − + −. */
const PROBABILITIES = [0.95, 0.9, 0.8, 0.7, 0.4, 0.3, 0.2, 0.1];
const LABELS = [1, 1, 0, 1, 0, 0, 1, 0];

test.each([
  // F1: 2/5, 4/6, 4/7, 6/8, 6/9, 6/10, 8/11, 8/12: between the fourth and the fifth.
  [MAX_F1, null, { threshold: 0.55, precision: 3 / 4, recall: 3 / 4 }],
  [AT_LEAST_RECALL, 0.5, { threshold: 0.85, precision: 1, recall: 2 / 4 }],
  [AT_LEAST_RECALL, 0.51, { threshold: 0.55, precision: 3 / 4, recall: 3 / 4 }],
  [AT_LEAST_RECALL, 1, { threshold: 0.15, precision: 4 / 7, recall: 1 }],
  [AT_LEAST_PRECISION, 0.75, { threshold: 0.55, precision: 3 / 4, recall: 3 / 4 }],
  [AT_LEAST_PRECISION, 0.5, { threshold: 0.15, precision: 4 / 7, recall: 1 }],
])('%s %s is reached as far from what is answered as may be', (goal, atLeast, point) => {
  expect(chooseThreshold(PROBABILITIES, LABELS, { goal, atLeast })).toMatchObject(point);
});

test('what cannot be reached is not chosen, and nobody is called positive by an answer of 0', () => {
  const precise = { goal: AT_LEAST_PRECISION, atLeast: 0.6 };
  expect(chooseThreshold([0.9, 0.8], [0, 1], precise)).toBeNull();
  expect(mostReached([0.9, 0.8], [0, 1], precise)).toBe(0.5);
  expect(chooseThreshold([0.9, 0], [0, 1], { goal: AT_LEAST_RECALL, atLeast: 1 })).toBeNull();
  expect(chooseThreshold([0.9, 0.2], [0, 0], { goal: MAX_F1, atLeast: null })).toBeNull();
});

test('a threshold lies between two answers however near they are, and below 1', () => {
  const [low, high] = [Math.fround(0.123456), Math.fround(0.1234561)];
  const { threshold } = chooseThreshold([high, low], [1, 0], { goal: MAX_F1, atLeast: null })!;
  expect([threshold > low, threshold <= high]).toEqual([true, true]);
  const certain = chooseThreshold([1, Math.fround(0.99999)], [1, 0], { goal: MAX_F1, atLeast: null })!;
  expect(certain.threshold).toBeLessThan(1);
  expect(certain.threshold).toBeGreaterThan(Math.fround(0.99999));
});
