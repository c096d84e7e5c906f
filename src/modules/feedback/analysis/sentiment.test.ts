import { labelOf, meanScore, scoreOf, SentimentLabel } from './sentiment';

test.each([
  [0.02, SentimentLabel.NEGATIVE],
  [0.35, SentimentLabel.NEGATIVE],
  [0.41, SentimentLabel.NEUTRAL],
  [0.5, SentimentLabel.NEUTRAL],
  [0.59, SentimentLabel.NEUTRAL],
  [0.7, SentimentLabel.POSITIVE],
])('a probability of %d is %s', (probability, label) => {
  expect(labelOf(scoreOf(probability))).toBe(label);
});

test('a long piece weighs more than a short one, and of no piece there is no score', () => {
  expect(meanScore([1, -1], [300, 100])).toBeCloseTo(0.5);
  expect(meanScore([], [])).toBeNull();
});
