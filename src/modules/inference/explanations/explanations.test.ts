/** The mathematics of explanations against closed forms: what must hold exactly for models that can be solved by hand. */
import type { DenseLayer } from '../../compute';
import { seededRandom } from '../../training';
import { gradientOf } from './dense-gradient';
import { coalitionRows, type Feature, meanRow } from './feature';
import { integratedGradients } from './integrated-gradients';
import { occluded, occlusionEffects, wordsOf } from './occlusion';
import { dependence, gridOfRows, gridRows } from './partial-dependence';
import { importanceOf, meanOfRepeats, permuted } from './permutation-importance';
import { drawnOrders, exactShapley, sampledShapley } from './shapley';
import { fidelityOf, fitTree, treeAnswer } from './surrogate-tree';
import { targetOf, valuesOf } from './target';

const random = seededRandom(7);
const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() * 4 - 2);

function layer(inputs: number, units: number, activation: DenseLayer['activation']): DenseLayer {
  return { weights: draw(inputs * units), bias: draw(units), activation };
}

/** The same network by plain loops: the reference of the gradient's finite differences. */
function answer(layers: readonly DenseLayer[], row: readonly number[]): number[] {
  return layers.reduce<number[]>(
    (values, { weights, bias, activation }) => {
      const sums = Array.from(bias, (start, unit) =>
        values.reduce((sum, value, input) => sum + value * weights[input * bias.length + unit]!, start),
      );
      if (activation === 'relu') return sums.map((sum) => Math.max(0, sum));
      if (activation === 'sigmoid') return sums.map((sum) => 1 / (1 + Math.exp(-sum)));
      if (activation === 'tanh') return sums.map(Math.tanh);
      if (activation === 'linear') return sums;
      const powers = sums.map(Math.exp);
      return powers.map((power) => power / powers.reduce((total, one) => total + one, 0));
    },
    [...row],
  );
}

const goOn = (): Promise<void> => Promise.resolve();
const features = (width: number): Feature[] =>
  Array.from({ length: width }, (_, at) => ({ name: `x${at}`, from: at, to: at + 1 }));

describe('Shapley values', () => {
  const weights = [2, -1, 0.5, 3];
  const row = Float32Array.of(1, 2, -1, 0.5);
  const background = draw(4 * 6);
  const mean = meanRow(background, 4);
  const linear = (rows: Float32Array): number =>
    Array.from({ length: rows.length / 4 }, (_, at) =>
      weights.reduce((sum, weight, column) => sum + weight * rows[at * 4 + column]!, 0),
    ).reduce((sum, value) => sum + value, 0) /
    (rows.length / 4);
  const worth = (mask: number | ReadonlySet<number>): number => {
    const rows = new Float32Array(background.length);
    coalitionRows(row, background, features(4), mask, rows, 0);
    return linear(rows);
  };

  test('of a linear model are weight × (value − mean)', () => {
    const values = exactShapley(
      4,
      Array.from({ length: 16 }, (_, mask) => worth(mask)),
    );
    values.forEach(({ value, standardError }, at) => {
      expect(value).toBeCloseTo(weights[at]! * (row[at]! - mean[at]!), 5);
      expect(standardError).toBeNull();
    });
  });

  test('of a linear model are the same when drawn, without any error', () => {
    const orders = drawnOrders(4, 3, seededRandom(1));
    const worths = orders.map((order) =>
      [0, 1, 2, 3, 4].map((known) => worth(new Set(order.slice(0, known)))),
    );
    sampledShapley(orders, worths).forEach(({ value, standardError }, at) => {
      expect(value).toBeCloseTo(weights[at]! * (row[at]! - mean[at]!), 5);
      expect(standardError).toBeCloseTo(0, 5);
    });
  });

  test('of the glove game are 1/6, 1/6, 2/3', () => {
    // Two have a left glove, one a right; only a pair is worth anything.
    const pair = [0, 0, 0, 0, 0, 1, 1, 1];
    const [first, second, third] = exactShapley(3, pair).map(({ value }) => value);
    expect(first).toBeCloseTo(1 / 6, 12);
    expect(second).toBeCloseTo(1 / 6, 12);
    expect(third).toBeCloseTo(2 / 3, 12);
  });

  test('drawn ones sum to the difference, and lie within their standard errors', () => {
    // Twelve features that work together: worth of a coalition is the square of its size.
    const orders = drawnOrders(12, 200, seededRandom(3));
    const weight = (feature: number): number => feature + 1;
    const worths = orders.map((order) =>
      Array.from(
        { length: 13 },
        (_, known) => order.slice(0, known).reduce((sum, feature) => sum + weight(feature), 0) ** 2,
      ),
    );
    const values = sampledShapley(orders, worths);
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(78 ** 2, 6);
    values.forEach(({ value, standardError }, feature) => {
      const exact = weight(feature) * 78;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(4 * standardError! + 1e-9);
    });
  });
});

