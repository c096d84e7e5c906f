import { cleanText } from './clean-text';

test('characters that steer terminals or turn the reading direction are taken out', () => {
  expect(cleanText('a\u0000b\u001b[31mc\u007f')).toBe('ab[31mc');
  expect(cleanText('safe\u202egnp.exe\u202c \u2066x\u2069')).toBe('safegnp.exe x');
});

test('what people write stays: lines, tabs, right-to-left letters, emoji', () => {
  expect(cleanText(' one\r\ntwo\tthree ')).toBe('one\ntwo\tthree');
  expect(cleanText('שלום 👩‍👩‍👧 é')).toBe('שלום 👩‍👩‍👧 é');
});

test('equal words are kept equal, and nothing is nothing', () => {
  expect(cleanText('e\u0301')).toBe('\u00e9');
  expect(cleanText(' \u0007 ')).toBeNull();
  expect(cleanText(undefined)).toBeNull();
});
