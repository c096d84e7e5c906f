import { nextToken, seededRandom } from './sampling';

const logits = Float32Array.of(9, 0, 1, 2, 3, -1);
const draws = (rules: { temperature: number; topP: number }, seed: number, times = 2000): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: times }, () => nextToken(logits, { ...rules, firstToken: 1 }, random));
};

test('temperature 0 takes the likeliest token, and never one that stands for no text', () => {
  expect(new Set(draws({ temperature: 0, topP: 1 }, 1))).toEqual(new Set([4]));
});

test('the same seed draws the same tokens, another seed draws others', () => {
  expect(draws({ temperature: 1, topP: 1 }, 7)).toEqual(draws({ temperature: 1, topP: 1 }, 7));
  expect(draws({ temperature: 1, topP: 1 }, 7)).not.toEqual(draws({ temperature: 1, topP: 1 }, 8));
});

test('at temperature 1 tokens come as often as the model believes in them', () => {
  const drawn = draws({ temperature: 1, topP: 1 }, 3, 20_000);
  const weights = [1, 2, 3, 4, 5].map((token) => Math.exp(logits[token]!));
  const sum = weights.reduce((a, b) => a + b);
  weights.forEach((weight, index) => {
    const share = drawn.filter((token) => token === index + 1).length / drawn.length;
    expect(Math.abs(share - weight / sum)).toBeLessThan(0.015);
  });
});

test('topP keeps the fewest of the likeliest tokens that reach it', () => {
  // The likeliest has 64 %, the next 24 %.
  expect(new Set(draws({ temperature: 1, topP: 0.5 }, 5))).toEqual(new Set([4]));
  expect(new Set(draws({ temperature: 1, topP: 0.8 }, 5))).toEqual(new Set([4, 3]));
});

test('a low temperature sharpens, a high one flattens', () => {
  const likeliest = (temperature: number): number =>
    draws({ temperature, topP: 1 }, 11).filter((token) => token === 4).length;
  expect(likeliest(0.3)).toBeGreaterThan(likeliest(1));
  expect(likeliest(1)).toBeGreaterThan(likeliest(3));
});
