/**
 * What a probability of being positive says of a text. The shipped classifier answers 0.5 where it knows no word of the text, and little
 * more or less where its words are weak or denied: that is no judgement, and is not told as one.
 */
import { registerEnumType } from 'type-graphql';

export enum SentimentLabel {
  NEGATIVE = 'NEGATIVE',
  NEUTRAL = 'NEUTRAL',
  POSITIVE = 'POSITIVE',
}

registerEnumType(SentimentLabel, {
  name: 'SentimentLabel',
  description: 'Whether words speak well or ill of what they are about.',
  valuesConfig: {
    NEGATIVE: { description: 'Rather ill: a score below -0.2.' },
    NEUTRAL: { description: 'Neither, or the model knows none of the words.' },
    POSITIVE: { description: 'Rather well: a score above 0.2.' },
  },
});

const CLEAR = 0.2;

/** −1 (ill) to 1 (well). */
export function scoreOf(probability: number): number {
  return 2 * probability - 1;
}

export function labelOf(score: number): SentimentLabel {
  if (score > CLEAR) return SentimentLabel.POSITIVE;
  return score < -CLEAR ? SentimentLabel.NEGATIVE : SentimentLabel.NEUTRAL;
}

/** Of the pieces of one text, by their lengths; null when there are none. */
export function meanScore(scores: readonly number[], weights: readonly number[]): number | null {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? scores.reduce((sum, score, i) => sum + score * weights[i]!, 0) / total : null;
}
