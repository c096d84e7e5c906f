/** How the classifier of unwanted mail is registered; README.md beside is its card. */
import type { ShippedModel } from '../shipped-model';
import { textClassifier } from '../text-classifier';

/** @param folder where `network.bin` and `facts.json` lie. */
export function spamClassifier(folder: string): ShippedModel {
  return textClassifier({
    name: 'spam-classifier',
    folder,
    labels: ['ham', 'spam'],
    words: 1500,
    maxLength: 20_000,
    scale: 'LOG',
  });
}
