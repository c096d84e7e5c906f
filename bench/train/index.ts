/**
 * Trains the shipped classifiers anew from data that the registry ships (development only), measures them on rows that
 * were held out, and writes them where the product finds them. Same data, same seed, same files.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type DenseLayer, denseToTfjs } from '../../src/modules/compute';
import { wilsonInterval } from '../../src/kernel/statistics';
import type { Benchmark } from '../main';
import { digits } from './digits';
import { sentiment } from './sentiment';
import { spam } from './spam';

export interface Trained {
  readonly layers: readonly DenseLayer[];
  /** What the product must know beside the weights, e.g. the vocabulary. */
  readonly facts: object;
  readonly correct: number;
  readonly heldOut: number;
}

const SHIPPED = path.join(__dirname, '../../src/modules/models/shipped');
const RECIPES = {
  'digit-classifier': digits,
  'spam-classifier': spam,
  'sentiment-classifier': sentiment,
};

function write(name: string, { layers, facts, correct, heldOut }: Trained): object {
  const folder = path.join(SHIPPED, name);
  fs.mkdirSync(folder, { recursive: true });
  const accuracy = {
    value: correct / heldOut,
    interval: [...wilsonInterval(correct, heldOut, 0.95)],
    n: heldOut,
  };
  fs.writeFileSync(path.join(folder, 'network.bin'), denseToTfjs(layers));
  fs.writeFileSync(path.join(folder, 'facts.json'), `${JSON.stringify({ ...facts, accuracy })}\n`);
  return { name, accuracy };
}

export const benchmark: Benchmark = {
  summary: 'the shipped classifiers, trained anew and measured on rows held out',
  async run({ json }) {
    setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend did not start');
    const results: object[] = [];
    for (const [name, train] of Object.entries(RECIPES)) results.push(write(name, await train(tf)));
    console.log(json ? JSON.stringify(results) : results);
  },
};
