import * as tf from '@tensorflow/tfjs';
import type { LabelRule } from '../../dataset/label-rule';
import { type BatchPart, gradientOf } from '../network/gradient';
import type { Weights } from '../network/network';
import { completeRecipe } from '../recipe';
import { problemOf, trainNetwork } from '../train-network';
import type { Examples } from '../training-data';
import { type HelperLink, type HelperListener, type OpenHelper, Team } from './team';

const LABEL: LabelRule = {
  column: 'y',
  kind: 'EQUALS',
  positive: 1,
  threshold: null,
  labels: ['no', 'yes'],
};
const COUNT = 23;
const DATA: Examples = {
  features: Float32Array.from({ length: COUNT * 4 }, (_, i) => Math.sin(i * 1.9)),
  labels: Float32Array.from({ length: COUNT }, (_, row) => row % 2),
  count: COUNT,
  width: 4,
};
const RECIPE = completeRecipe({
  kind: 'DENSE_NETWORK',
  hiddenUnits: [5],
  dropout: 0.3,
  epochs: 3,
  batchSize: 8,
  classWeights: [1, 2],
});

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});

type Behaviour = (answer: () => void, listener: HelperListener, turn: number) => void;

/** A helper in this process that does the work and answers as it is told to. */
function helper(behaviour: Behaviour): OpenHelper {
  return (listener) => {
    const gradient = gradientOf(tf, problemOf(DATA, RECIPE, LABEL, { mean: 0, scale: 1 }));
    queueMicrotask(() => listener.onReady());
    const link: HelperLink = {
      ask: (turn: number, weights: Weights, part: BatchPart) => {
        const result = gradient(weights, part);
        behaviour(() => listener.onGradient(turn, result), listener, turn);
      },
      close: () => undefined,
    };
    return link;
  };
}

async function weightsOf(size: number, open?: OpenHelper): Promise<Weights> {
  const own = gradientOf(tf, problemOf(DATA, RECIPE, LABEL, { mean: 0, scale: 1 }));
  const team = open && new Team({ size, own, open, patience: 0, readyWithinMs: 50 });
  await team?.ready();
  const data = { training: DATA, validation: DATA };
  const options = team && { gradients: team.gradient };
  const { weights } = await trainNetwork(tf, data, RECIPE, LABEL, { onEpoch: () => undefined }, options);
  team?.close();
  return weights;
}

const prompt: Behaviour = (answer) => queueMicrotask(answer);

test.each([2, 3, 8])('a team of %d comes to the weights of one process, within a millionth', async (size) => {
  const [alone, together] = [await weightsOf(1), await weightsOf(size, helper(prompt))];
  for (const [index, values] of alone.entries())
    values.forEach((value, i) => expect(Math.abs(together[index]![i]! - value)).toBeLessThan(1e-6));
});

test.each<[string, Behaviour]>([
  ['never answers', () => undefined],
  [
    'answers when the turn is over',
    (answer, _, turn) => (turn % 2 ? setImmediate(answer) : prompt(answer, _, turn)),
  ],
  ['dies at its first part', (_, listener) => queueMicrotask(() => listener.onGone())],
  [
    'dies now and then',
    (answer, listener, turn) => (turn === 4 ? listener.onGone() : prompt(answer, listener, turn)),
  ],
])('a helper that %s changes nothing, to the last bit', async (_, behaviour) => {
  const [whole, disturbed] = [await weightsOf(3, helper(prompt)), await weightsOf(3, helper(behaviour))];
  expect(disturbed).toEqual(whole);
});

test('helpers that neither start nor die are closed and replaced, three times, and the leader does without', async () => {
  let opened = 0;
  let closed = 0;
  const own = gradientOf(tf, problemOf(DATA, RECIPE, LABEL, { mean: 0, scale: 1 }));
  await new Promise<void>((resolve) => {
    const open: OpenHelper = () => {
      opened++;
      return { ask: () => undefined, close: () => ++closed === 3 && resolve() };
    };
    void new Team({ size: 2, own, open, readyWithinMs: 1 }).ready();
  });
  expect([opened, closed]).toEqual([3, 3]);
  const silent: OpenHelper = () => ({ ask: () => undefined, close: () => undefined });
  expect(await weightsOf(3, silent)).toEqual(await weightsOf(3, helper(prompt)));
});