describe('gradients', () => {
  test.each(['linear', 'sigmoid', 'tanh', 'softmax'] as const)(
    'through %s agree with differences',
    async (last) => {
      const layers = [layer(3, 5, 'tanh'), layer(5, 4, 'sigmoid'), layer(4, 3, last)];
      const row = [0.3, -0.7, 1.1];
      const seed = [0.2, -1, 0.5];
      const value = (at: readonly number[]): number =>
        answer(layers, at).reduce((sum, out, index) => sum + out * seed[index]!, 0);
      (await gradientOf(layers, row, seed, goOn)).forEach((slope, at) => {
        const moved = (by: number): number[] => row.map((x, index) => (index === at ? x + by : x));
        expect(slope).toBeCloseTo((value(moved(1e-5)) - value(moved(-1e-5))) / 2e-5, 6);
      });
    },
  );

  test('through a large layer are taken in slices, between which others have their turns', async () => {
    const wide = layer(2048, 2048, 'relu');
    let turns = 0;
    const counted = async (): Promise<void> => void turns++;
    const slopes = await gradientOf(
      [wide],
      new Array<number>(2048).fill(1),
      new Array<number>(2048).fill(1),
      counted,
    );
    expect(slopes).toHaveLength(2048);
    // Eight million products, there and back.
    expect(turns).toBe(8);
  });

  test('integrated along the way they sum to the difference of the answers', async () => {
    const layers = [layer(4, 16, 'relu'), layer(16, 16, 'relu'), layer(16, 1, 'sigmoid')];
    const [row, baseline] = [
      [1, -2, 0.5, 1.5],
      [0, 0, 0, 0],
    ];
    const values = await integratedGradients(layers, row, baseline, [1], 1000, goOn);
    const sum = values.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(answer(layers, row)[0]! - answer(layers, baseline)[0]!, 2);
  });

  test('of a linear model are weight × (value − baseline), with a single step', async () => {
    const linear: DenseLayer = {
      weights: Float32Array.of(2, -3),
      bias: Float32Array.of(1),
      activation: 'linear',
    };
    expect(await integratedGradients([linear], [1, 2], [0.5, 1], [1], 1, goOn)).toEqual([1, -3]);
  });
});

test('an input that the model does not use has no permutation importance; one that it uses, the variance’s double', () => {
  const width = 2;
  const rows = draw(2 * 4000);
  const use = (from: Float32Array): number[] =>
    Array.from({ length: from.length / width }, (_, row) => 3 * from[row * width]!);
  const answers = use(rows);
  const importance = (at: number): number =>
    importanceOf(answers, use(permuted(rows, width, features(2)[at]!, seededRandom(5))), answers);
  expect(importance(1)).toBe(0);
  // E(3x − 3x′)² = 18 var x, with x uniform on [−2, 2): var = 4/3.
  expect(importance(0)).toBeGreaterThan(22);
  expect(importance(0)).toBeLessThan(26);
  expect(meanOfRepeats([1, 3])).toEqual({ mean: 2, standardError: 1 });
  expect(meanOfRepeats([1])).toEqual({ mean: 1, standardError: null });
});

