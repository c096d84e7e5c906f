/** Numbers of accounts: payment cards and IBANs. Both carry check digits, so that few other numbers pass for them. */
import isCreditCard from 'validator/lib/isCreditCard';
import isIBAN from 'validator/lib/isIBAN';
import { type Candidate, digitsOf, findAll, type Finding, whole } from './finding';

const CARD = /(?<![\p{L}\p{N}_])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}_])/gu;
/**
 * The groups that cards are printed in, wherever they begin and end among other numbers: an expiry date or a security code stands
 * right behind most cards that people write down. Looked ahead, so that what fails hides none that begins within it. No issuer
 * has a number that begins with another digit.
 */
const PRINTED =
  /(?<![\p{L}\p{N}_])(?=[2-68])(?=(?<card>\d{13,19}|\d{4}(?<gap>[ \u00a0.-])(?:\d{4}\k<gap>\d{4}\k<gap>\d{4}|\d{6}\k<gap>\d{4,5}))(?![\p{L}\p{N}_]))/gu;
/** Two letters, two check digits and up to 30 of the account, mostly in groups of four (ISO 13616). Looked ahead, as cards are. */
const IBAN = /(?<![\p{L}\p{N}_])(?=(?<iban>[A-Z]{2}\d{2}(?: ?[A-Z\d]){11,30}))/giu;
/** By which its first four, two letters and two digits, move what stands before them. */
const HEAD = 10 ** 6;

/** Issuer and Luhn digit are right. */
export function cardsIn(text: string): Finding[] {
  return [
    ...findAll(text, CARD, cardOf),
    ...findAll(text, PRINTED, (one) => cardOf({ ...one, match: one.groups['card']! })),
  ];
}

function cardOf(candidate: Candidate): Finding | undefined {
  const digits = digitsOf(candidate.match);
  return isCreditCard(digits) ? whole('CARD', candidate, digits) : undefined;
}

export function ibansIn(text: string): Finding[] {
  return findAll(text, IBAN, ({ groups, start }) => {
    const match = groups['iban']!;
    const length = lengthOfIban(match);
    if (length === undefined) return undefined;
    return { kind: 'IBAN', start, end: start + length, value: compact(match.slice(0, length)) };
  });
}

/**
 * Words that follow look like groups of it: the longest beginning that is an IBAN is it. In one pass, as ISO 7064 checks it: the first
 * four behind the rest, letters as two digits, are one more than a multiple of 97, which one text of 97 is by chance.
 */
function lengthOfIban(match: string): number | undefined {
  const head = [...match.slice(0, 4)].reduce((rest, letter) => withDigit(rest, letter), 0);
  let longest: number | undefined;
  let rest = 0;
  for (let length = 5; length <= match.length; length++) {
    const letter = match[length - 1]!;
    if (letter === ' ') continue;
    rest = withDigit(rest, letter);
    const isRight = (rest * HEAD + head) % 97 === 1 && !/[\p{L}\p{N}]/u.test(match[length] ?? ' ');
    if (isRight && isIBAN(compact(match.slice(0, length)))) longest = length;
  }
  return longest;
}

function withDigit(rest: number, letter: string): number {
  const digit = parseInt(letter, 36);
  return (rest * (digit < 10 ? 10 : 100) + digit) % 97;
}

function compact(iban: string): string {
  return iban.replaceAll(' ', '').toUpperCase();
}
