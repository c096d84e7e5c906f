/** Draws against the closed forms they promise: with a fixed seed, so that a failure is a fault and not bad luck. */
import { chiSquareTail } from '../../../kernel/statistics/distributions';
import { seededIntegers } from '../../../../test/support/seeded-integers';
import { discreteGaussianWithin, drawDiscreteGaussian } from './discrete-gaussian';
import { discreteLaplaceWithin, drawDiscreteLaplace } from './discrete-laplace';
import { chanceOfExp } from './exact-chance';
import { chooseByExponential } from './exponential-choice';
import { noiseFor } from './noise';
import { integersFrom } from './random-integers';
import { fromDecimal, rational, toNumber } from './rational';

const DRAWS = 40_000;
/** One in ten thousand honest samplers would be refused, and the seed says that ours is none of them. */
const LEAST_P = 1e-4;

function draws<T>(draw: () => T): T[] {
  return Array.from({ length: DRAWS }, draw);
}

/** How likely honest draws are at least as far off; what lies beyond ±`most` is one bin on each side. */
function likelihood(drawn: readonly number[], chance: (x: number) => number, most: number): number {
  const inner = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  const expected = inner.map((x) => DRAWS * chance(x));
  const tail = (DRAWS - expected.reduce((sum, e) => sum + e, 0)) / 2;
  const seen = inner.map((x) => drawn.filter((value) => value === x).length);
  const beyond = [-1, 1].map((sign) => drawn.filter((value) => sign * value > most).length);
  const distances = [...expected, tail, tail].map((e, i) => ([...seen, ...beyond][i]! - e) ** 2 / e);
  return chiSquareTail(
    distances.reduce((sum, d) => sum + d, 0),
    distances.length - 1,
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((x) => x * x)) - mean(values) ** 2;

const laplace = (scale: number) => {
  const q = Math.exp(-1 / scale);
  return {
    chance: (x: number) => ((1 - q) / (1 + q)) * q ** Math.abs(x),
    variance: (2 * q) / (1 - q) ** 2,
    q,
  };
};

const gaussian = (sigma2: number) => {
  const weight = (x: number) => Math.exp((-x * x) / (2 * sigma2));
  const all = Array.from({ length: 16_001 }, (_, i) => i - 8000);
  const total = all.reduce((sum, x) => sum + weight(x), 0);
  const chance = (x: number) => weight(x) / total;
  return { chance, variance: all.reduce((sum, x) => sum + x * x * chance(x), 0) };
};

test.each([
  ['0.4', 3],
  ['1', 5],
  ['2.75', 12],
  ['20', 70],
])('discrete Laplace draws of scale %s have its chances, its variance and its tails', (text, most) => {
  const scale = fromDecimal(text);
  const random = seededIntegers(`laplace ${text}`);
  const drawn = draws(() => Number(drawDiscreteLaplace(scale, random)));
  const form = laplace(toNumber(scale));
  expect(likelihood(drawn, form.chance, most)).toBeGreaterThan(LEAST_P);
  // The fourth moment of a Laplace variable is 6 times the square of its variance at most 24 b⁴: 5 standard errors.
  expect(Math.abs(variance(drawn) / form.variance - 1)).toBeLessThan(
    5 * Math.sqrt((6 + 1 / form.variance) / DRAWS),
  );
  const beyond = drawn.filter((x) => Math.abs(x) > most).length / DRAWS;
  const tail = (2 * form.q ** (most + 1)) / (1 + form.q);
  expect(Math.abs(beyond - tail)).toBeLessThan(5 * Math.sqrt(tail / DRAWS));
});

test.each([
  ['0.3', 1],
  ['2.333333', 5],
  ['50', 20],
])(
  'discrete Gaussian draws of variance %s have its chances and its variance, which is not above σ²',
  (text, most) => {
    const sigma2 = fromDecimal(text);
    const random = seededIntegers(`gaussian ${text}`);
    const drawn = draws(() => Number(drawDiscreteGaussian(sigma2, random)));
    const form = gaussian(toNumber(sigma2));
    expect(likelihood(drawn, form.chance, most)).toBeGreaterThan(LEAST_P);
    expect(Math.abs(variance(drawn) / form.variance - 1)).toBeLessThan(
      5 * Math.sqrt((2 + 1 / form.variance) / DRAWS),
    );
    expect(form.variance).toBeLessThanOrEqual(toNumber(sigma2) * (1 + 1e-9));
  },
);

test.each(['0', '0.25', '1', '3.5'])('a coin of e^-%s falls so often', (text) => {
  const random = seededIntegers(`coin ${text}`);
  const chance = Math.exp(-Number(text));
  const seen = draws(() => chanceOfExp(fromDecimal(text), random)).filter(Boolean).length / DRAWS;
  expect(Math.abs(seen - chance)).toBeLessThanOrEqual(5 * Math.sqrt((chance * (1 - chance)) / DRAWS));
});

test('a choice falls by e^(−ε distance / 2 sensitivity)', () => {
  const distances = [0n, 3n, 6n, 40n];
  const random = seededIntegers('choice');
  const weights = distances.map((distance) => Math.exp((-0.5 * Number(distance)) / 6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = draws(() => chooseByExponential(distances, 3n, rational(1n, 2n), random));
  weights.forEach((weight, place) => {
    const chance = weight / total;
    const seen = chosen.filter((one) => one === place).length / DRAWS;
    expect(Math.abs(seen - chance)).toBeLessThan(5 * Math.sqrt((chance * (1 - chance)) / DRAWS));
  });
});

test('whole numbers are uniform also below a bound that is no power of two: what is beyond it is drawn again', () => {
  const bytes = [0xff, 0xa0, 0x7f, 0x00];
  const scripted = integersFrom(() => Uint8Array.of(bytes.shift()!));
  // Three bits of each byte: 7 and 5 are beyond the bound.
  expect([scripted.below(5n), scripted.below(5n)]).toEqual([3n, 0n]);
  const random = seededIntegers('uniform');
  const drawn = draws(() => Number(random.below(5n)));
  for (let value = 0; value < 5; value++)
    expect(Math.abs(drawn.filter((x) => x === value).length / DRAWS - 0.2)).toBeLessThan(0.01);
  expect(random.below(1n)).toBe(0n);
});

test('the interval that is told is the least one with 95 % of the noise in it', () => {
  const covered = (chance: (x: number) => number, most: number) =>
    Array.from({ length: 2 * most + 1 }, (_, i) => chance(i - most)).reduce((sum, c) => sum + c, 0);
  for (const text of ['0.2', '1', '7.5', '300']) {
    const scale = fromDecimal(text);
    for (const [within, { chance }] of [
      [discreteLaplaceWithin(scale, 0.95), laplace(toNumber(scale))],
      [discreteGaussianWithin(scale, 0.95), gaussian(toNumber(scale))],
    ] as const) {
      expect(covered(chance, Number(within))).toBeGreaterThanOrEqual(0.95);
      if (within > 0n) expect(covered(chance, Number(within) - 1)).toBeLessThan(0.95);
    }
  }
  const within = Number(discreteGaussianWithin(fromDecimal('1000001'), 0.95));
  const { chance } = gaussian(1_000_001);
  expect(covered(chance, within)).toBeGreaterThanOrEqual(0.95);
  expect(covered(chance, within - 2)).toBeLessThan(0.95);
});

test('Gaussian noise for ρ keeps every Rényi divergence of neighbours within ρα, and no larger ρ is claimed than needed', () => {
  const [rho, sensitivity] = [0.125, 3];
  const { scale } = noiseFor(BigInt(sensitivity), { kind: 'RHO', amount: fromDecimal(String(rho)) });
  const { chance } = gaussian(scale ** 2);
  const xs = Array.from({ length: 141 }, (_, i) => i - 70);
  for (const alpha of [1.5, 2, 4, 8]) {
    const moment = xs.reduce(
      (sum, x) => sum + chance(x) ** alpha * chance(x - sensitivity) ** (1 - alpha),
      0,
    );
    const divergence = Math.log(moment) / (alpha - 1);
    expect(divergence).toBeLessThanOrEqual(rho * alpha * (1 + 1e-9));
    expect(divergence).toBeGreaterThan(rho * alpha * 0.99);
  }
});
