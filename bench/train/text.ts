/** What the text classifiers share: the counting of words is the product's own, so that serving does what training did. */
import type * as Tf from '@tensorflow/tfjs';
import { encodeWords, type WordPreparation } from '../../src/modules/training/preparation/words';

export function matrixOf(tf: typeof Tf, preparation: WordPreparation, texts: readonly string[]): Tf.Tensor2D {
  const numbers = new Float32Array(texts.length * preparation.width);
  texts.forEach((text, row) => encodeWords(preparation, text, numbers, row * preparation.width));
  return tf.tensor2d(numbers, [texts.length, preparation.width]);
}

export function wordsOfText(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? [];
  return new Set(words.map((word) => word.replace('’', "'")));
}
