/** Numbers of accounts: payment cards and IBANs. Both carry check digits, so that few other numbers pass for them. */
import isCreditCard from 'validator/lib/isCreditCard';
import isIBAN from 'validator/lib/isIBAN';
import { digitsOf, findAll, type Finding, whole } from './finding';

const CARD = /(?<![\p{L}\p{N}_])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}_])/gu;
/** Two letters, two check digits and up to 30 of the account, mostly in groups of four (ISO 13616). */
const IBAN = /(?<![\p{L}\p{N}_])[A-Z]{2}\d{2}(?: ?[A-Z\d]){11,30}/giu;
const SHORTEST_IBAN = 15;

/** Issuer and Luhn digit are right. */
export function cardsIn(text: string): Finding[] {
  return findAll(text, CARD, (candidate) => {
    const digits = digitsOf(candidate.match);
    return isCreditCard(digits) ? whole('CARD', candidate, digits) : undefined;
  });
}

export function ibansIn(text: string): Finding[] {
  return findAll(text, IBAN, ({ match, start }) => {
    // Words that follow look like groups of it: the longest beginning that is an IBAN is it.
    for (let length = match.length; length >= SHORTEST_IBAN; length--) {
      if (/[\p{L}\p{N}]/u.test(match[length] ?? ' ') || match[length - 1] === ' ') continue;
      const value = match.slice(0, length).replaceAll(' ', '').toUpperCase();
      // Cheap, and right for one of 97 texts only.
      if (hasRightCheckDigits(value) && isIBAN(value))
        return { kind: 'IBAN', start, end: start + length, value };
    }
    return undefined;
  });
}

/** As ISO 7064 checks it: its beginning at its end, letters as two digits, is one more than a multiple of 97. */
function hasRightCheckDigits(iban: string): boolean {
  let rest = 0;
  for (let at = 0; at < iban.length; at++) {
    const digit = parseInt(iban[(at + 4) % iban.length]!, 36);
    rest = (rest * (digit < 10 ? 10 : 100) + digit) % 97;
  }
  return rest === 1;
}
