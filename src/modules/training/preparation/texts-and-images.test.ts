import { PNG } from 'pngjs';
import { DType, type TensorSpec } from '../../models';
import { applyToRows } from './preparation';
import { encodeWords, type WordPreparation } from './words';
import { PADDING, tokensOf, encodeTokens, type TokenPreparation } from './tokens';
import { type PixelPreparation, pixelsOf } from './pixels';

const words: WordPreparation = {
  format: 1,
  kind: 'WORDS',
  input: 'text',
  vocabulary: ['good', 'bad', "don't"],
  scale: 'COUNT',
  denied: -0.5,
  width: 3,
};

function counts(text: string): number[] {
  const target = new Float32Array(3);
  encodeWords(words, text, target, 0);
  return [...target];
}

test('known words are counted, whatever their case and whatever stands between them', () => {
  expect(counts('Good, GOOD and bad: don’t')).toEqual([2, 1, 1]);
});

test('a word denied shortly before counts against itself, and a stop ends the denial', () => {
  expect(counts('not very good')).toEqual([-0.5, 0, 0]);
  expect(counts('No. Good')).toEqual([1, 0, 0]);
  expect(counts('not one of the bad')).toEqual([0, 1, 0]);
});

const tokens: TokenPreparation = {
  format: 1,
  kind: 'TOKENS',
  input: 'text',
  vocabulary: [
    ['', 0],
    ['▁', -2],
    ['▁a', -3],
    ['b', -4],
    ['ab', -3.5],
    ['▁ab', -8],
    ['c', -4],
  ],
  reserved: 1,
  rowsAtOnce: 8,
  width: 4,
};

test('a text is cut into the pieces that are most probable together', () => {
  // ▁ + ab (-5.5) beats ▁a + b (-7) and ▁ab (-8).
  expect(tokensOf(tokens, 'ab')).toEqual([1, 4]);
});

test('a run of unknown signs is one unknown piece, and nothing has none', () => {
  expect(tokensOf(tokens, 'aßßc')).toEqual([2, 0, 6]);
  expect(tokensOf(tokens, '')).toEqual([]);
});

test('a row is filled up, and cut off where the model reads no further', () => {
  const target = new Float32Array(4);
  encodeTokens(tokens, 'c', target, 0);
  expect([...target]).toEqual([1, 6, PADDING, PADDING]);
  encodeTokens(tokens, 'cbcbcb', target, 0);
  expect([...target]).toEqual([1, 6, 3, 6]);
});

const pixels: PixelPreparation = { format: 1, kind: 'PIXELS', input: 'image', side: 2, width: 4 };

function png(width: number, height: number, grey: (x: number, y: number) => number): string {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      image.data.fill(grey(x, y), at, at + 3);
      image.data[at + 3] = 255;
    }
  return PNG.sync.write(image).toString('base64');
}

test('a picture of any size is shrunk by the mean of what each pixel covers', () => {
  const checked = png(4, 4, (x) => (x % 2) * 255);
  expect([...(pixelsOf(pixels, checked, []) as Float32Array)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  const corner = png(2, 2, (x, y) => (x === 1 && y === 0 ? 255 : 0));
  expect([...(pixelsOf(pixels, `data:image/png;base64,${corner}`, []) as Float32Array)]).toEqual([
    0, 1, 0, 0,
  ]);
});

const hugeHeader = Buffer.from(
  png(1, 1, () => 0),
  'base64',
);
hugeHeader.writeUInt32BE(100_000, 16);

test.each([
  ['no base64', '###', 'base64'],
  ['a megabyte of blanks, at once', `A${' '.repeat(1_000_000)}!`, 'base64'],
  ['no PNG', Buffer.from('hello, this is no picture').toString('base64'), 'png'],
  ['a damaged PNG', png(8, 8, () => 7).slice(0, 80), 'png'],
  ['a small file that claims to be a huge picture', hugeHeader.toString('base64'), 'size'],
  ['too few pixels', [0, 1, 0], 'length'],
  ['a pixel out of range', [0, 1, 0, 2], 'range'],
  ['a number', 7, 'image'],
])('%s is refused', (_, image, constraint) => {
  expect(pixelsOf(pixels, image, ['image'])).toMatchObject({ data: { constraint } });
});

test('small files that come to more pixels together than are read in one call are refused before one is unpacked', () => {
  const rows = (count: number, side: number) => {
    const image = png(side, side, () => 0);
    return Array.from({ length: count }, () => ({ image }));
  };
  const image: TensorSpec = { name: 'image', dtype: DType.IMAGE, shape: [2, 2], optional: false };
  const read = (count: number, side: number) =>
    applyToRows(pixels, { inputs: [image], outputs: [] }, rows(count, side), (index) => [
      'rows',
      String(index),
    ]);
  expect(read(300, 32)).toHaveLength(300 * 4);
  const unpacked = jest.spyOn(PNG.sync, 'read');
  expect(() => read(17, 1024)).toThrow('come to 17825792 pixels');
  expect(unpacked).not.toHaveBeenCalled();
  unpacked.mockRestore();
});
