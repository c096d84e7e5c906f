/**
 * Numbers as much of Europe writes them: 1.234,5. What stands between thousands (a dot, a blank, an apostrophe) is left out
 * where it stands between thousands alone; anything else is no number, so that 1.5 in such a file is told and not taken for 15.
 */
import { readNumber } from './column-kind';

const WRITTEN = /^[+-]?(?:\d+|\d{1,3}(?:[.\s'’]\d{3})+)(?:,\d+)?(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3},\d{3}$/;
const BETWEEN_THOUSANDS = /[.\s'’]/g;

export function readDecimalComma(text: string): ReturnType<typeof readNumber> {
  if (!WRITTEN.test(text)) return readNumber(text) === 'NOT_FINITE' ? 'NOT_FINITE' : 'NOT_A_NUMBER';
  return readNumber(text.replace(BETWEEN_THOUSANDS, '').replace(',', '.'));
}

/** Plainly so: 1,234 may be a thousand and more. */
export function hasDecimalComma(text: string): boolean {
  return text.includes(',') && WRITTEN.test(text) && !THOUSANDS.test(text);
}