test('the partial dependence of a sum is a straight line, over the values that there are', () => {
  const rows = Float32Array.of(0, 10, 1, 20, 2, 30, 1, 40);
  const grid = gridRows(rows, 2, features(2)[0]!, 20);
  expect(grid.map((row) => rows[row * 2])).toEqual([0, 1, 2]);
  const asked = gridOfRows(rows, 2, features(2)[0]!, grid);
  const answers = Array.from(
    { length: asked.length / 2 },
    (_, row) => 5 * asked[row * 2]! + asked[row * 2 + 1]!,
  );
  expect(dependence(grid, answers).map(({ mean }) => mean)).toEqual([25, 30, 35]);
  expect(gridRows(rows, 2, features(2)[1]!, 2).map((row) => rows[row * 2 + 1])).toEqual([10, 40]);
});

test('a tree imitates a step exactly, with the threshold between the values', async () => {
  const rows = Float32Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? at / 200 : random()));
  const answers = Array.from({ length: 100 }, (_, row) => (rows[row * 2]! > 0.5 ? 1 : 0));
  const tree = await fitTree(rows, 2, answers, { depth: 3, leafRows: 5 }, goOn);
  expect(tree.leaves).toHaveLength(2);
  expect(tree.gains[0]).toBeCloseTo(1, 9);
  expect(fidelityOf(tree, rows, 2, answers)).toBe(1);
  expect(treeAnswer(tree, [0.9, 0])).toBe(1);
  expect(fidelityOf(tree, rows, 2, new Array<number>(100).fill(1))).toBeNull();
  // However large or small the answers are.
  for (const scale of [1e-9, 1e12]) {
    const scaled = answers.map((answer) => scale * answer);
    const imitated = await fitTree(rows, 2, scaled, { depth: 3, leafRows: 5 }, goOn);
    expect(fidelityOf(imitated, rows, 2, scaled)).toBeCloseTo(1, 9);
    const alike = answers.map((_, row) => scale * (1 + (row % 3) * 2 ** -24));
    expect(fidelityOf(imitated, rows, 2, alike)).toBeNull();
  }
});

test('a model that always answers the same is one leaf, on which nothing hangs', async () => {
  const rows = Float32Array.from({ length: 600 }, random);
  for (const answer of [0, 0.1, 0.7, 123.456]) {
    const same = new Array<number>(300).fill(Math.fround(answer));
    const { leaves, gains } = await fitTree(rows, 2, same, { depth: 3, leafRows: 5 }, goOn);
    expect(gains).toEqual([0, 0]);
    expect(leaves).toHaveLength(1);
    expect(leaves[0]!.value).toBeCloseTo(answer, 5);
  }
});

test('words are left out one by one, and at last all', () => {
  const words = wordsOf('It isn’t good.');
  expect(words.map(({ text, from }) => [text, from])).toEqual([
    ['It', 0],
    ['isn’t', 3],
    ['good', 9],
  ]);
  expect(occluded('It isn’t good.', words)).toEqual([' isn’t good.', 'It  good.', 'It isn’t .', '  .']);
  expect(occlusionEffects(0.9, [0.9, 0.4])).toEqual([0, 0.5]);
});

test('the negative class of two is one minus the only output', () => {
  const signature = { inputs: [], outputs: [], labels: ['no', 'yes'] };
  const no = targetOf(signature, 1, 'no');
  if (no === 'LIKELIEST') throw new Error('one class was named');
  expect([...valuesOf(no, Float32Array.of(0.25, 1))]).toEqual([0.75, 0]);
  expect(targetOf({ ...signature, labels: ['a', 'b', 'c'] }, 3, null)).toBe('LIKELIEST');
  expect(() => targetOf(signature, 1, 'maybe')).toThrow('no, yes');
});
