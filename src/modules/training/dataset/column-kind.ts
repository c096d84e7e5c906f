/** A first look at a column, one text at a time: what kind is it, and between which numbers does it lie? */
import { countUnspaced } from '../../../kernel/text';
import type { ColumnKindName } from './column-profile';
import { LIMITS } from './dataset-limits';
import { readDate } from '../../../kernel/date-days';

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
const NOT_FINITE = /^[+-]?(nan|inf(inity)?)$/i;
const DATE =
  /^\d{4}([-/])\d{2}\1\d{2}([T ].*)?$|^\d{1,2}([./-])\d{1,2}\3\d{2,4}( .*)?$|^(\d{1,2}[ -])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -](\d{1,2},? )?\d{4}( .*)?$/i;
const MISSING = new Set(['', 'NA', 'N/A', 'null', 'NULL', '?']);
const LONGEST_MISSING = 4;
/** Up to this share of texts, a column of numbers is still one: the texts are mistakes, and are named as such. */
const TOLERATED_TEXTS = 0.1;
/** Many different texts of so many words on average are sentences rather than names. */
const SENTENCE_WORDS = 3;
/** Where no blanks part the words, so many characters are taken for one: longer than most words are, so that names stay names. */
const UNSPACED_WORD = 4;
/** Thai, the first of the scripts that do without, begins here. */
const FIRST_UNSPACED = 0x0e00;

export function isMissing(text: string): boolean {
  return text.length <= LONGEST_MISSING && MISSING.has(text);
}

/** The number that is written there, or why it is none that can be learned from. */
export function readNumber(text: string): number | 'NOT_A_NUMBER' | 'NOT_FINITE' | 'TOO_LARGE' {
  const short = readShort(text);
  if (short !== undefined) return short;
  if (!PLAIN.test(text)) return NOT_FINITE.test(text) ? 'NOT_FINITE' : 'NOT_A_NUMBER';
  const value = Number(text);
  return Number.isFinite(Math.fround(value)) ? value : 'TOO_LARGE';
}

/**
 * A number of at most 15 digits, by hand, because a million rows ask for ten each: digits and power of ten are both
 * exact, so their quotient is the nearest double (Clinger 1990). Undefined for everything else.
 */
function readShort(text: string): number | undefined {
  const sign = text.charCodeAt(0);
  let at = sign === 43 || sign === 45 ? 1 : 0;
  if (text.length - at > EXACT_DIGITS) return undefined;
  let digits = 0;
  let decimals = -1;
  let value = 0;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 48 && unit <= 57) {
      value = value * 10 + (unit - 48);
      digits++;
      if (decimals >= 0) decimals++;
    } else if (unit === 46 && decimals < 0) decimals = 0;
    else return undefined;
  }
  if (digits === 0) return undefined;
  if (decimals > 0) value /= POWERS[decimals]!;
  return sign === 45 ? -value : value;
}

/** Of a column of which a person said that it holds dates. */
export function readDays(text: string): number | 'NOT_A_NUMBER' {
  return readDate(text) ?? 'NOT_A_NUMBER';
}

/** A column in which both are found, too many for either to be a slip. */
export interface Mixture {
  readonly numbers: number;
  readonly texts: number;
  /** One of the texts. */
  readonly example: string;
}

export class KindCount {
  private numbers = 0;
  private texts = 0;
  private words = 0;
  private dates = 0;
  private zeros = 0;
  private readonly different = new Set<string>();
  private smallest = Infinity;
  private largest = -Infinity;

  /** @param marks Texts that mean "missing" too. */
  constructor(
    private readonly read: typeof readNumber = readNumber,
    private readonly marks: readonly string[] = [],
  ) {}

  add(text: string): void {
    if (isMissing(text) || this.marks.includes(text)) return;
    const number = this.read(text);
    // NaN and infinities count as numbers gone wrong, so that they are reported instead of becoming categories.
    if (number === 'NOT_A_NUMBER') this.addText(text);
    else {
      this.numbers++;
      if (text.charCodeAt(0) === 48 && isDigit(text.charCodeAt(1))) this.zeros++;
      if (typeof number !== 'number') return;
      if (number < this.smallest) this.smallest = number;
      if (number > this.largest) this.largest = number;
    }
  }

  /** The smallest and the largest number; undefined without one. */
  get range(): readonly [number, number] | undefined {
    return this.smallest <= this.largest ? [this.smallest, this.largest] : undefined;
  }

  get looksLikeDates(): boolean {
    return this.dates > 0.9 * this.texts;
  }

  get leadingZeros(): boolean {
    return this.zeros > 0;
  }

  /** One of the texts. */
  get example(): string | undefined {
    return this.different.values().next().value;
  }

  get mixture(): Mixture | undefined {
    const { numbers, texts, example } = this;
    return numbers > 0 && example !== undefined ? { numbers, texts, example } : undefined;
  }

  kind(): ColumnKindName {
    if (this.numbers > 0 && this.texts <= TOLERATED_TEXTS * (this.numbers + this.texts)) return 'NUMERIC';
    const isSentences =
      this.different.size > LIMITS.categories && this.words >= SENTENCE_WORDS * Math.max(1, this.texts);
    return isSentences ? 'TEXT' : 'CATEGORICAL';
  }

  private addText(text: string): void {
    this.texts++;
    this.words++;
    for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) this.words++;
    if (text.charCodeAt(0) >= FIRST_UNSPACED)
      this.words += Math.max(0, Math.floor(countUnspaced(text) / UNSPACED_WORD) - 1);
    if (DATE.test(text)) this.dates++;
    // A piece of a text keeps the whole of it in memory: what is kept is copied.
    if (this.different.size <= LIMITS.categories && !this.different.has(text))
      this.different.add(copied(text));
  }
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** The same text, without the larger one that it may be a piece of. */
export function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
