import { TextCutter } from './text-cutter';

/** Feeds byte by byte; answers the pieces that were shown. */
const pieces = (text: string, stop: readonly string[] = []): { shown: string[]; stopped: boolean } => {
  const cutter = new TextCutter(stop);
  const shown = [...Buffer.from(text)].map((byte) => cutter.push(Uint8Array.of(byte)));
  return { shown: [...shown, cutter.end()].filter((piece) => piece !== ''), stopped: cutter.stopped };
};

test('a character is shown when it is whole, not before', () => {
  expect(pieces('aé€😀').shown).toEqual(['a', 'é', '€', '😀']);
});

test('the text ends before a stop string, and nothing of it is shown', () => {
  const { shown, stopped } = pieces('one two END three', ['END']);
  expect(shown.join('')).toBe('one two ');
  expect(stopped).toBe(true);
});

test('what looks like a stop string and is none comes through whole', () => {
  const { shown, stopped } = pieces('EEN ENE', ['END']);
  expect(shown.join('')).toBe('EEN ENE');
  expect(stopped).toBe(false);
});

test('of several stop strings the first in the text counts', () => {
  expect(pieces('a.b\n\nc', ['\n\n', '.']).shown.join('')).toBe('a');
});

test('bytes that are no character are shown as such and do not swallow what follows', () => {
  const cutter = new TextCutter([]);
  expect(cutter.push(Uint8Array.of(0xe2, 0x82)) + cutter.push(Buffer.from('ok')) + cutter.end()).toBe(
    '\ufffdok',
  );
  const unfinished = new TextCutter([]);
  expect(unfinished.push(Uint8Array.of(0xf0, 0x9f)) + unfinished.end()).toBe('\ufffd');
});
