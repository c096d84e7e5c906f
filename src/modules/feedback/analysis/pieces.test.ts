import { piecesOf } from './pieces';

test('a short text is one piece, and white space is none', () => {
  expect(piecesOf('  It is slow. ', 100, 3)).toEqual(['It is slow.']);
  expect(piecesOf(' \n\t ', 100, 3)).toEqual([]);
});

test('a long text is cut where words end, and loses no word', () => {
  const text = Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ');
  const pieces = piecesOf(text, 100, 100);
  expect(pieces.every(({ length }) => length <= 100)).toBe(true);
  expect(pieces.join(' ')).toBe(text);
});

test('no more pieces than are wanted', () => {
  expect(piecesOf('a '.repeat(1000), 10, 3)).toHaveLength(3);
});

test('one endless word is cut too, and no character is cut in two', () => {
  const pieces = piecesOf('a' + '😀'.repeat(100), 50, 10);
  expect(pieces.join('')).toBe('a' + '😀'.repeat(100));
  expect(pieces.every((piece) => !/[\ud800-\udbff](?![\udc00-\udfff])/.test(piece))).toBe(true);
});
