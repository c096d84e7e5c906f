/** How the classifier of sentiment is registered; README.md beside is its card. */
import type { ShippedModel } from '../shipped-model';
import { textClassifier } from '../text-classifier';

/** @param folder where `network.bin` and `facts.json` lie. */
export function sentimentClassifier(folder: string): ShippedModel {
  return textClassifier({
    name: 'sentiment-classifier',
    folder,
    labels: ['negative', 'positive'],
    words: 3326,
    maxLength: 5000,
    scale: 'COUNT',
  });
}
