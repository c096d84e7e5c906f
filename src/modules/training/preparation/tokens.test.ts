/** Texts cut into pieces, against every way of cutting them. */
import { seededRandom } from './seeded-random';
import { tokensOf, type TokenPreparation } from './tokens';

const random = seededRandom(11);
const drawn = (signs: readonly string[], most: number): string =>
  Array.from(
    { length: 1 + Math.floor(random() * most) },
    () => signs[Math.floor(random() * signs.length)],
  ).join('');

const SIGNS = ['▁', 'a', 'b', '😀'];
/** With each sign alone: none is unknown. */
const pieces = new Set([...SIGNS, ...Array.from({ length: 14 }, () => drawn(SIGNS, 4))]);
const vocabulary = [['', 0] as const, ...[...pieces].map((piece) => [piece, -9 * random()] as const)];
const tokens: TokenPreparation = {
  format: 1,
  kind: 'TOKENS',
  input: 'text',
  vocabulary,
  reserved: 1,
  rowsAtOnce: 8,
  width: 64,
};

/** The sum of the best way, by trying all. */
function best(text: string): number {
  if (text === '') return 0;
  const sums = vocabulary.slice(1).flatMap(([piece, score]) => {
    return text.startsWith(piece) ? [score + best(text.slice(piece.length))] : [];
  });
  return Math.max(...sums);
}

test('no other way of cutting a text is more probable, and the pieces are the text', () => {
  for (let time = 0; time < 200; time++) {
    const text = drawn(['a', 'b', ' ', '😀'], 8);
    const spelled = `▁${text.replaceAll(' ', '▁')}`;
    const ids = tokensOf(tokens, text);
    expect(ids.map((id) => vocabulary[id]![0]).join('')).toBe(spelled);
    expect(ids.reduce((sum, id) => sum + vocabulary[id]![1], 0)).toBeCloseTo(best(spelled), 9);
  }
});
